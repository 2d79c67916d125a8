"""Plays a schedule in a world, ends it with runs without faults, and hands over the evidence."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from dagster_project.warehouse import DataFolder
from dagster_project.write_back import signal_objects
from extract.landing.raw import open_raw
from tests.simulation.answers import TASK_FIELDS
from tests.simulation.checker import Violation, check
from tests.simulation.company import KEYS, SYSTEM_OF, due_answers, due_tasks, item
from tests.simulation.evidence import Evidence, Raw, read_ledger, read_raw, read_version
from tests.simulation.kills import Killer, mortal
from tests.simulation.rounds import Order, Round, run_round
from tests.simulation.schedule import LAST_CHANGES, Act, Disturbed, Planned, Schedule, draw
from tests.simulation.twin import UNLIKE, End, differences
from tests.simulation.world import EMPTY, FILLED, SYSTEMS, Mutation, World, settings_of


@dataclass
class Played:
    """One schedule and what became of it."""

    seed: int
    violations: list[Violation]
    rounds: list[Round]
    figures: Counter[str] = field(default_factory=Counter)

    def told(self) -> str:
        """The rounds and the violations, a line each."""
        lines = [
            f"  {one.run_id} {one.state}"
            f"{' at ' + one.killed_at if one.killed_at else ''}"
            f" {one.counts or ''}{' held' if one.is_held else ''} {one.said}"
            f"{' | '.join(one.causes)}"
            for one in self.rounds
        ]
        broken = [f"  {one}" for one in self.violations]
        return "\n".join((f"seed {self.seed}", *lines, *broken))


class Stage:
    """One world and one data folder, begun again for each schedule."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder)
        self.data = DataFolder(folder / "data")
        self.kept = folder / "kept"
        allowed = {(o.name, f.name) for o in signal_objects() for f in o.written}
        self._allowed = allowed | {("Task", name) for name in TASK_FIELDS}
        self._filled = self._fill()

    def _fill(self) -> Evidence:
        """A first round over everything, which most schedules begin after."""
        first = _Play(self, Schedule(-1, tuple(KEYS), writes=True, is_first=True, rounds=()))
        evidence = first.begun()
        with settings_of(self.world):
            first.fill()
        shutil.copytree(self.data.root, self.kept)
        self.world.keep(FILLED)
        return evidence

    def evidence(self, *, is_first: bool) -> Evidence:
        """What is known before a schedule begins."""
        if is_first:
            user = self.world.crm.integration_user()
            return Evidence(allowed=self._allowed, user=user)
        told = self._filled
        return replace(
            told,
            rounds=list(told.rounds),
            raws=list(told.raws),
            versions=list(told.versions),
            expiries=list(told.expiries),
            limits=dict(told.limits),
            answers=list(told.answers),
            disturbed=set(),
        )

    def close(self) -> None:
        """End the servers."""
        self.world.stop()

    def play(
        self, seed: int, defect: Callable[[], AbstractContextManager[None]] = nullcontext
    ) -> Played:
        """Play the schedule of a seed and check what it left."""
        return _Play(self, draw(seed)).to_the_end(defect)

    def play_with_twin(self, seed: int) -> Played:
        """Play it, then its changes without faults: the two must end with the same rows."""
        one = _Play(self, draw(seed))
        played = one.to_the_end(nullcontext)
        twin = _Play(self, replace(one.schedule, rounds=()))
        calm = twin.to_the_end(nullcontext, one.done)
        ends = End.of(one.evidence), End.of(twin.evidence)
        told = [Violation(UNLIKE, text) for text in differences(*ends)]
        return replace(played, violations=[*played.violations, *calm.violations, *told])


