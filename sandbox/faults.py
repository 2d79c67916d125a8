"""Faults on request: what may go wrong, when, how often; seeded, so that one number replays it."""

from __future__ import annotations

import json
import random
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

FaultKind = Literal[
    "status",
    "slow",
    "drip",
    "cut_body",
    "drop_before",
    "drop_after",
    "expired_session",
    "quota",
    "row_failure",
    "row_lock",
    "job_failed",
    "job_running",
    "shifted_rows",
    "duplicate_rows",
    "late_commit",
    "schema_change",
]
"""`status`: another answer in place of the real one (options status, retry_after, body,
content_type) · `slow`: waits `seconds` before it begins · `drip`: sends the body in pieces of
`bytes` with `seconds` between them · `cut_body`: declares the whole length, sends `share` (0.5)
of the body and resets · `drop_before`: resets before anything is done · `drop_after`: does the
work, commits, and resets instead of answering · `expired_session`: the session that asks is
ended · `quota`: the system's own answer for a spent quota · `row_failure`, `row_lock`: a `share`
(0.5) of the rows of a write fail with the system's own code · `job_failed`: a bulk job ends as
Failed, its first `after` (0) rows done · `job_running`: a poll still finds a job at work ·
`shifted_rows`: a following page starts `by` (1) rows too late, or too early if negative ·
`duplicate_rows`: a `share` (0.5) of a page's rows come twice · `late_commit`: what a request writes
is stamped `seconds` (300) ago, or ahead if negative · `schema_change`: from this request on
`field` of `object` is `change`d: added, removed or retyped, as `type`."""


_KINDS: dict[str, FaultKind] = {kind: kind for kind in get_args(FaultKind)}


class FaultError(ValueError):
    """A fault that can't be planned as asked; the text says why."""


@dataclass(slots=True)
class Fault:
    """One planned fault: hits the requests whose method and path match (regular expressions).

    The first `skip` matches are spared, then at most `count` are hit (None: all), each with
    `probability`, drawn from `seed`. `matched` and `hit` count what happened.
    """

    number: int
    kind: FaultKind
    method: str = ".*"
    path: str = ".*"
    skip: int = 0
    count: int | None = 1
    probability: float = 1.0
    seed: int = 1
    options: Mapping[str, Any] = field(default_factory=dict)
    matched: int = 0
    hit: int = 0
    chance: random.Random = field(default_factory=random.Random, repr=False)

    def strikes(self, method: str, path: str) -> bool:
        """Count a request and say whether it is hit."""
        if not re.fullmatch(self.method, method) or not re.search(self.path, path):
            return False
        if self.count is not None and self.hit >= self.count:
            return False
        self.matched += 1
        if self.matched <= self.skip or self.chance.random() >= self.probability:
            return False
        self.hit += 1
        return True

    def rows_hit(self, count: int) -> frozenset[int]:
        """Which of `count` rows fail: `options["rows"]` (positions) or a seeded `share` of them."""
        rows = self.options.get("rows")
        if rows is not None:
            return frozenset(int(row) for row in rows if int(row) < count)
        share = float(self.options.get("share", 0.5))
        return frozenset(row for row in range(count) if self.chance.random() < share)

    def summary(self) -> dict[str, Any]:
        """The fault as the control address shows it."""
        return {
            "number": self.number,
            "kind": self.kind,
            "method": self.method,
            "path": self.path,
            "skip": self.skip,
            "count": self.count,
            "probability": self.probability,
            "seed": self.seed,
            "options": dict(self.options),
            "matched": self.matched,
            "hit": self.hit,
        }


class Faults:
    """The faults planned for one server, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: list[Fault] = []
        self._number = 0

    def plan(self, kind: str, **wanted: Any) -> Fault:
        """Plan a fault (arguments as the fields of `Fault`); FaultError for an unknown one."""
        known_kind = _KINDS.get(kind)
        if known_kind is None:
            message = f"{kind!r} is no fault; known are {', '.join(_KINDS)}."
            raise FaultError(message)
        known = {"method", "path", "skip", "count", "probability", "seed", "options"}
        unknown = sorted(set(wanted) - known)
        if unknown:
            message = f"{unknown[0]!r} says nothing about a fault; use {', '.join(sorted(known))}."
            raise FaultError(message)
        for pattern in (wanted.get("method", ""), wanted.get("path", "")):
            try:
                re.compile(pattern)
            except re.error as error:
                message = f"{pattern!r} is no regular expression: {error}."
                raise FaultError(message) from error
        with self._lock:
            self._number += 1
            fault = Fault(number=self._number, kind=known_kind, **wanted)
            fault.chance.seed(fault.seed)
            self._planned.append(fault)
            return fault

    def plan_json(self, body: bytes) -> Fault:
        """Plan a fault from a JSON object with `kind` and the other fields of `Fault`."""
        try:
            wanted = json.loads(body)
        except ValueError as error:
            message = f"The body is not JSON: {error}."
            raise FaultError(message) from error
        if not isinstance(wanted, dict) or not isinstance(wanted.get("kind"), str):
            message = "The body must be an object with a kind."
            raise FaultError(message)
        return self.plan(**wanted)

    def struck(self, method: str, path: str) -> list[Fault]:
        """The faults that hit this request; of one kind the one that was planned first.

        So two planned answers come one after the other, and a slow one may be cut as well.
        """
        struck: dict[FaultKind, Fault] = {}
        with self._lock:
            for fault in self._planned:
                if fault.kind not in struck and fault.strikes(method, path):
                    struck[fault.kind] = fault
        return list(struck.values())

    def planned(self) -> list[Fault]:
        """All faults, spent ones too."""
        with self._lock:
            return list(self._planned)

    def clear(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._planned.clear()
