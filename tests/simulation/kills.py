"""Kills a run at its n-th call of the database, the disk or the network, as `kill -9` would.

At that call the data folder is copied as the disk has it (logs included), the run is unwound, and
the copy is put in the place of whatever the unwinding tidied up: nothing a dying process could not
have done is left of it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import httpx

from tests.simulation.engines import Opened, cheaper, is_left_out

_DISK = ("fsync", "rename", "replace", "unlink")


class Killed(BaseException):
    """The process is dead; nothing but the harness catches this."""


@dataclass
class Killer:
    """Counts the calls of each stage and kills at one of them, if it is told to."""

    folder: Path
    stage: str = ""
    at: tuple[str, int] | None = None
    counts: dict[str, int] = field(default_factory=dict)
    where: str = ""
    opened: list[Opened] = field(default_factory=list)
    """Every connection of this run; the end of its process closes what it left open."""

    @property
    def is_dead(self) -> bool:
        """True once the run was killed."""
        return bool(self.where)

    def point(self, name: str) -> None:
        """A call at which a process may die."""
        if self.is_dead:
            raise Killed(self.where)
        count = self.counts[self.stage] = self.counts.get(self.stage, 0) + 1
        if self.at == (self.stage, count):
            self.where = f"{self.stage} {count}: {name}"
            self._aside.mkdir(parents=True)
            shutil.copytree(self.folder, self._aside, dirs_exist_ok=True)
            raise Killed(self.where)

    def bury(self) -> None:
        """Put the files as they were at the kill in the place of those there are now."""
        self.let_go()
        shutil.rmtree(self.folder)
        self._aside.rename(self.folder)

    def let_go(self) -> None:
        """Close whatever the run left open, as the end of its process does."""
        while self.opened:
            self.opened.pop().close()

    @property
    def _aside(self) -> Path:
        return self.folder.with_name("at_the_kill")


class _Connection:
    """A DuckDB connection whose statements are points at which the process may die."""

    def __init__(
        self, real: duckdb.DuckDBPyConnection, killer: Killer, opened: Opened, is_cursor: bool
    ) -> None:
        self._real, self._killer, self._opened = real, killer, opened
        self._is_cursor = is_cursor

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if name not in ("execute", "executemany", "begin", "commit"):
            return found

        def call(*arguments: Any, **named: Any) -> Any:
            what = str(arguments[0]).split(maxsplit=1)[0] if arguments else name
            self._killer.point(f"before {what}")
            if arguments and is_left_out(arguments[0]):
                return self
            if arguments:
                arguments = (cheaper(arguments[0]), *arguments[1:])
            answer = found(*arguments, **named)
            self._opened.notice(arguments[0] if arguments else "")
            self._killer.point(f"after {what}")
            return self if answer is self._real else answer

        return call

    def cursor(self) -> _Connection:
        return _Connection(self._opened.cursor(), self._killer, self._opened, is_cursor=True)

    def close(self) -> None:
        if self._is_cursor:
            self._real.close()
        else:
            self._opened.close()

    def __enter__(self) -> _Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def mortal(killer: Killer) -> Iterator[None]:
    """While this lasts, every call of database, disk and network is a point of `killer`."""
    connect, handle = duckdb.connect, httpx.HTTPTransport.handle_request
    disk: dict[str, Callable[..., Any]] = {name: getattr(os, name) for name in _DISK}

    def connected(database: str = ":memory:", **named: Any) -> Any:
        killer.point("before connect")
        opened = Opened(
            database,
            read_only=bool(named.get("read_only")),
            storage=named.get("config", {}).get("storage_compatibility_version", ""),
        )
        killer.opened.append(opened)
        return _Connection(opened.real, killer, opened, is_cursor=False)

    def handled(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        killer.point(f"before {request.method} {request.url.path}")
        response = handle(self, request)
        try:
            killer.point(f"after {request.method} {request.url.path}")
        except Killed:
            response.close()
            raise
        return response

    def on_disk(name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            killer.point(f"before {name}")
            answer = disk[name](*arguments, **named)
            killer.point(f"after {name}")
            return answer

        return call

    duckdb.connect = connected  # type: ignore[assignment]
    httpx.HTTPTransport.handle_request = handled  # type: ignore[method-assign]
    for name in _DISK:
        setattr(os, name, on_disk(name))
    try:
        yield
    finally:
        duckdb.connect = connect
        httpx.HTTPTransport.handle_request = handle  # type: ignore[method-assign]
        for name, original in disk.items():
            setattr(os, name, original)
