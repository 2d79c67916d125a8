"""Company folders written by a test, and what came of reading them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from told_source import ask

from extract import Extraction, FilesSource, extract_object

AS_OF = datetime(2025, 9, 1, 6, tzinfo=UTC)

MAPPING = """
system = "sap_b1"
object = "Orders"
file = "orders.csv"
{options}
[columns]
DocEntry = "Number"
DocNum = "Number"
DocDate = "Date"
DocDueDate = "Due"
CardCode = "Customer"
DocTotal = "Total"
{more}
"""

HEADER = "Number,Date,Due,Customer,Total\n"


def folder(place: Path, csv: str | bytes, options: str = "", more: str = "") -> Path:
    """A folder with orders.csv and its mapping."""
    (place / "mapping").mkdir(parents=True, exist_ok=True)
    (place / "orders.csv").write_bytes(csv if isinstance(csv, bytes) else csv.encode())
    text = MAPPING.format(options=options, more=more)
    (place / "mapping" / "orders.toml").write_text(text, "utf-8")
    return place


def read(place: Path, name: str = "Orders", as_of: datetime = AS_OF) -> Extraction:
    """Read one object of a folder into a raw file beside it."""
    source = FilesSource(place)
    return extract_object(source, name, place / "kept" / "raw.duckdb", as_of)


def rows(place: Path, *fields: str, table: str = "sap_b1__orders") -> list[tuple[object, ...]]:
    """Fields of what landed, by key."""
    listed = ", ".join(f"record ->> '{field}'" for field in fields)
    return ask(
        place / "kept" / "raw.duckdb",
        f"select {listed} from {table} order by try_cast(record_key as double), record_key",
    )


def set_aside(place: Path) -> list[tuple[object, ...]]:
    """Place, field, code and reason of what was quarantined."""
    return ask(
        place / "kept" / "raw.duckdb",
        "select place, field, code, reason from quarantine order by quarantine_id",
    )