class _Play:
    """One schedule while it is played."""

    def __init__(self, stage: Stage, schedule: Schedule) -> None:
        self.stage, self.world, self.data = stage, stage.world, stage.data
        self.schedule = schedule
        self.killer = Killer(self.data.root)
        self.evidence = Evidence()
        self.figures: Counter[str] = Counter()
        self.done: list[Act] = []

    def begun(self) -> Evidence:
        """The servers and the data folder as the schedule finds them, and what is known then."""
        is_first = self.schedule.is_first
        self.world.reset(EMPTY if is_first else FILLED)
        shutil.rmtree(self.data.root, ignore_errors=True)
        if is_first:
            self.data.create()
        else:
            shutil.copytree(self.stage.kept, self.data.root)
        self.evidence = self.stage.evidence(is_first=is_first)
        return self.evidence

    def to_the_end(
        self, defect: Callable[[], AbstractContextManager[None]], changes: Sequence[Act] = ()
    ) -> Played:
        """Every round of the schedule after these changes, the last rounds, and the checks."""
        evidence = self.begun()
        begun_with = len(evidence.rounds)
        try:
            with settings_of(self.world), defect():
                self.world.advance(700 if changes else 0)
                for act in changes:
                    self._do(act)
                for disturbed in self.schedule.rounds:
                    self._disturb(disturbed)
                self._settle()
            evidence.ledger = read_ledger(self.data.ledger)
        finally:
            self.killer.let_go()
        self._look_at_the_end()
        rounds = evidence.rounds[begun_with:]
        return Played(self.schedule.seed, check(evidence), rounds, self.figures)

    # -- rounds ---------------------------------------------------------------------------------

    def _disturb(self, disturbed: Disturbed) -> None:
        world = self.world
        world.advance(disturbed.gap)
        for act in disturbed.acts:
            self._do(act)
        for system, waits, act in disturbed.during:
            world.during.append((system, waits, lambda act=act: self._do(act)))  # type: ignore[misc]
        for fault in disturbed.faults:
            world.contexts[fault.system].faults.plan(fault.kind, **fault.wanted)
        for mutation in disturbed.mutations:
            world.mutations.append(_mutation_of(mutation))
        os.environ["SAP_B1_PAGE_SIZE"] = str(disturbed.page_size)
        order = Order(
            disturbed.objects,
            disturbed.full,
            disturbed.limits,
            disturbed.is_released,
            kill=disturbed.kill,
            publishes=disturbed.writes,
            writes=disturbed.writes,
        )
        self._round(order, disturbed.skew, is_disturbed=True)
        self._count_and_clear()

    def _settle(self) -> None:
        """Runs without faults until all is let through, then one in which nothing is new."""
        os.environ["SAP_B1_PAGE_SIZE"] = "500"
        while not self.settle_once():
            continue
        # What we wrote comes back with the CRM's records; all is read again now and then.
        seed, is_read = self.schedule.seed, not self.schedule.writes
        objects = [name for name in self.schedule.scope if seed % (2 if is_read else 4) == 0]
        if is_read and not objects:
            return
        self.world.advance(700)
        quiet = Order(objects, publishes=False, writes=self.schedule.writes)
        done = self._round(quiet, 0, is_disturbed=False)
        self.evidence.quiet_from = {name: done.positions[name][0] for name in SYSTEMS}

    def fill(self) -> None:
        """A run over everything, just after a change of each object: its cursor says now."""
        self.world.advance(700)
        for act in LAST_CHANGES:
            self._do(act)
        self._round(Order(tuple(KEYS)), 0, is_disturbed=False)

    def settle_once(self) -> bool:
        """A run without faults; whether the next one finds nothing left to let through."""
        self.world.advance(700)
        is_parked = bool(self.evidence.raws) and self._is_due_to_park()
        writes = self.schedule.writes
        order = Order(self.schedule.scope, publishes=writes, writes=writes)
        done = self._round(order, 0, is_disturbed=is_parked)
        # A read gone on with tells of the day it began; the next one tells of now.
        return not is_parked and not done.goes_on

    def _is_due_to_park(self) -> bool:
        """Whether so many items are gone that a read must be parked until a second one says so."""
        raw = self.evidence.raws[-1]
        newest = [one for one in raw.extractions.values() if one["object"] == "Items"][-1:]
        if not newest or newest[0]["state"] == "parked":
            return False
        held = [row for row in raw.current("Items").values() if not row.is_deleted]
        return len(self.world.content("Items")) < 0.9 * len(held)

    def _round(self, order: Order, skew: int, *, is_disturbed: bool) -> Round:
        evidence, world = self.evidence, self.world
        number = len(evidence.rounds) + 1
        as_of = world.now + timedelta(seconds=skew)
        told = run_round(world, self.data, number, as_of, order, self.killer)
        evidence.rounds.append(told)
        if is_disturbed:
            evidence.disturbed.add(number)
        evidence.limits[number] = (order.limits.records, order.limits.verdict_flips)
        if told.published is not None:
            evidence.answers.append(told.answers)
        evidence.raws.append(self._raw())
        evidence.versions.append(read_version(self.data.published))
        evidence.expiries.append(
            {
                (name, key): record["Promesa_Expires__c"]
                for name in ("Account", "Opportunity")
                for key, record in world.content(name).items()
                if record["Promesa_Expires__c"]
            }
        )
        return told

    def _raw(self) -> Raw:
        self.killer.where, self.killer.at = "", None
        with mortal(self.killer):
            if not self.data.raw.exists():
                return Raw({name: [] for name in KEYS}, {}, [])
            with open_raw(self.data.raw) as connection:
                return read_raw(connection)

    # -- acts and faults --------------------------------------------------------------------------

    def _do(self, act: Act) -> None:
        world = self.world
        there = world.content(act.object)
        if act.kind == "create":
            if act.key not in there:
                world.create(act.object, {**item(1), **act.value, "ItemCode": act.key})
        elif act.key not in there:
            return
        elif act.kind == "delete":
            world.delete(act.object, act.key)
        elif act.kind == "overwrite":
            world.overwrite(act.object, act.key, *act.value)
        else:
            world.change(act.object, act.key, act.value, act.late_seconds)
        self.done.append(act)
        self.figures[f"act: {act.kind}"] += 1

    def _count_and_clear(self) -> None:
        world = self.world
        for context in world.contexts.values():
            for fault in context.faults.planned():
                self.figures[f"fault: {fault.kind}"] += fault.hit
            context.faults.clear()
        for mutation in world.mutations:
            self.figures["fault: answer changed"] += mutation.hit
        world.mutations.clear()
        world.during.clear()
        told = self.evidence.rounds[-1]
        if told.killed_at:
            self.figures[f"kill: {told.killed_at.split()[0]}"] += 1

    def _look_at_the_end(self) -> None:
        world, evidence = self.world, self.evidence
        content = {name: world.content(name) for name in (*KEYS, "Task")}
        scope = self.schedule.scope
        known = scope if self.schedule.is_first else tuple(KEYS)
        evidence.is_written = self.schedule.writes
        evidence.history = {k: v for k, v in world.history.items() if k[0] in known}
        last = {begun.object for begun in evidence.rounds[-1].begun}
        evidence.served = {
            name: world.served(name)
            for name in scope
            if name in last or SYSTEM_OF[name] == "sap_b1" or not self.schedule.writes
        }
        evidence.journals = {
            "salesforce": world.journal("salesforce"),
            "sap_b1": world.journal("sap_b1"),
        }
        evidence.live = {name: content[name] for name in ("Account", "Opportunity", "Task")}
        read = {name: content[name] if name in known else {} for name in KEYS}
        evidence.due, evidence.due_tasks = due_answers(read), due_tasks(read)


def _mutation_of(planned: Planned) -> Mutation:
    chance = random.Random(planned.wanted["seed"])

    def change(body: bytes) -> bytes:
        if planned.kind == "cut_text":
            return body[: chance.randrange(len(body))]
        try:
            told: dict[str, Any] = json.loads(body)
        except ValueError:
            return body
        rows = told.get("value", told.get("records"))
        if not isinstance(rows, list) or not rows:
            return body
        place = chance.randrange(len(rows))
        if planned.kind == "drop_record":
            del rows[place]
        elif planned.kind == "repeat_record":
            rows.insert(place, rows[place])
        else:
            rows[place] = chance.choice(("not a record", 7, {"odd": True}))
        return json.dumps(told).encode()

    return Mutation(planned.wanted["path"], planned.wanted["skip"], change)
