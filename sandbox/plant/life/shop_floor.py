"""The shop floor: releases what has material, works the queues, breaks down, scraps, completes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sandbox.plant.books.core import Record
from sandbox.plant.books.making import Issue
from sandbox.plant.chance import stream
from sandbox.plant.money import tidy
from sandbox.plant.plant import Plant
from sandbox.plant.working_days import AS_OF, add_working_days


@dataclass
class Job:
    """A released order on its way: its stage, and the time still to be worked on each line."""

    order: Record
    stages: list[int]
    left: dict[int, float]
    real: dict[int, float]
    ready: date
    at: int = 0

    @property
    def due(self) -> str:
        """When it is wanted; the queue's order."""
        return str(self.order["DueDate"])


class ShopFloor:
    """Works the catalogue's production orders; cases move theirs themselves."""

    def __init__(self, plant: Plant, items: set[str]) -> None:
        self.plant = plant
        self.items = items
        self.chance = stream(plant.seed, "shop floor")
        self.jobs: list[Job] = []
        yields = stream(plant.seed, "yield")
        self.scrap = {item: yields.choice((0.0, 0.01, 0.02, 0.03, 0.05)) for item in sorted(items)}
        self._planned: list[Record] = []
        self._seen = 0

    def release(self, _: Plant) -> None:
        """The morning: release planned orders, most urgent first, whose material lies there."""
        orders = self.plant.core.sets["ProductionOrders"]
        while self._seen < len(orders):
            self._seen += 1
            if orders[self._seen]["ItemNo"] in self.items:
                self._planned.append(orders[self._seen])
        waiting: list[Record] = []
        for order in sorted(self._planned, key=lambda o: (o["DueDate"], o["AbsoluteEntry"])):
            if self._has_material(order):
                self._start(order)
            else:
                waiting.append(order)
        self._planned = waiting

    def _has_material(self, order: Record) -> bool:
        stock, today = self.plant.core.stock, self.plant.today
        return all(
            stock.takeable(line["ItemNo"], "01", today) >= line["PlannedQuantity"]
            for line in order["ProductionOrderLines"]
            if line["ItemType"] == "pit_Item"
        )

    def _start(self, order: Record) -> None:
        self.plant.production.release(order)
        lines = order["ProductionOrderLines"]
        self.plant.production.issue(
            order,
            [
                Issue(line["LineNumber"], line["PlannedQuantity"])
                for line in lines
                if line["ItemType"] == "pit_Item"
            ],
        )
        times = {
            line["LineNumber"]: tidy(
                round(line["PlannedQuantity"] * max(0.8, self.chance.gauss(1.04, 0.1)), 2)
            )
            for line in lines
            if line["ItemType"] == "pit_Resource"
        }
        stages = sorted({lines[number]["StageID"] for number in times})
        self.jobs.append(Job(order, stages, dict(times), times, self.plant.today))

    def work(self, _: Plant) -> None:
        """A day's work on all work centres."""
        centres = self.plant.core.masters.work_centres
        free: dict[str, float] = {}
        for code, centre in centres.items():
            broken = centre.breakdowns and self.chance.random() < centre.breakdowns
            free[code] = centre.per_day * (0.4 if broken else 1.0)
        for job in sorted(self.jobs, key=lambda j: (j.due, j.order["AbsoluteEntry"])):
            if job.ready <= self.plant.today:
                self._work_on(job, free)
        self.jobs = [job for job in self.jobs if job.at < len(job.stages)]

    def _work_on(self, job: Job, free: dict[str, float]) -> None:
        lines = job.order["ProductionOrderLines"]
        stage = job.stages[job.at]
        here = [number for number in job.left if lines[number]["StageID"] == stage]
        for number in here:
            code = lines[number]["ItemNo"]
            most = self.plant.core.masters.work_centres[code].single_run or free[code]
            part = min(free[code], job.left[number], most)
            free[code] -= part
            job.left[number] = tidy(job.left[number] - part)
        if any(job.left[number] > 0 for number in here):
            return
        self._report_time(job, here)
        waiting = job.order["ProductionOrdersStages"][job.at]["WaitingDays"]
        job.at += 1
        job.ready = add_working_days(self.plant.today, 1 + int(waiting))
        if job.at == len(job.stages):
            self._complete(job)

    def _report_time(self, job: Job, here: list[int]) -> None:
        issues = [
            Issue(number, job.real[number])
            for number in here
            if job.order["ProductionOrderLines"][number]["ProductionOrderIssueType"] == "im_Manual"
        ]
        if issues:
            self.plant.production.issue(job.order, issues)

    def _complete(self, job: Job) -> None:
        order, chance = job.order, self.chance
        self._use_more(order)
        planned = order["PlannedQuantity"]
        rejected = sum(chance.random() < self.scrap[order["ItemNo"]] for _ in range(int(planned)))
        rejected = min(rejected, int(planned) - 1)
        self.plant.production.complete(order, tidy(planned - rejected), float(rejected))
        day = add_working_days(self.plant.today, 1)
        if day < AS_OF and chance.random() > 0.03:
            self.plant.on(day, lambda _: self.plant.production.close(order), 8, 30)

    def _use_more(self, order: Record) -> None:
        """Kilos that ran over: what is weighed is never exactly what was planned."""
        if self.chance.random() > 0.5:
            return
        items, stock = self.plant.core.masters.items, self.plant.core.stock
        extra = [
            Issue(line["LineNumber"], qty)
            for line in order["ProductionOrderLines"]
            if line["ItemType"] == "pit_Item" and items[line["ItemNo"]].unit == "KG"
            and (qty := round(line["PlannedQuantity"] * self.chance.uniform(0.005, 0.05), 1)) > 0
            and stock.takeable(line["ItemNo"], "01", self.plant.today) >= qty
        ]  # fmt: skip
        if extra:
            self.plant.production.issue(order, extra)
