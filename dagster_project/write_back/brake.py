"""The brake: a plan that would change too much at once is held until a person lets it go."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from dagster_project.settings import RunSettings
from dagster_project.warehouse.folders import DataFolder
from dagster_project.write_back.changeset import Change, Changeset

VERDICT = "Promesa_Verdict__c"
_BEGUN = 20  # answers from which an object is past its first fill


@dataclass(frozen=True)
class BrakeLimits:
    """What one run may change without a release. First fills and renewals are not braked; records
    that are made count once an object has answers, for they can't be taken back."""

    records: int = 500
    share: float = 0.5
    verdict_flips: int = 100

    @classmethod
    def of(cls, settings: RunSettings) -> BrakeLimits:
        """The limits of the settings."""
        return cls(settings.brake_records, settings.brake_share, settings.brake_verdict_flips)


@dataclass(frozen=True)
class HeldPlan:
    """Why a plan is held, and its twenty biggest changes."""

    identity: str
    reasons: tuple[str, ...]
    biggest: tuple[Change, ...]


def brake(plan: Changeset, answered: Mapping[str, int], limits: BrakeLimits) -> HeldPlan | None:
    """The reasons to hold `plan`, or None; `answered` counts records with an answer, by object."""
    begun = {name for name, total in answered.items() if total >= _BEGUN}
    rewritten = [
        change
        for change in plan.changes
        if change.kind in ("update", "clear") or (change.kind == "new" and change.object in begun)
    ]
    reasons = []
    if len(rewritten) > limits.records:
        reasons.append(f"{len(rewritten)} records would change; the limit is {limits.records}")
    for name, total in answered.items():
        changed = sum(change.object == name and change.kind != "new" for change in rewritten)
        if name in begun and changed > total * limits.share:
            reasons.append(
                f"{changed} of {total} answers on {name} would change;"
                f" the limit is {limits.share:.0%}"
            )
    flips = sum(change.new.get(VERDICT) is not None for change in rewritten)
    if flips > limits.verdict_flips:
        reasons.append(f"{flips} verdicts would change; the limit is {limits.verdict_flips}")
    if not reasons:
        return None
    biggest = sorted(rewritten, key=lambda change: -len(change.new))[:20]
    return HeldPlan(plan.identity, tuple(reasons), tuple(biggest))


def keep_held(data: DataFolder, held: HeldPlan) -> None:
    """Write the held plan down, so that a person can read and release it."""
    path = data.held / f"{held.identity}.json"
    path.write_text(json.dumps(asdict(held), indent=1))
