"""What outlives a restart: one SQLite file a server, with settings, documents and the journal.

Knows no HTTP and no system: what a record means is each server's own `records.py`.
"""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

_TABLES = """
create table if not exists setting (
    name text primary key, value text not null
) without rowid;
create table if not exists journal (
    sequence integer primary key autoincrement,
    at text not null,
    kind text not null check (kind in ('request', 'commit')),
    request integer,
    user text,
    detail text not null
);
create index if not exists journal_kind on journal (kind, sequence);
"""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One request received or one change committed.

    `request` is the sequence of the request that caused a commit; `detail` is, for a request,
    method, path, status …, for a commit, object, key, operation and the fields changed.
    """

    sequence: int
    at: str
    kind: Literal["request", "commit"]
    request: int | None
    user: str | None
    detail: dict[str, Any]


class State:
    """One SQLite file, shared by the threads of one process; every use takes its lock."""

    def __init__(self, path: Path) -> None:
        """Open or create the file at `path` (its folder is created, owner-only)."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path = path
        self.lock = threading.RLock()
        self._depth = 0
        self.connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        path.chmod(0o600)
        self.connection.execute("pragma journal_mode = wal")
        self.connection.execute("pragma synchronous = normal")
        self.connection.execute("pragma cache_size = -65536")
        self.define(_TABLES)

    def define(self, script: str) -> None:
        """Run statements separated by `;` that make tables and indexes if they are not there.

        Unlike `executescript` this does not end a transaction that is under way.
        """
        with self.transaction() as connection:
            for statement in script.split(";"):
                if statement.strip():
                    connection.execute(statement)

    def close(self) -> None:
        """Close the file; further use is an error."""
        with self.lock:
            self.connection.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing: commits at the end, rolls back on an exception.

        May be nested: an inner one that fails undoes its own part only (a savepoint).
        """
        with self.lock:
            depth = self._depth
            begin, commit, undo = (
                ("begin immediate", "commit", ("rollback",))
                if depth == 0
                else (
                    f"savepoint level_{depth}",
                    f"release level_{depth}",
                    (f"rollback to level_{depth}", f"release level_{depth}"),
                )
            )
            self.connection.execute(begin)
            self._depth += 1
            try:
                yield self.connection
            except BaseException:
                for statement in undo:
                    self.connection.execute(statement)
                raise
            else:
                self.connection.execute(commit)
            finally:
                self._depth = depth

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self.lock:
            return self.connection.execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Sequence[object] = ()) -> tuple[Any, ...] | None:
        """The first row of a query, or None."""
        with self.lock:
            found: tuple[Any, ...] | None = self.connection.execute(sql, parameters).fetchone()
            return found

    def setting(self, name: str) -> str | None:
        """A kept text value, or None."""
        found = self.row("select value from setting where name = ?", (name,))
        return None if found is None else str(found[0])

    def set_setting(self, name: str, value: str) -> None:
        """Keep a text value under `name`."""
        with self.transaction() as connection:
            connection.execute(
                "insert into setting (name, value) values (?, ?)"
                " on conflict (name) do update set value = excluded.value",
                (name, value),
            )

    def next_number(self, name: str, first: int = 1) -> int:
        """The next number of a counter that survives a restart (first call: `first`)."""
        with self.transaction():
            kept = self.setting(f"number:{name}")
            number = first if kept is None else int(kept) + 1
            self.set_setting(f"number:{name}", str(number))
            return number

    def documents(self, name: str, key_type: Literal["integer", "text"] = "text") -> Documents:
        """The table of JSON documents called `name`, created if it is not there."""
        return Documents(self, name, key_type)

    def journal_request(self, at: str, user: str | None, detail: Mapping[str, Any]) -> int:
        """Append a request to the journal and return its sequence."""
        return self._append(at, "request", None, user, detail)

    def journal_commit(
        self, at: str, user: str | None, request: int | None, detail: Mapping[str, Any]
    ) -> int:
        """Append one committed change; call it inside the change's own transaction."""
        return self._append(at, "commit", request, user, detail)

    def complete_request(self, sequence: int, detail: Mapping[str, Any]) -> None:
        """Add what is known only afterwards (status, bytes) to a journalled request."""
        with self.transaction() as connection:
            connection.execute(
                "update journal set detail = json_patch(detail, ?) where sequence = ?",
                (json.dumps(detail), sequence),
            )

    def journal(
        self, after: int = 0, kind: Literal["request", "commit"] | None = None
    ) -> list[JournalEntry]:
        """Entries whose sequence is greater than `after`, oldest first."""
        found = self.rows(
            "select sequence, at, kind, request, user, detail from journal"
            " where sequence > ? and (? is null or kind = ?) order by sequence",
            (after, kind, kind),
        )
        return [
            JournalEntry(sequence, at, entry_kind, request, user, json.loads(detail))
            for sequence, at, entry_kind, request, user, detail in found
        ]

    def _append(
        self,
        at: str,
        kind: str,
        request: int | None,
        user: str | None,
        detail: Mapping[str, Any],
    ) -> int:
        with self.transaction() as connection:
            cursor = connection.execute(
                "insert into journal (at, kind, request, user, detail) values (?, ?, ?, ?, ?)",
                (at, kind, request, user, json.dumps(detail, ensure_ascii=False)),
            )
            return int(cursor.lastrowid or 0)


class Documents:
    """A table (key, stamp, body): one JSON document a row, ordered by key, found by stamp.

    `table` may be used in SQL of one's own: `select body from <table> where
    json_extract(body, '$.CardCode') = ?`.
    """

    def __init__(self, state: State, name: str, key_type: Literal["integer", "text"]) -> None:
        if not _NAME.fullmatch(name):
            message = f"{name!r} can't name a table of documents."
            raise ValueError(message)
        self._state = state
        self.table = f'"document_{name}"'
        with state.transaction() as connection:
            connection.execute(
                f"create table if not exists {self.table}"
                f" (key {key_type} primary key, stamp text, body text not null)"
            )
            connection.execute(f'create index if not exists "stamp_{name}" on {self.table} (stamp)')

    def get(self, key: int | str) -> str | None:
        """The JSON text kept under `key`, or None."""
        found = self._state.row(f"select body from {self.table} where key = ?", (key,))
        return None if found is None else str(found[0])

    def put(self, key: int | str, body: str, stamp: str | None = None) -> None:
        """Keep JSON text under `key`, in place of what was there."""
        self.put_many([(key, stamp, body)])

    def put_many(self, rows: Iterable[tuple[int | str, str | None, str]]) -> None:
        """Keep many (key, stamp, JSON text) in one transaction."""
        with self._state.transaction() as connection:
            connection.executemany(
                f"insert or replace into {self.table} (key, stamp, body) values (?, ?, ?)", rows
            )

    def delete(self, key: int | str) -> bool:
        """Remove `key`; False if it was not there."""
        with self._state.transaction() as connection:
            cursor = connection.execute(f"delete from {self.table} where key = ?", (key,))
            return cursor.rowcount > 0

    def count(self) -> int:
        """How many documents there are."""
        found = self._state.row(f"select count(*) from {self.table}")
        return int(found[0]) if found else 0

    def select(
        self,
        where: str = "true",
        parameters: Sequence[object] = (),
        order: str = "key",
        limit: int = -1,
        offset: int = 0,
    ) -> list[str]:
        """JSON texts by a SQL condition over key, stamp and body (values bound, never pasted)."""
        found = self._state.rows(
            f"select body from {self.table} where {where} order by {order} limit ? offset ?",
            (*parameters, limit, offset),
        )
        return [row[0] for row in found]
