"""Plays a schedule in a world, ends it with runs without faults, and hands over the evidence."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from dagster_project.warehouse import DataFolder
from dagster_project.write_back import signal_objects
from extract.landing.raw import open_raw
from tests.simulation.checker import Violation, check
from tests.simulation.company import KEYS, SYSTEM_OF, due_answers, item
from tests.simulation.evidence import Evidence, Raw, read_ledger, read_raw, read_version
from tests.simulation.kills import Killer, mortal
from tests.simulation.rounds import Order, Round, run_round
from tests.simulation.schedule import Act, Disturbed, Planned, Schedule, draw
from tests.simulation.world import Mutation, World, settings_of


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
        self._allowed = {(o.name, f.name) for o in signal_objects() for f in o.written}

    def close(self) -> None:
        """End the servers."""
        self.world.stop()

    def play(
        self, seed: int, defect: Callable[[], AbstractContextManager[None]] = nullcontext
    ) -> Played:
        """Play the schedule of a seed and check what it left."""
        return _Play(self.world, self.data, draw(seed), self._allowed).to_the_end(defect)


class _Play:
    """One schedule while it is played."""

    def __init__(
        self, world: World, data: DataFolder, schedule: Schedule, allowed: set[tuple[str, str]]
    ) -> None:
        self.world, self.data, self.schedule = world, data, schedule
        self.killer = Killer(data.root)
        self.evidence = Evidence(allowed=allowed)
        self.figures: Counter[str] = Counter()

    def to_the_end(self, defect: Callable[[], AbstractContextManager[None]]) -> Played:
        world, evidence = self.world, self.evidence
        world.reset()
        shutil.rmtree(self.data.root, ignore_errors=True)
        self.data.create()
        evidence.user = world.crm.integration_user()
        try:
            with settings_of(world), defect():
                for disturbed in self.schedule.rounds:
                    self._disturb(disturbed)
                self._settle()
            evidence.ledger = read_ledger(self.data.ledger)
        finally:
            self.killer.let_go()
        self._look_at_the_end()
        return Played(self.schedule.seed, check(evidence), evidence.rounds, self.figures)

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
        is_settled = False
        while not is_settled:
            self.world.advance(700)
            is_parked = self._is_due_to_park()
            done = self._round(Order(self.schedule.scope), 0, is_disturbed=is_parked)
            # A read gone on with tells of the day it began; the next one tells of now.
            is_settled = not is_parked and not done.goes_on
        self.world.advance(700)
        # What we wrote comes back with the CRM's records; the ERP is read again now and then.
        objects = [
            name
            for name in self.schedule.scope
            if SYSTEM_OF[name] == "salesforce" or self.schedule.seed % 3 == 0
        ]
        quiet = Order(objects, publishes=False)
        done = self._round(quiet, 0, is_disturbed=False)
        self.evidence.quiet_from = {
            "salesforce": done.positions["salesforce"][0],
            "sap_b1": done.positions["sap_b1"][0],
        }

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
        content = {name: world.content(name) for name in KEYS}
        scope = self.schedule.scope
        evidence.history = {k: v for k, v in world.history.items() if k[0] in scope}
        evidence.served = {name: world.served(name) for name in scope}
        evidence.journals = {
            "salesforce": world.journal("salesforce"),
            "sap_b1": world.journal("sap_b1"),
        }
        evidence.live = {name: content[name] for name in ("Account", "Opportunity")}
        evidence.due = due_answers({n: content[n] if n in scope else {} for n in KEYS})


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
