"""The rhythm of the plant: which desk works at what hour of a working day."""

from __future__ import annotations

from datetime import timedelta

from sandbox.plant.chance import stream
from sandbox.plant.life.deals import Deals
from sandbox.plant.life.orders import DirectOrders
from sandbox.plant.life.paying import Payers
from sandbox.plant.life.planning import Planner
from sandbox.plant.life.shipping import Shipping
from sandbox.plant.life.shop_floor import ShopFloor
from sandbox.plant.life.taste import Taste
from sandbox.plant.master import Item
from sandbox.plant.plant import Plant
from sandbox.plant.working_days import AS_OF, HISTORY_START, days_between, is_working


def arrange(plant: Plant, items: list[Item]) -> None:
    """Put two years of ordinary days into the agenda."""
    taste = Taste(plant)
    payers = Payers(plant)
    floor = ShopFloor(plant, {item.code for item in items if item.made})
    planner = Planner(plant, items)
    shipping = Shipping(plant, payers)
    deals = Deals(plant, taste)
    orders = DirectOrders(plant, taste)
    _owe_from_before(plant, payers)
    for day in days_between(HISTORY_START, AS_OF - timedelta(days=1)):
        plant.on(day, payers.deposit, 8, 15)
        if not is_working(day):
            continue
        plant.on(day, floor.release, 8, 45)
        plant.on(day, deals.open_some, 10, 10)
        plant.on(day, orders.take_some, 11, 40)
        plant.on(day, shipping.ship, 15, 10)
        plant.on(day, floor.work, 16, 30)
        plant.on(day, planner.round, 17, 10)
        plant.on(day, shipping.invoice, 17, 45)


def _owe_from_before(plant: Plant, payers: Payers) -> None:
    chance = stream(plant.seed, "opening balances")
    balances = [
        (
            c.code,
            float(chance.randint(1_500, 18_000)),
            HISTORY_START + timedelta(days=chance.randint(3, 60)),
        )
        for c in plant.core.masters.customers.values()
        if c.weight > 0
    ]

    def begin(_: Plant) -> None:
        payers.settle_opening(plant.cash.opening(balances), balances)

    plant.on(HISTORY_START, begin, 8, 5)
