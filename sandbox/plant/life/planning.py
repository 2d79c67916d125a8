"""The planner's evening round: nets stock against demand, plans production, orders material."""

from __future__ import annotations

import math
from datetime import timedelta

from sandbox.plant.books.buying import Receipt
from sandbox.plant.books.core import Record
from sandbox.plant.books.documents import Line
from sandbox.plant.chance import stream
from sandbox.plant.master import Item
from sandbox.plant.money import tidy
from sandbox.plant.plant import Plant
from sandbox.plant.working_days import AS_OF, add_working_days, on_or_after

PLANNED_KINDS = ("finished", "component", "bought", "raw")


def lot_size(item: Item, wanted: float) -> float:
    """A quantity raised to the item's minimum and multiple."""
    qty = max(wanted, item.min_qty)
    return tidy(math.ceil(qty / item.multiple) * item.multiple) if item.multiple else tidy(qty)


class Planner:
    """Plans the catalogue's items; what a case has of its own is left alone."""

    def __init__(self, plant: Plant, items: list[Item]) -> None:
        self.plant = plant
        self.items = [i for i in items if i.kind in PLANNED_KINDS]
        self.chance = stream(plant.seed, "planning")
        self.arrivals = stream(plant.seed, "arrivals")

    def round(self, _: Plant) -> None:
        """One evening: every item whose expected stock falls below its level."""
        for item in self.items:
            stock = self.plant.core.stock
            key = (item.code, "01")
            net = tidy(stock.on_hand[key] + stock.ordered[key] - stock.committed[key])
            level = item.reorder_at if item.kind != "finished" else 0.0
            if net >= level:
                continue
            target = item.reorder_to if item.kind != "finished" else 0.0
            qty = lot_size(item, target - net)
            if item.made:
                self._make(item, qty)
            else:
                self._buy(item, qty)

    def _make(self, item: Item, qty: float) -> None:
        waiting = self._first_waiting(item.code) if item.kind == "finished" else None
        today = self.plant.today
        due = add_working_days(today, 12)
        if waiting is not None:
            ship = waiting[0]["DocumentLines"][waiting[1]]["ShipDate"][:10]
            due = max(add_working_days(today, 3), type(today).fromisoformat(ship))
        self.plant.production.plan(
            item.code,
            qty,
            add_working_days(today, 1),
            due,
            for_order=waiting,
            linked=self.chance.random() < 0.7,
        )

    def _first_waiting(self, code: str) -> tuple[Record, int] | None:
        """The newest open order line of an item: the one that made the planner act."""
        for order in reversed(self.plant.core.sets["Orders"].values()):
            if order["DocumentStatus"] != "bost_Open":
                continue
            for line in order["DocumentLines"]:
                if line["ItemCode"] == code and line["LineStatus"] == "bost_Open":
                    return order, line["LineNum"]
        return None

    def _buy(self, item: Item, qty: float) -> None:
        plant, chance = self.plant, self.arrivals
        supplier = plant.core.masters.suppliers[item.supplier or "P1001"]
        price = round(item.cost * (1 + chance.gauss(0.015, 0.03)), 4)
        due = on_or_after(plant.today + timedelta(days=supplier.lead_days))
        order = plant.purchases.order(supplier.code, [Line(item.code, qty, price, ship=due)], due)
        late = max(-5, round(chance.gauss(supplier.late_mean, supplier.late_spread)))
        first = on_or_after(max(plant.today + timedelta(days=2), due + timedelta(days=late)))
        if chance.random() < 0.1:
            part = tidy(round(qty * 0.6))
            rest_day = on_or_after(first + timedelta(days=chance.randint(4, 12)))
            self._arrive(order, part, first)
            self._arrive(order, tidy(qty - part), rest_day)
        else:
            self._arrive(order, qty, first)

    def _arrive(self, order: Record, qty: float, day: object) -> None:
        when = type(self.plant.today).fromisoformat(str(day))
        if when >= AS_OF or qty <= 0:
            return
        hour = self.arrivals.randint(8, 11)
        self.plant.on(when, lambda _: self._receive(order, qty), hour, 20)

    def _receive(self, order: Record, qty: float) -> None:
        plant = self.plant
        name = f"{order['CardCode']}-{plant.today:%y%m%d}-{order['DocEntry']}"
        receipt = plant.purchases.receive([Receipt(order, 0, qty, name)])
        invoiced = on_or_after(plant.today + timedelta(days=self.arrivals.randint(2, 9)))
        if invoiced < AS_OF:
            plant.on(invoiced, lambda _: self._supplier_invoice(receipt), 12)

    def _supplier_invoice(self, receipt: Record) -> None:
        plant = self.plant
        invoice = plant.purchases.invoice(receipt)
        terms = plant.core.masters.suppliers[receipt["CardCode"]].terms_days
        day = on_or_after(plant.today + timedelta(days=terms))
        if day < AS_OF:
            plant.on(day, lambda _: plant.purchases.pay(invoice), 13)
