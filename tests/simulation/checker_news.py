"""I12 to I18 for what is told once: each piece of news becomes one task, whatever went wrong."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC
from typing import Any

from sandbox.state import JournalEntry
from tests.simulation.evidence import Evidence

TASK = "Task"
Told = tuple[str, str]
"""Deal and subject: what a reader takes two tasks for the same by."""


def _told_once(evidence: Evidence) -> Iterator[str]:
    """I13: one task at most for a piece of news, and one when the ledger says written."""
    created = Counter(_of_commit(entry) for entry in _creations(evidence))
    written = Counter(
        _of_intent(intent) for intent in _intents(evidence) if intent["outcome"] == "written"
    )
    for told, number in created.items():
        if number > 1:
            yield f"{told[1]} was told {number} times on {told[0]}"
    for told in created.keys() | written.keys():
        if created[told] != written[told]:
            yield (
                f"{told[1]} on {told[0]}: {created[told]} tasks,"
                f" {written[told]} intents that say written"
            )


def _is_told(evidence: Evidence) -> Iterator[str]:
    """I15: after a run without faults each owner has the task that is due."""
    refused = {_of_intent(one) for one in _intents(evidence) if one["outcome"] == "refused"}
    there = {(row["WhatId"], row["Subject"]) for row in evidence.live[TASK].values()}
    due = evidence.due_tasks.items() if evidence.is_written else ()
    for told in due:
        if told not in refused and told not in there:
            yield f"{told[1]} was never told on {told[0]}"


def _only_ours(evidence: Evidence) -> Iterator[str]:
    """I16: a task holds allowed fields alone, with the words of a published version."""
    stood: dict[tuple[str, str], set[str]] = {}
    for answers in evidence.answers:
        for (name, key, field), value in answers.items():
            if name == TASK:
                stood.setdefault((key, field), set()).add(str(value))
    for entry in _creations(evidence):
        deal, _ = _of_commit(entry)
        for field, (_, new) in entry.detail["fields"].items():
            if new in (None, 0, False):  # what the CRM fills in by itself
                continue
            if (TASK, field) not in evidence.allowed:
                yield f"our user wrote {field} of a task on {deal}"
            elif str(new) not in stood.get((deal, field), set()):
                yield f"{field} of a task on {deal}: {new!r} stood in no published version"


def _intent_first(evidence: Evidence) -> Iterator[str]:
    """I18: the intent stood in the ledger before the task was asked for."""
    requests = {
        e.sequence: e.detail for e in evidence.journals["salesforce"] if e.kind == "request"
    }
    first: dict[Told, float] = {}
    for intent in _intents(evidence):
        at = intent["intended_at"].replace(tzinfo=UTC).timestamp()
        first[_of_intent(intent)] = min(at, first.get(_of_intent(intent), at))
    for entry in _creations(evidence):
        told = _of_commit(entry)
        if told in first and first[told] > float(requests[entry.request or 0]["received"]):
            yield f"{told[1]} on {told[0]} was recorded after it was sent"


def _creations(evidence: Evidence) -> list[JournalEntry]:
    return [
        entry
        for entry in evidence.journals["salesforce"]
        if entry.kind == "commit"
        and entry.user == evidence.user
        and entry.detail["object"] == TASK
        and entry.detail["operation"] == "create"
    ]


def _intents(evidence: Evidence) -> list[Mapping[str, Any]]:
    return [intent for intent in evidence.ledger if intent["object"] == TASK]


def _of_commit(entry: JournalEntry) -> Told:
    fields = entry.detail["fields"]
    return str(fields["WhatId"][1]), str(fields["Subject"][1])


def _of_intent(intent: Mapping[str, Any]) -> Told:
    new = json.loads(intent["new_values"])
    return str(new["WhatId"]), str(new["Subject"])


NEWS_CHECKS: dict[str, Callable[[Evidence], Iterator[str]]] = {
    "I13 told once": _told_once,
    "I15 told at last": _is_told,
    "I16 only our news": _only_ours,
    "I18 intent before news": _intent_first,
}
