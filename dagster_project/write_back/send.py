"""Sending a changeset: the fewest calls the API allows, each intent recorded before its call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from dagster_project.write_back.changeset import Change, Changeset
from dagster_project.write_back.desired import Row, ids_by_key
from dagster_project.write_back.fields import SignalObject, signal_objects
from dagster_project.write_back.ledger import Intent, Ledger, Outcome
from dagster_project.write_back.values import wire
from extract import Outcome as TargetOutcome
from extract import SalesforceTarget

RECORDS_PER_CALL = 200


def send(target: SalesforceTarget, ledger: Ledger, run_id: str, plan: Changeset) -> int:
    """Send every change; return the number of calls. Clears go first (a wrong value is worse)."""
    calls_before = target.calls
    for chunk in _chunks(plan):
        intents = ledger.intend(run_id, chunk, datetime.now(UTC))
        outcomes = _sent(target, chunk)
        ledger.close(
            Outcome(intent.intent_id, outcome.sent, outcome.code, outcome.message)
            for intent, outcome in zip(intents, outcomes, strict=True)
        )
    return target.calls - calls_before


def _sent(target: SalesforceTarget, chunk: list[Change]) -> list[TargetOutcome]:
    """Records that are there are written by their id; new ones are made under an external id where
    the object has one, so that a repeat makes no second record."""
    signal_object = _object_named(chunk[0].object)
    rows = [_row(change) for change in chunk]
    if chunk[0].kind != "new":
        return target.update(signal_object.name, rows)
    if signal_object.external_id is not None:
        return target.upsert(signal_object.name, signal_object.external_id, rows)
    return target.create(signal_object.name, rows)


def settle_open_intents(ledger: Ledger, live: Mapping[str, Mapping[str, Row]]) -> int:
    """Ask the target about writes whose answer was lost: did it arrive, or is the intent over?

    An intent that did not arrive is superseded: the changeset that follows plans it again.
    """
    outcomes = [
        _settled(intent, live) for intent in ledger.open_intents() if intent.change.object in live
    ]
    ledger.close(outcomes)
    return len(outcomes)


def _settled(intent: Intent, live: Mapping[str, Mapping[str, Row]]) -> Outcome:
    """A record is written whole or not at all: one value that changed shows that the write arrived,
    though someone may have changed others since (I14, F20). Only where every value was changed
    again is it told as not arrived: without field history the CRM knows no better."""
    change = intent.change
    held = _held(change, live[change.object])
    other = [name for name, value in change.new.items() if held.get(name) != value]
    if not other:
        return Outcome(intent.intent_id, "written", message="found in the target when asked")
    arrived = [
        name
        for name, value in change.new.items()
        if name not in other and value != change.old.get(name)
    ]
    if arrived:
        message = f"found in the target when asked; changed there since: {', '.join(other)}"
        return Outcome(intent.intent_id, "written", message=message)
    return Outcome(intent.intent_id, "superseded", message="not found in the target when asked")


def _held(change: Change, rows: Mapping[str, Row]) -> Row:
    """The record of a change: by its id, or a new one by its key."""
    if change.record_id in rows:
        return rows[change.record_id]
    signal_object = _object_named(change.object)
    found = ids_by_key(signal_object, rows).get(change.record_id)
    return rows[found] if found else {}


def _chunks(plan: Changeset) -> Iterator[list[Change]]:
    ordered = sorted(plan.changes, key=lambda c: (*_way(c), c.kind != "clear", c.record_id))
    for way in dict.fromkeys(map(_way, ordered)):
        of_object = [change for change in ordered if _way(change) == way]
        for start in range(0, len(of_object), RECORDS_PER_CALL):
            yield of_object[start : start + RECORDS_PER_CALL]


def _way(change: Change) -> tuple[str, bool]:
    """Changes of one way may share a call."""
    return change.object, change.kind == "new"


def _row(change: Change) -> dict[str, Any]:
    fields = {field.name: field for field in _object_named(change.object).written}
    values = {name: wire(fields[name], value) for name, value in change.new.items()}
    return values if change.kind == "new" else {"Id": change.record_id, **values}


def _object_named(name: str) -> SignalObject:
    return next(one for one in signal_objects() if one.name == name)
