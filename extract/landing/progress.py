"""What an unfinished read has brought so far: whole pages on the disk, and where to go on (F22)."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from extract.source import ReadPlan

# Older pages are read again: Salesforce keeps a query locator for two days (protocol facts, B3).
_KEPT_FOR = timedelta(hours=36)
_FILE = "read.jsonl"


@dataclass(frozen=True)
class Step:
    """One whole page: its file, its records, and what leads to the next one ('' for none)."""

    number: int
    path: Path
    rows: int
    next: str


class Progress:
    """The record of one read in its spool folder: one line a page, written once the page is whole.

    `asked` says what is being read (query, filter, way). Pages of a read that asked for something
    else, that is too old or whose files are not as they were written, are not gone on with.
    """

    def __init__(self, plan: ReadPlan, asked: Mapping[str, str]) -> None:
        self._spool, self._as_of = plan.spool, plan.as_of
        self._asked = _asked(plan, asked)
        self._facts: dict[str, str] = {}
        self._steps: list[Step] = []
        self._began = datetime.now(UTC)
        self._before, self._taken_up = 0.0, time.monotonic()
        self.is_resumed = self._take_up(_lines(plan.spool))
        if not self.is_resumed:
            self.restart()

    @staticmethod
    def is_of(plan: ReadPlan, asked: Mapping[str, str]) -> bool:
        """True when an unfinished read of exactly this stands in the folder."""
        lines = _lines(plan.spool)
        return bool(lines) and lines[0].get("asked") == _asked(plan, asked)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The whole pages so far, in order."""
        return tuple(self._steps)

    @property
    def rows(self) -> int:
        """Records of the whole pages so far."""
        return sum(step.rows for step in self._steps)

    @property
    def is_whole(self) -> bool:
        """True once the last page is there."""
        return bool(self._steps) and not self._steps[-1].next

    @property
    def seen_since(self) -> datetime:
        """The instant for which the read began: its first pages are as old as this."""
        return self._as_of

    @property
    def seconds(self) -> float:
        """How long ago the read began; here by a clock that nobody sets (F27)."""
        return self._before + time.monotonic() - self._taken_up

    def fact(self, name: str) -> str | None:
        """A thing noted about the read, such as its count or its job."""
        return self._facts.get(name)

    def note(self, name: str, value: str) -> None:
        """Keep a thing about the read."""
        self._facts[name] = value
        self._append({"fact": name, "value": value})

    def add(self, path: Path, rows: int, next_step: str) -> None:
        """Count a page as brought; from here on a cut goes on behind it."""
        with path.open("rb") as page:
            os.fsync(page.fileno())
        self._steps.append(Step(len(self._steps) + 1, path, rows, next_step))
        size = path.stat().st_size
        self._append({"page": path.name, "bytes": size, "rows": rows, "next": next_step})

    def restart(self) -> None:
        """Forget what came; read from the first page."""
        for path in self._spool.iterdir():
            path.unlink()
        self._facts, self._steps, self.is_resumed = {}, [], False
        self._began = datetime.now(UTC)
        self._before, self._taken_up = 0.0, time.monotonic()
        head = {"asked": self._asked, "as_of": self._as_of.isoformat()}
        self._append({**head, "began": self._began.isoformat()})

    def _take_up(self, lines: list[dict[str, Any]]) -> bool:
        if not lines or lines[0].get("asked") != self._asked:
            return False
        began = datetime.fromisoformat(lines[0]["began"])
        if not timedelta() <= datetime.now(UTC) - began <= _KEPT_FOR:
            return False
        for line in lines[1:]:
            if "fact" in line:
                self._facts[line["fact"]] = line["value"]
                continue
            path = self._spool / line["page"]
            if path.is_symlink() or not path.is_file() or path.stat().st_size != line["bytes"]:
                return False
            self._steps.append(Step(len(self._steps) + 1, path, line["rows"], line["next"]))
        self._before = (datetime.now(UTC) - began).total_seconds()
        self._began, self._as_of = began, datetime.fromisoformat(lines[0]["as_of"])
        self._cut_after(len(lines))
        return bool(self._steps)

    def _cut_after(self, lines: int) -> None:
        """Take off a line that was being written when the process died."""
        path = self._spool / _FILE
        whole = b"".join(path.read_bytes().splitlines(keepends=True)[:lines])
        os.truncate(path, len(whole))

    def _append(self, line: Mapping[str, object]) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
        handle = os.open(self._spool / _FILE, flags, 0o600)
        with os.fdopen(handle, "ab") as file:
            file.write(json.dumps(line).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())


def _asked(plan: ReadPlan, asked: Mapping[str, str]) -> dict[str, str]:
    """Once something was landed, what was read before it is no beginning of the next read."""
    return {**asked, "after": str(plan.after)}


def is_worth_keeping(spool: Path) -> bool:
    """True when at least one whole page stands in the folder, for the next run to go on from."""
    return any("page" in line for line in _lines(spool))


def _lines(spool: Path) -> list[dict[str, Any]]:
    """The whole lines of the record; what follows a cut or damaged one does not count."""
    path = spool / _FILE
    if path.is_symlink() or not path.is_file():
        return []
    found: list[dict[str, Any]] = []
    for line in path.read_bytes().splitlines(keepends=True):
        try:
            read = json.loads(line) if line.endswith(b"\n") else None
        except ValueError:
            read = None
        if not isinstance(read, dict):
            break
        found.append(read)
    return found
