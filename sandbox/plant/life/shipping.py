"""The warehouse and the invoicing desk: what leaves, when it arrives, when it is billed."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from sandbox.plant.books.core import Record
from sandbox.plant.books.sales_core import Part
from sandbox.plant.chance import stream
from sandbox.plant.life.paying import Payers
from sandbox.plant.money import tidy
from sandbox.plant.plant import Plant
from sandbox.plant.working_days import AS_OF, is_working, on_or_after


class Shipping:
    """Ships the random customers' orders; cases ship theirs themselves."""

    def __init__(self, plant: Plant, payers: Payers) -> None:
        self.plant = plant
        self.payers = payers
        self.chance = stream(plant.seed, "shipping")
        self._open: list[Record] = []
        self._seen = 0
        self._to_invoice: dict[str, list[Record]] = defaultdict(list)

    def ship(self, _: Plant) -> None:
        """The afternoon: deliver what is due and there, in order of promise."""
        orders = self.plant.core.sets["Orders"]
        while self._seen < len(orders):
            self._seen += 1
            order = orders[self._seen]
            if self._is_random(order):
                self._open.append(order)
        self._open = [o for o in self._open if o["DocumentStatus"] == "bost_Open"]
        for order in sorted(self._open, key=lambda o: (o["DocDueDate"], o["DocEntry"])):
            self._ship_order(order)

    def _is_random(self, order: Record) -> bool:
        customer = self.plant.core.masters.customers.get(order["CardCode"])
        return customer is not None and customer.weight > 0

    def _ship_order(self, order: Record) -> None:
        stock, today = self.plant.core.stock, self.plant.today
        customer = self.plant.sales.customer(order["CardCode"])
        parts: list[Part] = []
        for line in order["DocumentLines"]:
            if line["LineStatus"] != "bost_Open":
                continue
            target = date.fromisoformat(line["ShipDate"][:10]) - timedelta(
                days=customer.transit_days
            )
            if today < target - timedelta(days=5):
                continue
            left = line["RemainingOpenQuantity"]
            there = stock.takeable(line["ItemCode"], line["WarehouseCode"], today)
            if there >= left:
                parts.append(Part(order, line["LineNum"], left))
            elif today > target and there >= 0.3 * left and there >= 1:
                parts.append(Part(order, line["LineNum"], float(int(there))))
            elif today > target:
                self._late(order, line["LineNum"], (today - target).days)
        if parts:
            self._send(order, parts)

    def _late(self, order: Record, number: int, days: int) -> None:
        """A line that is late: now and then a new date is promised, or the customer gives up."""
        line = order["DocumentLines"][number]
        if days in (2, 9, 18) and self.chance.random() < 0.6:
            later = on_or_after(self.plant.today + timedelta(days=self.chance.randint(5, 12)))
            self.plant.sales.move_ship_date(order, number, later)
        elif days > 25 and self.chance.random() < 0.05:
            why = self.chance.choice(("CANCELADO POR EL CLIENTE", "Cerrada sin servir el resto"))
            self.plant.sales.close_short(order, line["LineNum"], why)

    def _send(self, order: Record, parts: list[Part]) -> None:
        plant, chance = self.plant, self.chance
        delivery = plant.sales.deliver(parts)
        customer = plant.sales.customer(order["CardCode"])
        self._to_invoice[customer.code].append(delivery)
        arrival = plant.today + timedelta(
            days=customer.transit_days + chance.choice((0, 0, 0, 0, 1, 3))
        )
        if customer.keeps_arrival and arrival < AS_OF:
            plant.on(arrival, lambda _: plant.sales.arrive(delivery, arrival), 18)
        back = on_or_after(plant.today + timedelta(days=1))
        if chance.random() < 0.012 and back < AS_OF and customer.invoices != "daily":
            plant.on(back, lambda _: self._return_some(delivery), 10)

    def _return_some(self, delivery: Record) -> None:
        line = delivery["DocumentLines"][0]
        qty = tidy(float(int(min(line["RemainingOpenQuantity"], 3))))
        if qty > 0 and line["LineStatus"] == "bost_Open":
            self.plant.sales.take_back([Part(delivery, 0, qty)], "Golpe de transporte", "09")

    def invoice(self, _: Plant) -> None:
        """The evening: bill each customer by its rhythm (daily, Tuesdays, the month's first)."""
        today = self.plant.today
        first_of_month = not any(is_working(today - timedelta(days=n)) for n in range(1, today.day))
        for code, deliveries in list(self._to_invoice.items()):
            rhythm = self.plant.sales.customer(code).invoices
            if not (
                rhythm == "daily"
                or (rhythm == "weekly" and today.weekday() == 1)
                or (rhythm == "monthly" and first_of_month)
            ):
                continue
            self._bill(deliveries)
            del self._to_invoice[code]

    def _bill(self, deliveries: list[Record]) -> None:
        parts = [
            Part(delivery, line["LineNum"], line["RemainingOpenQuantity"])
            for delivery in deliveries
            for line in delivery["DocumentLines"]
            if line["LineStatus"] == "bost_Open" and line["RemainingOpenQuantity"] > 0
        ]
        if not parts:
            return
        invoice = self.plant.sales.invoice(parts)
        self.payers.expect(invoice)
        if self.chance.random() < 0.02:
            day = on_or_after(self.plant.today + timedelta(days=self.chance.randint(4, 20)))
            if day < AS_OF:
                self.plant.on(day, lambda _: self._credit(invoice), 11)

    def _credit(self, invoice: Record) -> None:
        """A price that was wrong, or goods that come back: a credit note on the invoice."""
        line = invoice["DocumentLines"][0]
        if invoice["PaidToDate"] or line["Quantity"] < 2:
            return
        if self.chance.random() < 0.6:
            price = round(line["Price"] * 0.1, 2)
            self.plant.sales.credit(
                invoice, {0: line["Quantity"]}, "Diferencia de precio", price=price
            )
        else:
            qty = float(max(1, int(line["Quantity"] / 5)))
            self.plant.sales.credit(invoice, {0: qty}, "Devolución por calidad", goods_return=True)
