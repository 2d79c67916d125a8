"""Orders by phone and mail: no deal behind them, a date promised without a look at the plant."""

from __future__ import annotations

from datetime import timedelta

from sandbox.plant.books.documents import Line
from sandbox.plant.chance import stream
from sandbox.plant.life.taste import Taste, poisson
from sandbox.plant.plant import Plant
from sandbox.plant.working_days import add_working_days, on_or_after

ORDERS_PER_DAY = 2.2


class DirectOrders:
    """The order desk: takes what comes and promises what is asked."""

    def __init__(self, plant: Plant, taste: Taste) -> None:
        self.plant = plant
        self.taste = taste
        self.chance = stream(plant.seed, "orders")

    def take_some(self, _: Plant) -> None:
        """A working day's orders."""
        for _number in range(poisson(self.chance, ORDERS_PER_DAY)):
            self._take()

    def _take(self) -> None:
        plant, chance = self.plant, self.chance
        customer = self.taste.customer(chance)
        wanted = on_or_after(plant.today + timedelta(days=chance.randint(8, 40)))
        earliest = add_working_days(plant.today, 7)
        promised = max(wanted, earliest)
        lines = [
            Line(
                item.code,
                qty,
                item.price,
                ship=promised,
                requested=wanted,
                discount=customer.discount,
            )
            for item, qty in self.taste.basket(chance, customer, largest=40)
        ]
        plant.sales.order(
            customer.code, lines, promised, their_reference=f"PO-{chance.randint(1000, 99999)}"
        )
