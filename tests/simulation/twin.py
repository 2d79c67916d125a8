"""The same changes without faults: a schedule must end with the rows of a run that had none.

What a record says of the moment of its last change is left out, since the two runs have their own
moments; so are tasks, for an order that was stopped for a while is told of by whoever ran then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.simulation.company import KEYS, Record
from tests.simulation.evidence import Evidence
from tests.simulation.world import without_nulls

_MOMENTS = (
    "SystemModstamp", "LastModifiedDate", "LastModifiedById", "CreateDate", "CreateTime",
    "UpdateDate", "UpdateTime", "DataVersion", "Promesa_As_Of__c", "Promesa_Expires__c",
)  # fmt: skip

UNLIKE = "unlike a run without faults"
Rows = Mapping[tuple[str, str], Record]


@dataclass(frozen=True)
class End:
    """The current rows of raw and the records of the CRM, by object and key."""

    raw: Rows
    crm: Rows
    refused: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, evidence: Evidence) -> End:
        """What a schedule ended with; what the CRM refused to take keeps its reason instead."""
        last = evidence.raws[-1]
        outcomes = {(i["object"], i["record_id"]): i["outcome"] for i in evidence.ledger}
        return cls(
            raw={
                (name, key): _own(row.record, is_raw=True)
                for name in KEYS
                for key, row in last.current(name).items()
                if not row.is_deleted
            },
            crm={
                (name, key): _own(record, is_raw=False)
                for name in ("Account", "Opportunity")
                for key, record in evidence.live[name].items()
            },
            refused=frozenset(one for one, outcome in outcomes.items() if outcome == "refused"),
        )


def differences(mine: End, twin: End) -> Iterator[str]:
    """What differs between the end of a schedule and the one without faults."""
    for place, ours, theirs in (("raw", mine.raw, twin.raw), ("the CRM", mine.crm, twin.crm)):
        for one in ours.keys() | theirs.keys():
            is_refused = ours is mine.crm and one in mine.refused
            if ours.get(one) != theirs.get(one) and not is_refused:
                yield f"{' '.join(one)} in {place}: {_told(ours.get(one), theirs.get(one))}"


def _own(record: Mapping[str, Any], *, is_raw: bool) -> Record:
    # What we write comes back to raw with the next read of the record; the CRM's side is compared.
    kept: Record = without_nulls(
        {
            name: value
            for name, value in record.items()
            if name not in _MOMENTS and not (is_raw and name.startswith("Promesa_"))
        }
    )
    return kept


def _told(mine: Record | None, twin: Record | None) -> str:
    if mine is None or twin is None:
        return "there" if twin is None else "missing"
    names = [name for name in mine.keys() | twin.keys() if mine.get(name) != twin.get(name)]
    return ", ".join(f"{n} is {mine.get(n)!r}, without faults {twin.get(n)!r}" for n in names)
