"""One number → what happens: changes in the sources, faults, kills, lost answers, odd clocks."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from dagster_project.write_back import BrakeLimits
from tests.simulation.company import ACCOUNTS, COMMENTS, DEALS, ITEMS, ORDERS, account_id, deal_id
from tests.simulation.world import System

PAGE = {"Orders": r"/Orders$", "Items": r"/Items$", "Account": "/query", "Opportunity": "/query"}
Kind = Literal["reads", "writes", "all"]
KINDS: tuple[Kind, ...] = ("reads",) * 9 + ("writes",) * 9 + ("all",) * 2
SCOPES = {
    "reads": (("Orders",), ("Items",), ("Account",), ("Opportunity",)),
    "writes": (("Orders",), ("Orders",), ("Orders",), ("Orders", "Opportunity")),
    "all": (("Items", "Orders", "Account", "Opportunity"),),
}
FIRST_SCOPES = (("Orders", "Opportunity"), ("Orders", "Account"))
TROUBLES = {
    "reads": ("read", "read", "read", "kill", "kill", "answer", "answer", "none"),
    "writes": ("write", "write", "write", "kill", "kill", "kill", "read", "none"),
    "all": ("read", "write", "kill", "answer"),
}
STAGES = {
    "reads": ("extract",),
    "writes": ("build", "publish", "publish", "write", "write", "write"),
    "all": ("extract", "build", "publish", "write"),
}
GAPS = (5, 60, 700, 30_000, 200_000)
READ_FAULTS = (
    "status", "status", "status", "cut_body", "cut_body", "drop_before", "drop_after",
    "expired_session", "quota", "drip", "html", "empty",
)  # fmt: skip
WRITE_FAULTS = (
    "drop_after", "drop_after", "drop_before", "status", "cut_body", "row_failure", "row_lock",
    "quota", "expired_session",
)  # fmt: skip
MUTATIONS = ("drop_record", "repeat_record", "spoil_record", "cut_text")
KILL_STAGES = {"extract": 100, "build": 28, "publish": 58, "write": 64}


@dataclass(frozen=True)
class Act:
    """What someone does to a record."""

    kind: str
    object: str
    key: str
    value: Any = None
    late_seconds: float = 0.0


# What moved last before the first read: a late change after it then bears an older stamp.
LAST_CHANGES = (
    Act("change", "Orders", str(ORDERS), {"Comments": COMMENTS[0]}),
    Act("change", "Items", f"A-{ITEMS:03}", {"ItemName": COMMENTS[2]}),
    Act("change", "Account", account_id(ACCOUNTS), {"Name": "Customer, renamed"}),
    Act("change", "Opportunity", deal_id(DEALS), {"Amount": 801.25}),
)


@dataclass(frozen=True)
class Planned:
    """A fault of a server (`sandbox/faults.py`), or a change of one of its answers."""

    system: System
    kind: str
    wanted: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Disturbed:
    """One round and what goes wrong in it."""

    gap: int
    acts: Sequence[Act]
    during: Sequence[tuple[System, int, Act]]
    faults: Sequence[Planned]
    mutations: Sequence[Planned]
    objects: Sequence[str]
    full: frozenset[str]
    limits: BrakeLimits
    is_released: bool
    kill: tuple[str, int] | None
    skew: int
    page_size: int
    writes: bool


@dataclass(frozen=True)
class Schedule:
    """All rounds of one seed; `scope` are the objects that they read.

    `writes` says that they also publish and write; `is_first` that nothing was read before them.
    """

    seed: int
    scope: Sequence[str]
    writes: bool
    is_first: bool
    rounds: Sequence[Disturbed]


def draw(seed: int) -> Schedule:
    """The schedule of a seed, always the same."""
    chance = random.Random(seed)
    kind = chance.choice(KINDS)
    is_first = chance.random() < 0.2
    scopes = FIRST_SCOPES if is_first and kind == "writes" else SCOPES[kind]
    scope = chance.choice(scopes)
    count = chance.choice((1, 1, 2) if kind != "all" else (1, 2, 3))
    rounds = [_disturbed(chance, kind, scope) for _ in range(count)]
    return Schedule(seed, scope, kind != "reads", is_first, rounds)


def _disturbed(chance: random.Random, kind: Kind, scope: Sequence[str]) -> Disturbed:
    objects = list(scope)
    chance.shuffle(objects)
    trouble = chance.choice(TROUBLES[kind])
    stage = chance.choice(STAGES[kind])
    reach = KILL_STAGES[stage] * (len(objects) if stage == "extract" else 1)
    is_braked = chance.random() < 0.15
    during: list[tuple[System, int, Act]] = []
    if chance.random() < 0.2:
        act = _act(chance, chance.choice(objects))
        system: System = "sap_b1" if act.object in ("Orders", "Items") else "salesforce"
        during.append((system, chance.randrange(1, 7), act))
    return Disturbed(
        gap=chance.choice(GAPS),
        acts=_acts(chance, kind, objects),
        during=during,
        faults=[_fault(chance, trouble, objects) for _ in range(chance.randrange(1, 3))]
        if trouble in ("read", "write")
        else [],
        mutations=[_mutation(chance, objects)] if trouble == "answer" else [],
        objects=objects,
        full=frozenset(o for o in objects if chance.random() < 0.1),
        limits=BrakeLimits(records=chance.randrange(3), share=1.0, verdict_flips=1)
        if is_braked
        else BrakeLimits(records=10_000, share=1.0, verdict_flips=10_000),
        is_released=chance.random() < 0.3,
        kill=(stage, chance.randrange(1, reach + 1)) if trouble == "kill" else None,
        skew=chance.choice((0, 0, 0, 0, 0, 0, 0, -7200)),
        page_size=chance.choice((3, 5, 500)),
        writes=kind != "reads",
    )


def _acts(chance: random.Random, kind: Kind, objects: Sequence[str]) -> list[Act]:
    count = chance.randrange(1, 5) if kind == "writes" else chance.randrange(5)
    acts = [_act(chance, chance.choice(objects)) for _ in range(count)]
    if kind == "writes" and chance.random() < 0.2:
        acts.append(_overwrite(chance, "Opportunity"))
    return acts


def _overwrite(chance: random.Random, name: str) -> Act:
    if name == "Account":
        key = account_id(chance.randrange(1, ACCOUNTS + 1))
        return Act("overwrite", name, key, ("Promesa_Open_Orders__c", 7.0))
    key = deal_id(chance.randrange(1, DEALS + 1))
    return Act("overwrite", name, key, ("Promesa_Reason__c", "someone else's word"))


def _act(chance: random.Random, name: str) -> Act:
    late = chance.choice((0.0, 0.0, 0.0, 100.0))
    if name == "Orders":
        key, comment = str(chance.randrange(1, ORDERS + 1)), chance.choice((*COMMENTS, None))
        return Act("change", name, key, {"Comments": comment}, late)
    if name == "Items":
        key = f"A-{chance.randrange(1, ITEMS + 1):03}"
        kind = chance.choice(("change", "change", "change", "delete", "create"))
        if kind == "create":
            key = f"N-{chance.randrange(1, 1000):03}"
        return Act(kind, name, key, {"ItemName": chance.choice((*COMMENTS, ""))}, late)
    if name == "Account":
        key = account_id(chance.randrange(1, ACCOUNTS + 1))
        if chance.random() < 0.15:
            return _overwrite(chance, name)
        return Act("change", name, key, {"Name": chance.choice(COMMENTS)}, late)
    key = deal_id(chance.randrange(1, DEALS + 1))
    kind = chance.choice(("change",) * 5 + ("delete", "overwrite"))
    if kind == "overwrite":
        return _overwrite(chance, name)
    return Act(kind, name, key, {"Amount": float(chance.randrange(1, 10_000)) / 4}, late)


def _fault(chance: random.Random, trouble: str, objects: Sequence[str]) -> Planned:
    if trouble == "write":
        kind = chance.choice(WRITE_FAULTS)
        method = chance.choice(("PATCH",) * 4 + ("POST",))  # records; tasks
        wanted: dict[str, Any] = {"method": method, "path": "/composite/sobjects"}
        if kind == "status":
            wanted["options"] = {"status": 503}
        if kind in ("row_failure", "row_lock"):
            wanted |= {"options": {"share": 0.4}, "seed": chance.randrange(1000)}
        if kind == "row_lock":
            wanted["count"] = chance.choice((1, 2, 50))
        return Planned("salesforce", kind, wanted)
    name = chance.choice(objects)
    system: System = "sap_b1" if name in ("Orders", "Items") else "salesforce"
    kind = chance.choice(READ_FAULTS)
    wanted = {"path": PAGE[name], "skip": chance.randrange(3), "count": chance.choice((1, 2, 20))}
    if chance.random() < 0.2:
        wanted["path"] = ".*"
    if kind == "status":
        status = chance.choice((500, 502, 503, 504, 429, 403, 404, 413))
        wanted["options"] = {"status": status}
        if status == 429:
            wanted["options"]["retry_after"] = 0
    elif kind == "drip":
        wanted["options"] = {"bytes": 3000, "seconds": 0.0}
    elif kind == "html":
        wanted["options"] = {"status": 200, "body": "<html>Maintenance</html>"}
    elif kind == "empty" and name == "Orders":
        # An incremental read of the Service Layer declares no count: nobody could tell.
        return Planned(system, "cut_body", {"path": PAGE[name]})
    elif kind == "empty":
        wanted["count"] = 1
        body = '{"value": []}' if system == "sap_b1" else _NOTHING
        wanted |= {"path": PAGE[name]}
        wanted["options"] = {"status": 200, "body": body, "content_type": "application/json"}
    return Planned(system, "status" if kind in ("html", "empty") else kind, wanted)


_NOTHING = '{"totalSize": 0, "done": true, "records": []}'


def _mutation(chance: random.Random, objects: Sequence[str]) -> Planned:
    name = chance.choice(objects)
    system: System = "sap_b1" if name in ("Orders", "Items") else "salesforce"
    kind = chance.choice(MUTATIONS)
    if kind == "drop_record" and name == "Orders":
        kind = "cut_text"  # an incremental read of the Service Layer declares no count
    wanted = {"path": PAGE[name], "skip": chance.randrange(2), "seed": chance.randrange(1000)}
    return Planned(system, kind, wanted)
