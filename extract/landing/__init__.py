"""From spooled bytes to raw tables: one transaction per extraction, repeats folded, bad set aside.

What a business rule makes of the rows does not belong here: that is dbt's.
"""

from extract.landing.land import land, last_cursor, last_extraction, release_parked
from extract.landing.progress import Progress
from extract.landing.raw import create_raw, incoming_folder, open_raw, require_tables, writing
from extract.landing.rebuild import REBUILT, mend, notice_of_rebuild, rebuild, rebuilding
from extract.landing.spool import (
    PageCheck,
    PageFacts,
    clear_leftovers,
    csv_rows,
    disk_full,
    page_path,
    spool_for,
    write_page,
)

__all__ = [
    "REBUILT",
    "PageCheck",
    "PageFacts",
    "Progress",
    "clear_leftovers",
    "create_raw",
    "csv_rows",
    "disk_full",
    "incoming_folder",
    "land",
    "last_cursor",
    "last_extraction",
    "mend",
    "notice_of_rebuild",
    "open_raw",
    "page_path",
    "rebuild",
    "rebuilding",
    "release_parked",
    "require_tables",
    "spool_for",
    "write_page",
    "writing",
]
