"""Stock by item, warehouse and lot, with what is committed and what is on order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sandbox.plant.events import EventLog
from sandbox.plant.master import Item
from sandbox.plant.money import tidy


@dataclass(frozen=True)
class Lot:
    """A lot's master record; the key is item and number within the item, never the name alone."""

    item: str
    number: int
    name: str
    expires: date | None
    made: date | None
    received: date
    cost: float  # what one unit of it really cost, EUR
    source: str  # "work_order:17", "purchase:4", "opening"
    supplier_lot: str | None = None  # the number it had with its supplier


@dataclass(frozen=True)
class Picked:
    """A quantity taken from one lot (or from no lot) and its real cost per unit."""

    lot: Lot | None
    qty: float
    cost: float


class Stock:
    """The plant's own count of what lies where."""

    def __init__(self, items: dict[str, Item], log: EventLog) -> None:
        self._items = items
        self._log = log
        self.on_hand: dict[tuple[str, str], float] = defaultdict(float)
        self.committed: dict[tuple[str, str], float] = defaultdict(float)
        self.ordered: dict[tuple[str, str], float] = defaultdict(float)
        self.lots: dict[tuple[str, int], Lot] = {}
        self.status: dict[tuple[str, int], int] = {}
        self.by_lot: dict[tuple[str, int, str], float] = defaultdict(float)
        self._last_lot: dict[str, int] = defaultdict(int)
        self._average: dict[str, tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))

    def average_cost(self, item: str) -> float:
        """The real moving average of what came in and is still there."""
        qty, value = self._average[item]
        return value / qty if qty > 0 else self._items[item].cost

    def commit(self, day: date, item: str, warehouse: str, qty: float) -> None:
        """Add to what is promised out of a warehouse (negative: give back)."""
        self.committed[item, warehouse] += qty
        self._log.add(day, "committed", (item, warehouse), qty)

    def order(self, day: date, item: str, warehouse: str, qty: float) -> None:
        """Add to what is expected in a warehouse (negative: it came, or won't)."""
        self.ordered[item, warehouse] += qty
        self._log.add(day, "ordered", (item, warehouse), qty)

    def new_lot(
        self,
        item: str,
        received: date,
        cost: float,
        source: str,
        name: str | None = None,
        expires: date | None = None,
        status: int = 0,
        supplier_lot: str | None = None,
    ) -> Lot:
        """Open a lot; without a name it gets the next one of its item."""
        self._last_lot[item] += 1
        number = self._last_lot[item]
        shelf = self._items[item].shelf_days
        if expires is None and shelf is not None:
            expires = received + timedelta(days=shelf)
        lot = Lot(
            item,
            number,
            name or f"{item}-{received:%y%m}-{number:03d}",
            expires,
            received,
            received,
            cost,
            source,
            supplier_lot,
        )
        self.lots[item, number] = lot
        self.status[item, number] = status
        return lot

    def receive(
        self,
        day: date,
        item: str,
        warehouse: str,
        qty: float,
        cost: float,
        lot: Lot | None,
        about: str,
    ) -> None:
        """Put a quantity into a warehouse at its real cost."""
        self.on_hand[item, warehouse] += qty
        if lot is not None:
            self.by_lot[item, lot.number, warehouse] += qty
        held, value = self._average[item]
        self._average[item] = (held + qty, value + qty * cost)
        self._log.add(day, "stock", (item, warehouse, str(lot.number) if lot else ""), qty, about)

    def free_lots(self, item: str, warehouse: str, day: date) -> Iterator[tuple[Lot, float]]:
        """Lots that may be taken, first to expire first, then oldest first."""
        found = [
            (self.lots[item, number], qty)
            for (code, number, whs), qty in self.by_lot.items()
            if code == item and whs == warehouse and qty > 0
        ]
        for lot, qty in sorted(
            found, key=lambda f: (f[0].expires or date.max, f[0].received, f[0].number)
        ):
            expired = lot.expires is not None and lot.expires < day
            if self.status[item, lot.number] == 0 and not expired:
                yield lot, qty

    def takeable(self, item: str, warehouse: str, day: date) -> float:
        """What may leave today: free lots, or all on hand where there are no lots."""
        if self._items[item].by_lot:
            return tidy(sum(qty for _, qty in self.free_lots(item, warehouse, day)))
        return max(0.0, tidy(self.on_hand[item, warehouse]))

    def take(
        self,
        day: date,
        item: str,
        warehouse: str,
        qty: float,
        about: str,
        only: Lot | None = None,
    ) -> list[Picked]:
        """Take a quantity out of a warehouse; what no lot covers leaves without one."""
        picked: list[Picked] = []
        left = qty
        if self._items[item].by_lot:
            offers = (
                [(only, self.by_lot[item, only.number, warehouse])]
                if only is not None
                else list(self.free_lots(item, warehouse, day))
            )
            for lot, held in offers:
                part = tidy(min(left, held))
                if part > 0:
                    picked.append(Picked(lot, part, lot.cost))
                    left = tidy(left - part)
        if left > 0:
            picked.append(Picked(None, left, self.average_cost(item)))
        for part_of in picked:
            self._take_out(day, item, warehouse, part_of, about)
        return picked

    def _take_out(self, day: date, item: str, warehouse: str, part: Picked, about: str) -> None:
        number = ""
        self.on_hand[item, warehouse] -= part.qty
        if part.lot is not None:
            key = (item, part.lot.number, warehouse)
            self.by_lot[key] = tidy(self.by_lot[key] - part.qty)
            if not self.by_lot[key]:
                del self.by_lot[key]  # empty lots would be looked through at every picking
            number = str(part.lot.number)
        held, value = self._average[item]
        self._average[item] = (
            (held - part.qty, value - part.qty * value / held) if held > part.qty else (0.0, 0.0)
        )
        self._log.add(day, "stock", (item, warehouse, number), -part.qty, about)
