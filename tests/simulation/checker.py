"""The invariants, checked over what a schedule left behind (raw, manifests, ledger, journals).

Written from their definitions, before and without the code that is checked. I9 and I11 are over
marts, which this harness does not build.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.simulation.checker_extraction import EXTRACTION_CHECKS
from tests.simulation.checker_news import NEWS_CHECKS
from tests.simulation.checker_write_back import WRITE_BACK_CHECKS
from tests.simulation.evidence import Evidence


@dataclass(frozen=True)
class Violation:
    """One broken invariant and the record, run or file that breaks it."""

    invariant: str
    text: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.text}"


def check(evidence: Evidence) -> list[Violation]:
    """Every violation of every invariant."""
    checks = {**EXTRACTION_CHECKS, **RUN_CHECKS, **WRITE_BACK_CHECKS, **NEWS_CHECKS}
    return [Violation(name, text) for name, one in checks.items() for text in one(evidence)]


def _never_a_mixture(evidence: Evidence) -> Iterator[str]:
    """I10: the pointer names a whole file, without a log, under a number that only rises."""
    last = 0
    hashes: dict[int, str] = {}
    for told, version in zip(evidence.rounds, evidence.versions, strict=True):
        if version is None:
            continue
        if version.file_hash != version.told_hash:
            yield f"version {version.number} is not the file of its manifest"
        if version.has_log:
            yield f"version {version.number} has a log beside it"
        if version.number < last:
            yield f"version {version.number} came after {last}"
        if hashes.setdefault(version.number, version.file_hash) != version.file_hash:
            yield f"the path of version {version.number} was used twice"
        if told.published is not None and version.number != told.published:
            yield f"{told.run_id} published {told.published}, the pointer names {version.number}"
        last = version.number


def _ends_and_starts(evidence: Evidence) -> Iterator[str]:
    """I21: every run ends as success, degraded or failed; the last ones start without a hand."""
    for told in evidence.rounds:
        if told.state not in ("success", "degraded", "failed", "killed"):
            yield f"{told.run_id} ended as {told.state}: {told.said}"
        if told.number not in evidence.disturbed and told.state in ("failed", "killed"):
            yield f"{told.run_id} without faults {told.state}: {told.said}"


def _no_silence(evidence: Evidence) -> Iterator[str]:
    """I22: what changed an outcome is named; a run without faults names nothing."""
    for told, raw, version in zip(evidence.rounds, evidence.raws, evidence.versions, strict=True):
        if told.state == "failed" and not told.said:
            yield f"{told.run_id} failed without a word"
        for begun in told.begun:
            one = raw.extractions.get(begun.extraction_id or -1)
            is_closed = one is not None and one["state"] == "closed"
            named = [cause for cause in told.causes if begun.object in cause]
            if not is_closed and told.state != "killed":
                if not any(_system_words(begun.object, cause) for cause in named):
                    yield f"{told.run_id} does not name {begun.object}, which it kept from before"
                if told.published and version and not any(c in version.causes for c in named):
                    yield f"version {version.number} does not name {begun.object}"
            if is_closed and named:
                yield f"{told.run_id} names {begun.object}, which was read whole: {named[0]}"
        if told.number not in evidence.disturbed and told.causes:
            yield f"{told.run_id} without faults says {told.causes[0]}"
    for intent in evidence.ledger:
        if intent["outcome"] in ("refused", "pending") and not intent["message"]:
            yield f"intent {intent['intent_id']} is {intent['outcome']} without a reason"


def _system_words(name: str, cause: str) -> bool:
    is_crm = name in ("Account", "Opportunity")
    words = ("salesforce", "Salesforce") if is_crm else ("sap_b1", "SAP", "Service Layer")
    return any(word in cause for word in words)


RUN_CHECKS: dict[str, Callable[[Evidence], Iterator[str]]] = {
    "I10 never a mixture": _never_a_mixture,
    "I21 always ends, always starts": _ends_and_starts,
    "I22 no silence, no false alarm": _no_silence,
}
