"""What the people of the plant remember of each order line and each confirmed order."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from sandbox.plant.money import cents, tidy


@dataclass
class Shipment:
    """A quantity of an order line that left, and when it was with the customer."""

    delivery: int
    left: date
    qty: float
    cost: float
    arrived: date | None = None


@dataclass
class LineStory:
    """An order line from its first promise to its last delivery."""

    order: int
    line: int
    customer: str
    item: str
    ordered: float
    requested: date | None
    first_promise: date | None
    last_promise: date | None
    shipments: list[Shipment] = field(default_factory=list)
    closed_short: str | None = None


@dataclass(frozen=True)
class Confirmation:
    """A customer's exposure right after an order was confirmed, and the limit of that day."""

    order: int
    customer: str
    payer: str
    day: date
    value: float
    limit: float | None
    account: float
    deliveries: float
    orders: float
    cheques: float
    bills: float

    @property
    def exposure(self) -> float:
        """All that the payer's group owes or will owe."""
        return cents(self.account + self.deliveries + self.orders + self.cheques + self.bills)


class Memory:
    """Promises, shipments and confirmations, told by the doings themselves."""

    def __init__(self) -> None:
        self.quoted: dict[tuple[int, int], date | None] = {}
        self.lines: dict[tuple[int, int], LineStory] = {}
        self.confirmations: list[Confirmation] = []
        self._by_delivery: dict[int, list[Shipment]] = {}

    def ship(self, order: int, line: int, shipment: Shipment) -> None:
        """A line, or a part of it, has left."""
        self.lines[order, line].shipments.append(shipment)
        self._by_delivery.setdefault(shipment.delivery, []).append(shipment)

    def arrive(self, delivery: int, day: date) -> None:
        """What left with a delivery is with the customer."""
        for shipment in self._by_delivery[delivery]:
            shipment.arrived = day

    def forget(self, delivery: int) -> None:
        """A delivery was cancelled: it never was."""
        for story in self.lines.values():
            story.shipments = [s for s in story.shipments if s.delivery != delivery]

    def told_lines(self) -> list[dict[str, Any]]:
        """All order lines, for the truth folder."""
        told = []
        for story in self.lines.values():
            row = asdict(story)
            shipments = row.pop("shipments")
            row["shipped"] = tidy(sum(s["qty"] for s in shipments))
            row["real_cost"] = cents(sum(s["cost"] for s in shipments))
            row["shipments"] = shipments
            told.append(row)
        return told

    def told_confirmations(self) -> list[dict[str, Any]]:
        """All confirmed orders with the exposure after them, for the truth folder."""
        return [
            {
                **asdict(c),
                "exposure": c.exposure,
                "over_limit": c.limit is not None and c.exposure > c.limit,
            }
            for c in self.confirmations
        ]
