"""The plant as one object: its books, its CRM, its clock and its agenda of dated events."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from typing import Any

from sandbox.plant.books.buying import PurchaseBooks
from sandbox.plant.books.cash import CashBooks
from sandbox.plant.books.core import Core, Masters
from sandbox.plant.books.making import ProductionBooks
from sandbox.plant.books.moving import WarehouseBooks
from sandbox.plant.books.selling import SalesBooks
from sandbox.plant.crm import Crm

Happening = Callable[["Plant"], object]


@dataclass(frozen=True)
class Case:
    """A named record: where it is found and what must come out, worked out by hand."""

    title: str
    found: dict[str, Any]
    expect: str
    figures: dict[str, Any]


class Plant:
    """Everything at hand for whatever happens in the plant."""

    def __init__(self, masters: Masters, start: datetime, seed: int) -> None:
        self.seed = seed
        self.core = Core(masters, start)
        self.sales = SalesBooks(self.core)
        self.cash = CashBooks(self.core)
        self.purchases = PurchaseBooks(self.core)
        self.production = ProductionBooks(self.core)
        self.warehouse = WarehouseBooks(self.core)
        self.crm = Crm(start)
        self.cases: dict[str, Case] = {}
        self.notes: dict[str, Any] = {}
        self._agenda: list[tuple[datetime, int, Happening]] = []
        self._count = 0

    def note_case(
        self, key: str, title: str, found: dict[str, Any], expect: str, **figures: Any
    ) -> None:
        """Put a named record on the list."""
        self.cases[key] = Case(title, found, expect, figures)

    @property
    def today(self) -> date:
        """The day that is being lived."""
        return self.core.today

    def set_clock(self, moment: datetime) -> None:
        """Set the clock that stamps ERP and CRM alike."""
        self.core.now = moment
        self.crm.now = moment

    def on(self, day: date, happening: Happening, hour: int = 9, minute: int = 0) -> None:
        """Put something into the agenda of a day."""
        self._count += 1
        when = datetime.combine(day, time(hour, minute))
        heapq.heappush(self._agenda, (when, self._count, happening))

    def on_each(
        self,
        days: Iterable[tuple[date, Any]],
        happening: Callable[[Plant, Any], object],
        hour: int = 9,
    ) -> None:
        """Put the same thing into the agenda of several days, each with its own value."""
        for day, value in days:
            self.on(day, partial(_with_value, happening, value), hour)

    def live_through(self, until: datetime) -> None:
        """Let everything in the agenda happen, in order, up to a moment."""
        while self._agenda and self._agenda[0][0] <= until:
            when, _, happening = heapq.heappop(self._agenda)
            self.set_clock(when)
            happening(self)
        self.set_clock(until)


def _with_value(happening: Callable[[Plant, Any], object], value: Any, plant: Plant) -> object:
    return happening(plant, value)
