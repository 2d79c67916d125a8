"""desired − live = changeset: which records get which values, and why the others get none."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from dagster_project.write_back.desired import Row
from dagster_project.write_back.fields import STAMP_FIELDS, SignalObject
from dagster_project.write_back.values import Value, instant

AS_OF, EXPIRES = STAMP_FIELDS
RENEWED_IN_LAST = 4  # a quarter of the validity


@dataclass(frozen=True)
class Change:
    """One record's write: the fields to set with their old values. `kind` says why: a `new` record
    stands under its key, a `create` is the first answer on a record that is there."""

    object: str
    record_id: str
    kind: str  # new | create | update | clear | renewal
    new: Row
    old: Row

    @property
    def cleared(self) -> tuple[str, ...]:
        """Fields that lose their value."""
        return tuple(name for name, value in self.new.items() if value is None)


@dataclass(frozen=True)
class Changeset:
    """All planned writes of one run, and the counts of what needs none."""

    changes: tuple[Change, ...]
    unchanged: int

    @property
    def identity(self) -> str:
        """The same plan has the same identity: a release holds for this plan only."""
        told = [
            (c.object, c.record_id, c.kind, sorted(c.new.items(), key=str)) for c in self.changes
        ]
        return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()[:12]

    def count(self, kind: str) -> int:
        """How many records get a write of this kind."""
        return sum(change.kind == kind for change in self.changes)


def changeset(
    as_of: datetime,
    objects: Iterable[tuple[SignalObject, Mapping[str, Row], Mapping[str, Row]]],
) -> Changeset:
    """Compare desired and live rows, object by object.

    A record that we wrote earlier and that has no answer any more is cleared; a desired record
    that the CRM does not hold is made where Promesa makes records of the object, else left out
    (deleted since).
    """
    changes: list[Change] = []
    unchanged = 0
    for signal_object, desired, live in objects:
        for record_id in sorted(live):
            change = _change(
                signal_object, record_id, desired.get(record_id), live[record_id], as_of
            )
            if change:
                changes.append(change)
            else:
                unchanged += 1
        if signal_object.creates:
            changes += [
                _new(signal_object, key, desired[key]) for key in sorted(desired.keys() - live)
            ]
    return Changeset(tuple(changes), unchanged)


def _new(signal_object: SignalObject, key: str, wanted: Row) -> Change:
    filled: Row = {name: value for name, value in wanted.items() if value is not None}
    return Change(signal_object.name, key, "new", filled, dict.fromkeys(filled))


def _change(
    signal_object: SignalObject, record_id: str, wanted: Row | None, live: Row, as_of: datetime
) -> Change | None:
    answers = [field.name for field in signal_object.answers]
    stamps = signal_object.stamps
    if wanted is None:
        cleared = [field.name for field in signal_object.answers if field.is_cleared]
        kept = {name: live[name] for name in (*cleared, *stamps) if live[name] not in (None, False)}
        if not kept:
            return None
        emptied: Row = {name: False if value is True else None for name, value in kept.items()}
        return Change(signal_object.name, record_id, "clear", emptied, kept)
    news = [name for name in answers if wanted[name] != live[name]]
    if news:
        if AS_OF in stamps:
            wanted = {**wanted, AS_OF: _later(wanted[AS_OF], live[AS_OF])}
        names = (*news, *(name for name in stamps if wanted[name] != live[name]))
        kind = "create" if AS_OF in stamps and live[AS_OF] is None else "update"
        return Change(
            signal_object.name,
            record_id,
            kind,
            {name: wanted[name] for name in names},
            {name: live[name] for name in names},
        )
    if EXPIRES in stamps and _is_due_for_renewal(wanted[EXPIRES], live[EXPIRES], as_of):
        return Change(
            signal_object.name,
            record_id,
            "renewal",
            {EXPIRES: wanted[EXPIRES]},
            {EXPIRES: live[EXPIRES]},
        )
    return None


def _later(wanted: Value, live: Value) -> Value:
    """As-of never goes back, whatever the clock of the run said (I17, F27)."""
    if wanted is None or live is None:
        return wanted
    return max(wanted, live, key=instant)


def _is_due_for_renewal(wanted: Value, live: Value, as_of: datetime) -> bool:
    """In the last quarter of its validity an unchanged answer gets a later expiry."""
    if wanted is None or wanted == live:
        return False
    if live is None:
        return True
    validity = instant(wanted) - as_of
    return (instant(live) - as_of) * RENEWED_IN_LAST < validity
