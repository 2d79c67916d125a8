"""From spooled bytes to raw tables: one transaction per extraction, repeats folded, bad set aside.

What a business rule makes of the rows does not belong here: that is dbt's.
"""

from extract.landing.raw import DECLARED, create_raw, incoming_folder, open_raw

__all__ = ["DECLARED", "create_raw", "incoming_folder", "open_raw"]
