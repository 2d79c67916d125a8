"""DuckDB for many short runs: engines that stay, with the files of the moment attached to them.

To begin an engine costs 15 ms, to attach a file less than one. What an engine can't take back (no
access to other files, locked settings, S5) is left out here and tested where it belongs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb

_LEFT_OUT = (
    "set enable_external_access",
    "set lock_configuration",
    "set allowed_directories",
)
_connect = duckdb.connect
_free: list[duckdb.DuckDBPyConnection] = []


class Opened:
    """A connection as the product asked for it, over an engine that outlives it."""

    def __init__(self, database: str, *, read_only: bool = False, storage: str = "") -> None:
        self.engine = _free.pop() if _free else _begun()
        self.name = "" if database == ":memory:" else Path(database).stem
        self.real = self.engine
        if self.name:
            options = ["read_only"] if read_only else []
            options += [f"storage_version '{storage}'"] if storage and not read_only else []
            told = f" ({', '.join(options)})" if options else ""
            try:
                self.engine.execute(f"attach '{database}' as \"{self.name}\"{told}")
            except BaseException:
                _free.append(self.engine)
                raise
            self.engine.execute(f'use "{self.name}"')

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Another connection to the same files."""
        made = self.engine.cursor()
        if self.name:
            made.execute(f'use "{self.name}"')
        return made

    def close(self) -> None:
        """Close the files, as the end of the process or of the connection would."""
        if self.engine is None:
            return
        engine, self.engine = self.engine, None  # type: ignore[assignment]
        with suppress(duckdb.TransactionException):  # none was open
            engine.rollback()
        engine.execute("use memory")
        there = engine.execute(
            "select database_name from duckdb_databases()"
            " where not internal and database_name <> 'memory'"
        ).fetchall()
        for (name,) in there:
            engine.execute(f'detach "{name}"')
        _free.append(engine)


def is_left_out(statement: Any) -> bool:
    """Whether a statement would close the engine for whoever comes next."""
    return str(statement).lstrip().startswith(_LEFT_OUT)


@contextmanager
def reading(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A file of the product, for the harness's own reading."""
    opened = Opened(str(path), read_only=True)
    try:
        yield opened.real
    finally:
        opened.close()


@contextmanager
def creating(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A file of the harness's own making."""
    opened = Opened(str(path))
    try:
        yield opened.real
    finally:
        opened.close()


def _begun() -> duckdb.DuckDBPyConnection:
    engine = _connect(config={"threads": 1})
    engine.execute("pragma disable_optimizer")  # planning a handful of rows costs more than reading
    return engine
