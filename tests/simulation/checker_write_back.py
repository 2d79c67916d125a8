"""I12 to I20: what the write-back promises, over the ledger and the CRM's own journal."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.state import JournalEntry
from tests.simulation.evidence import Evidence

OUTCOMES = {"written", "pending", "refused", "unknown", "superseded"}
OPEN = {None, "unknown"}
STAMPS = ("Promesa_As_Of__c", "Promesa_Expires__c")
COUNTED = ("Promesa_Verdict__c", "Promesa_Reason__c", "Promesa_For_Amount__c")
CHECKED = {
    "Opportunity": COUNTED,
    "Account": ("Promesa_Partner_Code__c", "Promesa_Open_Orders__c"),
}
Values = dict[str, tuple[Any, Any]]


@dataclass(frozen=True)
class Commit:
    """One change of a record by our user, as the CRM's journal has it: field → (old, new)."""

    entry: JournalEntry
    object: str
    key: str
    values: Values


def _one_outcome_each(evidence: Evidence) -> Iterator[str]:
    """I12: planned = the sum of the outcomes, one each; nothing unknown after the last run."""
    by_run = Counter(intent["run_id"] for intent in evidence.ledger)
    news = Counter(intent["run_id"] for intent in evidence.ledger if intent["object"] == "Task")
    for intent in evidence.ledger:
        if intent["outcome"] in OPEN:
            yield f"intent {intent['intent_id']} on {intent['record_id']} is still open"
        elif intent["outcome"] not in OUTCOMES:
            yield f"intent {intent['intent_id']} ended as {intent['outcome']}"
    for told in evidence.rounds:
        if told.has_written_back:
            planned, counted = told.planned + news[told.run_id], sum(told.counts.values())
            if not planned == counted == by_run[told.run_id]:
                yield (
                    f"{told.run_id}: {planned} planned, {counted} outcomes,"
                    f" {by_run[told.run_id]} intents"
                )
    for one, number in Counter(
        (i["run_id"], i["object"], i["record_id"], name)
        for i in evidence.ledger
        for name in json.loads(i["new_values"])
    ).items():
        if number > 1:
            yield f"{number} intents of {one[0]} on {one[2]} {one[3]}"


def _one_effect(evidence: Evidence) -> Iterator[str]:
    """I13: at most one commit per intent, exactly one when the ledger says written."""
    for key, matched in _matched(evidence).items():
        for intent, commit in matched.pairs:
            if intent["outcome"] == "written" and commit is None and _changes(intent):
                yield f"intent {intent['intent_id']} on {key[1]} is written; the CRM has no commit"
            if intent["outcome"] in ("refused", "pending") and commit is not None:
                yield f"intent {intent['intent_id']} is {intent['outcome']} and was committed"
        for commit in matched.left:
            yield f"a commit on {key[1]} (journal {commit.entry.sequence}) that no intent explains"


def _ledger_is_history(evidence: Evidence) -> Iterator[str]:
    """I14: the (old, new) sequence of each field is the same in the ledger and in the CRM."""
    ledger: dict[tuple[str, str], list[tuple[Any, Any]]] = {}
    history: dict[tuple[str, str], list[tuple[Any, Any]]] = {}
    for matched in _matched(evidence).values():
        for intent, commit in matched.pairs:
            if intent["outcome"] == "written" or commit is not None:
                for name, pair in _changes(intent).items():
                    ledger.setdefault((intent["record_id"], name), []).append(pair)
    for commit in _commits(evidence):
        for name, pair in commit.values.items():
            history.setdefault((commit.key, name), []).append(pair)
    for one in sorted(ledger.keys() | history.keys()):
        mine, theirs = ledger.get(one, []), history.get(one, [])
        if mine != theirs:
            yield f"{one[0]} {one[1]}: the ledger says {mine}, the CRM {theirs}"


def _fixed_point(evidence: Evidence) -> Iterator[str]:
    """I15: the quiet run commits nothing; then live = due but where an outcome says why not."""
    for system, since in evidence.quiet_from.items():
        for entry in evidence.journals[system]:
            if entry.sequence <= since:
                continue
            if entry.kind == "commit":
                yield f"the quiet run committed {entry.detail['object']} {entry.detail['key']}"
            elif _is_write(entry):
                yield f"the quiet run sent {entry.detail['method']} {entry.detail['path']}"
    refused = {i["record_id"] for i in evidence.ledger if i["outcome"] == "refused"}
    for name, fields in CHECKED.items() if evidence.is_written else ():
        for key, record in evidence.live[name].items():
            if key in refused:
                continue
            for field in fields:
                due, live = evidence.due.get((name, key, field)), record.get(field)
                if _plain(due) != _plain(live):
                    yield f"{name} {key} {field} is {live!r} and should be {due!r}"


