"""The ledger: every intended write, recorded before it is sent, with its outcome after."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType

import duckdb

from dagster_project.chain import chain_link
from dagster_project.warehouse.folders import DataFolder
from dagster_project.warehouse.forms import LEDGER_FORM, program_version, require_known
from dagster_project.write_back.changeset import Change
from dagster_project.write_back.desired import Row

_FORM = "create table if not exists file_form (form integer, written_by varchar)"

OUTCOMES = ("written", "pending", "refused", "unknown", "superseded")

_SCHEMA = """
create table if not exists write (
    intent_id bigint primary key,
    run_id varchar not null,
    object varchar not null,
    record_id varchar not null,
    kind varchar not null,
    old_values json not null,
    new_values json not null,
    intended_at timestamp not null,
    outcome varchar,
    code varchar,
    message varchar,
    chain_hash varchar not null
)
"""


@dataclass(frozen=True)
class Intent:
    """One recorded write that is about to be sent."""

    intent_id: int
    change: Change


@dataclass(frozen=True)
class Outcome:
    """What became of one intent: written, pending, refused, unknown or superseded."""

    intent_id: int
    outcome: str
    code: str = ""
    message: str = ""


class Ledger:
    """Append-only record of writes in `kept/ledger.duckdb`; each row carries the hash before it."""

    def __init__(self, data: DataFolder) -> None:
        self._connection = duckdb.connect(str(data.ledger))
        try:
            self._require_known_form()
        except BaseException:
            self._connection.close()
            raise
        self._connection.execute(_SCHEMA)

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def intend(self, run_id: str, changes: Sequence[Change], at: datetime) -> list[Intent]:
        """Record the writes of one call before it is made (I18); committed when this returns."""
        last_id, chain = self._head()
        intents = []
        rows = []
        for offset, change in enumerate(changes, start=1):
            old, new = json.dumps(change.old), json.dumps(change.new)
            chain = chain_link(chain, change.object, change.record_id, change.kind, old, new)
            intents.append(Intent(last_id + offset, change))
            rows.append(
                (
                    last_id + offset,
                    run_id,
                    change.object,
                    change.record_id,
                    change.kind,
                    old,
                    new,
                    at.replace(tzinfo=None),
                    chain,
                )
            )
        if not rows:
            return []
        self._execute_whole(
            "insert into write (intent_id, run_id, object, record_id, kind, old_values, new_values,"
            " intended_at, chain_hash) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        return intents

    def close(self, outcomes: Iterable[Outcome]) -> None:
        """Record what became of the intents of one call."""
        rows = [(o.outcome, o.code, o.message[:500], o.intent_id) for o in outcomes]
        if rows:
            self._execute_whole(
                "update write set outcome = ?, code = ?, message = ? where intent_id = ?", rows
            )

    def open_intents(self) -> list[Intent]:
        """Intents without a known outcome: a run was cut, or the answer was lost (F18, F22)."""
        rows = self._connection.execute(
            "select intent_id, object, record_id, kind, old_values, new_values from write"
            " where outcome is null or outcome = 'unknown' order by intent_id"
        ).fetchall()
        return [
            Intent(
                row[0],
                Change(row[1], row[2], row[3], new=json.loads(row[5]), old=json.loads(row[4])),
            )
            for row in rows
        ]

    def refused(self) -> dict[tuple[str, str], Row]:
        """(object, record) → values that the CRM refused last: not sent again unchanged."""
        rows = self._connection.execute(
            "select object, record_id, new_values from write"
            " qualify intent_id = max(intent_id) over (partition by object, record_id)"
            " and outcome = 'refused'"
        ).fetchall()
        return {(row[0], row[1]): json.loads(row[2]) for row in rows}

    def created_keys(self) -> set[tuple[str, str]]:
        """(object, key) of everything that was ever to be created, such as a task or an alert."""
        rows = self._connection.execute(
            "select distinct object, record_id from write where kind = 'create'"
        ).fetchall()
        return {(row[0], row[1]) for row in rows}

    def unsent_creations(self) -> list[Change]:
        """What was to be created under a key of ours and did not reach the target."""
        rows = self._connection.execute(
            "select object, record_id, kind, new_values, old_values from write"
            " where kind = 'create' and object in ('Task', 'alert')"
            " qualify intent_id = max(intent_id) over (partition by object, record_id)"
            " and outcome in ('pending', 'superseded') order by intent_id"
        ).fetchall()
        return [
            Change(row[0], row[1], row[2], new=json.loads(row[3]), old=json.loads(row[4]))
            for row in rows
        ]

    def counts(self, run_id: str) -> dict[str, int]:
        """How many intents of the run ended in which outcome."""
        rows = self._connection.execute(
            "select coalesce(outcome, 'open'), count(*) from write where run_id = ? group by 1",
            [run_id],
        ).fetchall()
        return {row[0]: int(row[1]) for row in rows}

    def broken_link(self) -> int | None:
        """The first intent whose chain hash does not follow from the one before (I20), or None."""
        chain = ""
        for row in self._connection.execute(
            "select intent_id, object, record_id, kind, old_values, new_values, chain_hash"
            " from write order by intent_id"
        ).fetchall():
            chain = chain_link(chain, *row[1:6])
            if chain != row[6]:
                return int(row[0])
        return None

    def _require_known_form(self) -> None:
        """Refuse a ledger of a newer program before anything of it is read or sent (B24, F29)."""
        noted = self._connection.execute(
            "select count(*) from duckdb_tables() where table_name = 'file_form'"
        ).fetchone()
        rows = (
            self._connection.execute("select form, written_by from file_form").fetchall()
            if noted != (0,)
            else []
        )
        form, written_by = (int(rows[0][0]), str(rows[0][1])) if rows else (0, "")
        ours = program_version()
        require_known(
            "ledger.duckdb",
            form,
            LEDGER_FORM,
            written_by,
            f"Upgrade, or restore the backup of {ours}; the file was not touched.",
        )
        if form < LEDGER_FORM:
            with self._connection.cursor() as cursor:
                cursor.begin()
                cursor.execute(_FORM)
                cursor.execute("delete from file_form")
                cursor.execute("insert into file_form values (?, ?)", [LEDGER_FORM, ours])
                cursor.commit()

    def _execute_whole(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        """All rows of one call in one transaction: whole or absent, and one flush to the disk."""
        with self._connection.cursor() as cursor:
            cursor.begin()
            cursor.executemany(statement, rows)
            cursor.commit()

    def _head(self) -> tuple[int, str]:
        rows = self._connection.execute(
            "select intent_id, chain_hash from write order by intent_id desc limit 1"
        ).fetchall()
        return (int(rows[0][0]), str(rows[0][1])) if rows else (0, "")
