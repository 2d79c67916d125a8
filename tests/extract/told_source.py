"""A source that says what a test tells it to: for what landing does with readings."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from extract import Extraction, create_raw, extract_object
from extract.declared import DECLARED
from extract.landing import page_path
from extract.source import Mode, ObjectSpec, Page, PageForm, Reading, ReadPlan

AS_OF = datetime(2025, 9, 1, 6, tzinfo=UTC)

Row = dict[str, object]


@dataclass
class ToldSource:
    """Delivers `pages` of records as JSON pages, as the Service Layer or Salesforce would."""

    pages: list[list[Row]] = field(default_factory=list)
    mode: Mode = Mode.COMPARE
    is_complete: bool = True
    label: str = "sap_b1"
    text: str = ""
    cursors: list[str | None] = field(default_factory=list)

    def objects(self) -> tuple[ObjectSpec, ...]:
        return DECLARED

    def read(self, spec: ObjectSpec, plan: ReadPlan) -> Reading:
        self.cursors.append(plan.cursor)
        array = "records" if spec.system == "salesforce" else "value"
        spooled: list[Page] = []
        for number, rows in enumerate(self.pages, start=1):
            path = page_path(plan.spool, number, "json")
            path.write_text(self.text or json.dumps({array: rows}), "utf-8")
            spooled.append(Page(path, number, PageForm.JSON_ARRAY, array))
        mode = Mode.INCREMENTAL if plan.cursor else self.mode
        return Reading(mode, spooled, None, self.is_complete and mode is not Mode.INCREMENTAL)

    def close(self) -> None:
        pass


def items(count: int, **changed: object) -> list[Row]:
    """`count` items A-000 … with a stamp, the first one changed."""
    rows: list[Row] = [
        {
            "ItemCode": f"A-{number:03}",
            "ItemName": f"Item {number}",
            "QuantityOnStock": 1.0,
            "UpdateDate": "2025-08-30T00:00:00Z",
            "UpdateTime": "10:00:00",
        }
        for number in range(count)
    ]
    rows[0].update(changed)
    return rows


def land(raw: Path, rows: list[Row], name: str = "Items", **told: object) -> Extraction:
    """Land one page of rows."""
    source = ToldSource([rows], **told)  # type: ignore[arg-type]
    return extract_object(source, name, raw, AS_OF)


def fresh(folder: Path) -> Path:
    """A new raw file."""
    return create_raw(folder / "kept" / "raw.duckdb")


def ask(raw: Path, query: str) -> list[tuple[object, ...]]:
    """Rows of a query over the raw file."""
    con = duckdb.connect(str(raw), read_only=True)
    try:
        return con.execute(query).fetchall()
    finally:
        con.close()


def current(raw: Path, table: str) -> list[tuple[object, ...]]:
    """Key and content of what stands now, as staging derives it."""
    return ask(
        raw,
        f"select record_key, record_hash from {table} qualify row_number() over (partition by"
        " record_key order by changed_at desc nulls last, extraction_id desc, page_no desc,"
        " row_no desc) = 1 and not is_deleted order by record_key",
    )
