"""The mock recall: lots drawn by the day, traced both ways against the clock, kept as evidence."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import duckdb

from dagster_project.chain import chain_link
from dagster_project.warehouse.folders import DataFolder
from dagster_project.warehouse.kept import kept_table

_SCHEMA = """
create table if not exists {name} (
    recall_number bigint primary key,
    recall_date date not null,
    recalled_at timestamp not null,
    item_code varchar not null,
    lot_number varchar not null,
    is_complete boolean not null,
    missing json not null,
    source_lot_count bigint not null,
    made_lot_count bigint not null,
    customer_count bigint not null,
    given_qty decimal(18, 6) not null,
    accounted_qty decimal(18, 6) not null,
    answer json not null,
    seconds double not null,
    chain_hash varchar not null
)
"""
_COLUMNS = (
    "is_complete", "source_lot_count", "made_lot_count", "customer_count", "given_qty",
    "accounted_qty",
)  # fmt: skip


@dataclass(frozen=True)
class Recall:
    """One lot called back for practice: the warehouse's answer, and how long it took."""

    item_code: str
    lot_number: str
    answer: dict[str, Any]
    seconds: float


def mock_recall(data: DataFolder, day: date) -> list[Recall]:
    """Call back the lots that the build file draws for its day, once a day; what was kept of the
    day already stays as it is."""
    with duckdb.connect(str(data.recalls)) as kept:
        kept.execute(_SCHEMA.format(name="recall"))
        if kept.execute("select 1 from recall where recall_date = ?", [day]).fetchone():
            return []
        with duckdb.connect(str(data.build)) as built:
            recalls = traced(built)
        _keep(kept, day, recalls, datetime.now(UTC))
    return recalls


def traced(warehouse: duckdb.DuckDBPyConnection) -> list[Recall]:
    """The drawn lots in the order of the draw, each traced by itself."""
    drawn = warehouse.execute(
        "select item_code, lot_number from questions.q_recall_lot order by draw_number"
    ).fetchall()
    return [_recall(warehouse, item_code, lot_number) for item_code, lot_number in drawn]


def _recall(warehouse: duckdb.DuckDBPyConnection, item_code: str, lot_number: str) -> Recall:
    began = time.perf_counter()
    found = warehouse.sql(
        "select * from questions.q_recall(?, ?)", params=[item_code, lot_number]
    ).to_arrow_table()
    seconds = time.perf_counter() - began
    return Recall(item_code, lot_number, found.to_pylist()[0], seconds)


def broken_recall(data: DataFolder) -> int | None:
    """The first recall whose hash does not follow from the one before, or None."""
    chain = ""
    with duckdb.connect(str(data.recalls)) as kept:
        kept.execute(_SCHEMA.format(name="recall"))
        rows = kept.execute(
            "select recall_number, recall_date, item_code, lot_number, answer, seconds, chain_hash"
            " from recall order by recall_number"
        ).fetchall()
    for number, day, *told, seconds, found in rows:
        chain = chain_link(chain, day.isoformat(), *told, repr(seconds))
        if chain != found:
            return int(number)
    return None


def copy_recalls(connection: duckdb.DuckDBPyConnection, data: DataFolder) -> None:
    """Every recall beside the writes, for the pages; an empty table before the first."""
    connection.execute(_SCHEMA.format(name="warehouse.ledger.recall"))
    with kept_table(connection, data.recalls, "recall") as recalled:
        if recalled:
            connection.execute(f"insert into warehouse.ledger.recall from {recalled}")


def _keep(kept: duckdb.DuckDBPyConnection, day: date, recalls: list[Recall], at: datetime) -> None:
    """All recalls of the day in one transaction, each with the hash of the one before."""
    last = kept.execute(
        "select recall_number, chain_hash from recall order by recall_number desc limit 1"
    ).fetchone()
    last_number, chain = last or (0, "")
    rows = []
    for number, one in enumerate(recalls, start=last_number + 1):
        answer = json.dumps(one.answer, default=str)
        chain = chain_link(
            chain, day.isoformat(), one.item_code, one.lot_number, answer, repr(one.seconds)
        )
        told = [one.answer[column] for column in _COLUMNS]
        missing = json.dumps(one.answer["missing"])
        rows.append(
            [number, day, at.replace(tzinfo=None), one.item_code, one.lot_number, *told, missing,
             answer, one.seconds, chain]
        )  # fmt: skip
    if rows:
        with kept.cursor() as cursor:
            cursor.begin()
            cursor.executemany(
                "insert into recall (recall_number, recall_date, recalled_at, item_code,"
                f" lot_number, {', '.join(_COLUMNS)}, missing, answer, seconds, chain_hash)"
                f" values ({', '.join('?' * len(rows[0]))})",
                rows,
            )
            cursor.commit()
