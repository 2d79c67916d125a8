"""What a schedule leaves behind, as plain data: raw, ledger, versions, journals, the live CRM.

Read from the files and the servers themselves, never through the code that wrote them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from sandbox.state import JournalEntry
from tests.simulation.company import TABLES, Record
from tests.simulation.engines import reading
from tests.simulation.rounds import Round
from tests.simulation.world import Seen


@dataclass(frozen=True)
class RawRow:
    """One row of a raw table."""

    extraction_id: int
    page_no: int
    row_no: int
    key: str
    changed_at: datetime | None
    is_deleted: bool
    text: str

    @property
    def record(self) -> Record:
        """The record as it was landed."""
        found: Record = json.loads(self.text) if self.text else {}
        return found


@dataclass(frozen=True)
class Raw:
    """The raw database at one instant."""

    rows: Mapping[str, Sequence[RawRow]]
    extractions: Mapping[int, Record]
    quarantine: Sequence[Record]

    def current(self, name: str, until: int | None = None) -> dict[str, RawRow]:
        """Key → newest row: newest stamp, then latest arrival (F12); `until` an extraction."""
        found: dict[str, RawRow] = {}
        for row in self.rows[name]:
            if until is None or row.extraction_id <= until:
                held = found.get(row.key)
                if held is None or _recency(held) <= _recency(row):
                    found[row.key] = row
        return found


@dataclass(frozen=True)
class Published:
    """What `CURRENT` led to after a round."""

    number: int
    causes: tuple[str, ...]
    told_hash: str
    file_hash: str
    has_log: bool


@dataclass
class Evidence:
    """Everything the checker may look at."""

    rounds: list[Round] = field(default_factory=list)
    raws: list[Raw] = field(default_factory=list)
    versions: list[Published | None] = field(default_factory=list)
    expiries: list[dict[tuple[str, str], str]] = field(default_factory=list)
    disturbed: set[int] = field(default_factory=set)
    limits: dict[int, tuple[int, int]] = field(default_factory=dict)
    answers: list[dict[tuple[str, str, str], Any]] = field(default_factory=list)
    history: dict[tuple[str, str], list[Seen]] = field(default_factory=dict)
    journals: dict[str, list[JournalEntry]] = field(default_factory=dict)
    ledger: list[Record] = field(default_factory=list)
    served: dict[str, dict[str, Record]] = field(default_factory=dict)
    due: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    due_tasks: dict[str, str] = field(default_factory=dict)
    live: dict[str, dict[str, Record]] = field(default_factory=dict)
    is_written: bool = True
    allowed: set[tuple[str, str]] = field(default_factory=set)
    user: str = ""
    quiet_from: Mapping[str, int] = field(default_factory=dict)


def read_raw(connection: duckdb.DuckDBPyConnection) -> Raw:
    """All rows, closing records and quarantined bytes."""
    rows: dict[str, list[RawRow]] = {name: [] for name in TABLES}
    tables = connection.execute("select list(table_name) from duckdb_tables()").fetchone()
    there = set(tables[0] or ()) if tables else set()
    if "extraction" not in there:  # killed before the first read
        return Raw(rows, {}, [])
    for name, table in TABLES.items():
        if table not in there:
            continue
        found = connection.execute(
            "select extraction_id, page_no, row_no, record_key, changed_at, is_deleted,"
            f" record::varchar from {table} order by extraction_id, page_no, row_no"
        ).fetchall()
        rows[name] = [RawRow(*row) for row in found]
    closed = _records(connection, "select * from extraction order by extraction_id")
    return Raw(
        rows,
        {int(one["extraction_id"]): one for one in closed},
        _records(connection, "select * from quarantine order by quarantine_id"),
    )


def read_ledger(path: Path) -> list[Record]:
    """Every intent with its outcome, in order."""
    if not path.exists():
        return []
    with reading(path) as connection:
        return _records(connection, "select * from write order by intent_id")


def read_version(published: Path) -> Published | None:
    """The version that the pointer names, with the hash of its file as it is on the disk."""
    pointer = published / "CURRENT"
    if not pointer.exists():
        return None
    path = published / pointer.read_text().strip()
    told = json.loads(path.with_suffix(".json").read_text())
    return Published(
        number=told["number"],
        causes=tuple(told["causes"]),
        told_hash=told["file_hash"],
        file_hash=hashlib.sha256(path.read_bytes()).hexdigest(),
        has_log=path.with_name(path.name + ".wal").exists(),
    )


def _records(connection: duckdb.DuckDBPyConnection, query: str) -> list[Record]:
    answer = connection.execute(query)
    names = [column[0] for column in answer.description]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def _recency(row: RawRow) -> tuple[datetime, int, int, int]:
    return (row.changed_at or datetime.min, row.extraction_id, row.page_no, row.row_no)
