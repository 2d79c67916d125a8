"""DuckDB for many short runs: engines that stay, with the files of the moment attached to them.

To begin an engine costs 15 ms, to attach a file less than one. What an engine can't take back (no
access to other files, locked settings, S5) is left out here and tested where it belongs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb

_LEFT_OUT = (
    "set enable_external_access",
    "set lock_configuration",
    "set allowed_directories",
    "set TimeZone = 'UTC'",  # as each engine has it from its beginning
    "set enable_progress_bar = false",
)
_NO_MACROS = "select schema_name, function_name, parameters, macro_definition from"
_ATTACHES = re.compile(r"\s*attach '.*' as \"?(\w+)", re.IGNORECASE)
_DETACHES = re.compile(r"\s*detach \"?(\w+)", re.IGNORECASE)
_connect = duckdb.connect
_free: list[duckdb.DuckDBPyConnection] = []


class Opened:
    """A connection as the product asked for it, over an engine that outlives it."""

    def __init__(self, database: str, *, read_only: bool = False, storage: str = "") -> None:
        self.engine = _free.pop() if _free else _begun()
        self.name = "" if database == ":memory:" else Path(database).stem
        self.real = self.engine
        self.attached: list[str] = []
        if self.name:
            options = ["read_only"] if read_only else []
            options += [f"storage_version '{storage}'"] if storage and not read_only else []
            told = f" ({', '.join(options)})" if options else ""
            try:
                self.engine.execute(f"attach '{database}' as \"{self.name}\"{told}")
            except BaseException:
                _free.append(self.engine)
                raise
            self.attached.append(self.name)
            self.engine.execute(f'use "{self.name}"')

    def notice(self, statement: Any) -> None:
        """Remember which files a statement attached or detached."""
        if found := _ATTACHES.match(str(statement)):
            self.attached.append(found[1])
        elif (found := _DETACHES.match(str(statement))) and found[1] in self.attached:
            self.attached.remove(found[1])

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
        for name in self.attached:
            engine.execute(f'detach "{name}"')
        _free.append(engine)


def is_left_out(statement: Any) -> bool:
    """Whether a statement would close the engine for whoever comes next."""
    return str(statement).lstrip().startswith(_LEFT_OUT)


def cheaper(statement: Any) -> Any:
    """The same statement, or one with its answer: a build of no macros says so in 14 ms."""
    is_about_macros = str(statement).startswith(_NO_MACROS)
    return "select 1 where ?::varchar[] is null" if is_about_macros else statement


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
    engine.execute("set TimeZone = 'UTC'")
    engine.execute("set enable_progress_bar = false")
    engine.execute("pragma disable_optimizer")  # planning a handful of rows costs more than reading
    return engine