def _only_ours(evidence: Evidence) -> Iterator[str]:
    """I16: our commits touch allowed fields alone, with values of a published version."""
    stood: dict[tuple[str, str, str], set[Any]] = {}
    for answers in evidence.answers:
        for one, value in answers.items():
            stood.setdefault(one, set()).add(_plain(value))
    for entry in evidence.journals["salesforce"]:
        if entry.kind != "commit" or entry.user != evidence.user:
            continue
        object_name, key = entry.detail["object"], entry.detail["key"]
        if object_name == "Task" and entry.detail["operation"] == "create":
            continue  # see `checker_news.py`
        if entry.detail["operation"] != "update":
            yield f"our user did {entry.detail['operation']} {object_name} {key}"
            continue
        for field, (_, new) in entry.detail["fields"].items():
            if field in ("LastModifiedDate", "LastModifiedById", "SystemModstamp"):
                continue
            if (object_name, field) not in evidence.allowed:
                yield f"our user wrote {object_name} {key} {field}"
            elif _plain(new) is not None and _plain(new) not in stood.get(
                (object_name, key, field), set()
            ):
                yield f"{object_name} {key} {field}: {new!r} stood in no published version"


def _no_stale_truth(evidence: Evidence) -> Iterator[str]:
    """I17: as-of never goes back; after a run that wrote, no value is live past its expiry."""
    last: dict[str, datetime] = {}
    for commit in _commits(evidence):
        _, new = commit.values.get("Promesa_As_Of__c", (None, None))
        if new is not None:
            if commit.key in last and new < last[commit.key]:
                yield f"{commit.key}: as-of went back from {last[commit.key]} to {new}"
            last[commit.key] = new
    closed = {
        (i["run_id"], i["record_id"])
        for i in evidence.ledger
        if i["outcome"] in ("refused", "pending", "unknown", "superseded")
    }
    refused = {key for _, key in closed}
    for told, expiries in zip(evidence.rounds, evidence.expiries, strict=True):
        for (name, key), text in expiries.items():
            if told.has_written_back and key not in refused and _plain(text) <= told.as_of:
                yield f"after {told.run_id} {name} {key} is live past its expiry {text}"


def _intent_first(evidence: Evidence) -> Iterator[str]:
    """I18: each write request came after the intents of what it committed."""
    requests = {
        e.sequence: e.detail for e in evidence.journals["salesforce"] if e.kind == "request"
    }
    for key, matched in _matched(evidence).items():
        for intent, commit in matched.pairs:
            if commit is None:
                continue
            received = float(requests[commit.entry.request or 0]["received"])
            intended = intent["intended_at"].replace(tzinfo=UTC).timestamp()
            if intended > received:
                yield f"intent {intent['intent_id']} on {key[1]} was recorded after it was sent"


def _brake_holds(evidence: Evidence) -> Iterator[str]:
    """I19: no run without a release commits more than its limits; a held one commits nothing."""
    commits = _commits(evidence)
    for told in evidence.rounds:
        first, last = told.positions["salesforce"]
        own = [one for one in commits if first < one.entry.sequence <= last]
        records, flips = evidence.limits[told.number]
        flipped = [
            one
            for one in own
            if None not in one.values.get("Promesa_Verdict__c", (None, None))
            and not told.is_released
        ]
        if told.is_held and own:
            yield f"{told.run_id} was held and committed {len(own)} records"
        changed = [one for one in own if not _is_first_fill_or_renewal(one)]
        if not told.is_released and len(changed) > records:
            yield f"{told.run_id} changed {len(changed)} records; its limit is {records}"
        if len(flipped) > flips:
            yield f"{told.run_id} flipped {len(flipped)} verdicts; its limit is {flips}"


def _is_first_fill_or_renewal(commit: Commit) -> bool:
    """What is not braked: the first answer on a record, and a later expiry of the same answer."""
    since, _ = commit.values.get(STAMPS[0], ("", ""))
    return since is None or commit.values.keys() <= {STAMPS[1]}


