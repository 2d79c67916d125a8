"""What a system offers to the rest of the house: declared objects, a read, and what came of it."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from extract.errors import TryAgain


class Mode(StrEnum):
    """How an extraction reads: everything, what moved since the cursor, or everything compared."""

    FULL = "full"
    INCREMENTAL = "incremental"
    COMPARE = "compare"


class DeleteRule(StrEnum):
    """What proves a delete: the source's own flag, or absence from a complete read (I6)."""

    FLAG = "flag"
    ABSENCE = "absence"


@dataclass(frozen=True)
class StampRule:
    """How the source says when a record changed: one instant field, or a day with a time."""

    instant: str = ""
    day: str = ""
    time: str = ""

    @property
    def is_known(self) -> bool:
        """True where the source keeps a change stamp at all."""
        return bool(self.instant or self.day)


NO_STAMP = StampRule()


@dataclass(frozen=True)
class ObjectSpec:
    """One declared object of a system; adding an object is adding one of these."""

    system: str
    name: str
    entity: str
    key: tuple[str, ...]
    stamp: StampRule
    delete: DeleteRule
    is_incremental: bool
    required: tuple[str, ...] = ()
    noun: str = ""
    name_field: str = ""

    @property
    def table(self) -> str:
        """The raw table the object lands in, such as sap_b1__delivery_notes."""
        return f"{self.system}__{snake(self.name)}"


def snake(name: str) -> str:
    """'OpportunityLineItem' → 'opportunity_line_item'."""
    letters: list[str] = []
    for place, letter in enumerate(name):
        before = name[place - 1] if place else ""
        after = name[place + 1] if place + 1 < len(name) else ""
        starts_word = letter.isupper() and (
            before.islower() or before.isdigit() or (before.isupper() and after.islower())
        )
        letters.append(("_" if place and starts_word else "") + letter.lower())
    return "".join(letters)


class PageForm(StrEnum):
    """The shape of a spooled page."""

    JSON_ARRAY = "json_array"
    CSV = "csv"
    ROWS = "rows"


@dataclass(frozen=True)
class Page:
    """One spooled answer of a source: the file, its number and how to read it."""

    path: Path
    number: int
    form: PageForm
    array: str = "value"
    declared: int | None = None


@dataclass(frozen=True)
class Reject:
    """A record set aside before landing, with its place and bytes."""

    place: str
    reason: str
    code: str
    payload: bytes = b""
    record_key: str = ""
    field: str = ""


@dataclass(frozen=True)
class Drift:
    """A difference between the source's schema and what is declared."""

    field: str
    kind: str
    detail: str


@dataclass(frozen=True)
class ReadPlan:
    """What to read: from which cursor (None = everything), as of which instant, spooled where,
    after which extraction of the same object, and until when (on the monotonic clock)."""

    as_of: datetime
    cursor: str | None
    spool: Path
    after: int = 0
    until: float = math.inf

    def require_time(self) -> None:
        """Raise TryAgain once the object's time is over (F1)."""
        if time.monotonic() > self.until:
            raise TryAgain(
                "the time for reading it is over.",
                code="object_deadline",
                what_to_do="What came so far is kept; the next run goes on behind it.",
            )


@dataclass(frozen=True)
class Reading:
    """What one read of one object brought, before it is landed.

    `seen_since` and `seconds` tell when a read began that an earlier run had to break off;
    `replays` are the numbers of records that were in quarantine and are judged again.
    """

    mode: Mode
    pages: Sequence[Page]
    cursor: str | None
    is_complete: bool
    declared: int | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
    rejects: Sequence[Reject] = ()
    drift: Sequence[Drift] = ()
    notices: Sequence[str] = ()
    bytes: int = 0
    calls: int = 0
    quarantine_limit: float = 0.01
    seen_since: datetime | None = None
    seconds: float = 0.0
    replays: Sequence[int] = ()


class Source(Protocol):
    """A system, or a folder that stands in for one or several."""

    @property
    def label(self) -> str:
        """'salesforce', 'sap_b1' or 'files:<folder name>'; written to every extraction."""

    def objects(self) -> tuple[ObjectSpec, ...]:
        """The declared objects this source can deliver."""

    def read(self, spec: ObjectSpec, plan: ReadPlan) -> Reading:
        """Spool one object's pages; raises an ExtractError and leaves nothing that counts."""

    def close(self) -> None:
        """End sessions and connections."""


@dataclass(frozen=True)
class Extraction:
    """The closing record of one extraction of one object."""

    extraction_id: int
    system: str
    object: str
    source: str
    mode: str
    state: str
    seen_at: datetime
    received: int
    landed: int
    folded: int
    quarantined: int
    deleted: int
    bytes: int
    calls: int
    seconds: float
    cursor_from: str | None
    cursor_to: str | None
    drift: tuple[Drift, ...] = ()
    notices: tuple[str, ...] = ()
    note: str = ""

    @property
    def cursor(self) -> str | None:
        """Where the next incremental read starts from (before its look-back)."""
        return self.cursor_to