def _chain_holds(evidence: Evidence) -> Iterator[str]:
    """I20: each row carries the hash of the one before it, none is missing, none was added."""
    chain = ""
    for number, intent in enumerate(evidence.ledger, start=1):
        names = ("object", "record_id", "kind", "old_values", "new_values")
        parts = (chain, *(str(intent[name]) for name in names))
        chain = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
        if intent["chain_hash"] != chain:
            yield f"intent {intent['intent_id']} does not follow from the one before"
            return
        if intent["intent_id"] != number:
            yield f"intent {number} is missing"
            return


def _is_write(entry: JournalEntry) -> bool:
    path = entry.detail["path"]
    return entry.detail["method"] in ("PATCH", "PUT", "DELETE") or (
        entry.detail["method"] == "POST" and not path.endswith(("/token", "/Login", "/Logout"))
    )


@dataclass
class _Matched:
    """The intents on one record, each with its commit, and the commits left over."""

    pairs: list[tuple[Mapping[str, Any], Commit | None]]
    left: list[Commit]


def _matched(evidence: Evidence) -> dict[tuple[str, str], _Matched]:
    """Each record's intents and commits in their order: an intent takes the next commit it fits."""
    commits: dict[tuple[str, str], list[Commit]] = {}
    for commit in _commits(evidence):
        commits.setdefault((commit.object, commit.key), []).append(commit)
    found: dict[tuple[str, str], _Matched] = {}
    records = [(i["object"], i["record_id"]) for i in evidence.ledger if i["object"] != "Task"]
    for key in dict.fromkeys(records):
        found[key] = _Matched([], [])
    for key in commits.keys() - found.keys():
        found[key] = _Matched([], [])
    # Where someone else wrote over it or deleted it, asking can't tell that a write had arrived.
    foreign = {
        (e.detail["object"], e.detail["key"])
        for e in evidence.journals["salesforce"]
        if e.kind == "commit"
        and e.user != evidence.user
        and (_owned_of(e) or e.detail["operation"] == "delete")
    }
    for key, matched in found.items():
        left = commits.get(key, [])
        intents = [i for i in evidence.ledger if (i["object"], i["record_id"]) == key]
        for place, intent in enumerate(intents):
            due_later = sum(
                later["outcome"] == "written" and bool(_changes(later))
                for later in intents[place + 1 :]
            )
            # The commit of a later intent with the same values is not this one's.
            is_possible = intent["outcome"] == "written" or (
                len(left) > due_later and (intent["outcome"] != "superseded" or key in foreign)
            )
            fits = bool(left) and is_possible and left[0].values == _changes(intent)
            matched.pairs.append((intent, left.pop(0) if fits else None))
        matched.left = left
    return found


def _commits(evidence: Evidence) -> list[Commit]:
    """Our user's commits on records, with the owned fields that really changed."""
    found = []
    for entry in evidence.journals["salesforce"]:
        detail = entry.detail
        if entry.kind == "commit" and entry.user == evidence.user and detail["object"] != "Task":
            found.append(Commit(entry, detail["object"], detail["key"], _owned_of(entry)))
    return found


def _owned_of(entry: JournalEntry) -> Values:
    pairs = {
        name: (_plain(old), _plain(new))
        for name, (old, new) in entry.detail["fields"].items()
        if name.startswith("Promesa_")
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _changes(intent: Mapping[str, Any]) -> Values:
    old, new = json.loads(intent["old_values"]), json.loads(intent["new_values"])
    pairs = {name: (_plain(old.get(name)), _plain(value)) for name, value in new.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _plain(value: Any) -> Any:
    """One form for a value of the ledger, the journal, the CRM and the published version."""
    if value in (None, "", False, 0, "0"):
        return None
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC, microsecond=0)  # the CRM keeps seconds
    text = str(value)
    try:
        if len(text) > 18 and text[4] == "-" and "T" in text:
            return datetime.fromisoformat(text.replace("+0000", "+00:00").replace("Z", "+00:00"))
        return round(float(text), 6)
    except ValueError:
        return text


WRITE_BACK_CHECKS: dict[str, Callable[[Evidence], Iterator[str]]] = {
    "I12 one outcome each": _one_outcome_each,
    "I13 at most one effect": _one_effect,
    "I14 ledger = history": _ledger_is_history,
    "I15 fixed point": _fixed_point,
    "I16 only what is ours": _only_ours,
    "I17 no stale truth": _no_stale_truth,
    "I18 intent first": _intent_first,
    "I19 brake holds": _brake_holds,
    "I20 chain holds": _chain_holds,
}
