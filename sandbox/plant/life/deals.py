"""The pipeline: opportunities that move from stage to stage, are quoted, won or lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sandbox.plant.books.core import Record
from sandbox.plant.books.documents import Line
from sandbox.plant.chance import stream
from sandbox.plant.crm import DealLine
from sandbox.plant.life.taste import Taste, poisson
from sandbox.plant.master import Customer
from sandbox.plant.money import cents
from sandbox.plant.plant import Plant
from sandbox.plant.working_days import AS_OF, add_working_days, on_or_after

DEALS_PER_DAY = 2.5
FALL_OUT = {"Prospecting": 0.14, "Qualification": 0.18, "Proposal/Price Quote": 0.18}
NEXT = {
    "Prospecting": "Qualification",
    "Qualification": "Proposal/Price Quote",
    "Proposal/Price Quote": "Negotiation/Review",
    "Negotiation/Review": "Closed Won",
}
DAYS_IN_STAGE = {
    "Prospecting": (5, 38),
    "Qualification": (6, 45),
    "Proposal/Price Quote": (8, 50),
    "Negotiation/Review": (4, 40),
}
WIN_RATE = 0.62


@dataclass
class Deal:
    """What a seller has in mind about a deal."""

    key: str
    customer: Customer
    lines: list[DealLine]
    closes: date
    stage: str = "Prospecting"
    quotation: Record | None = None


class Deals:
    """Sellers open deals and move them; nobody looks at capacity or credit."""

    def __init__(self, plant: Plant, taste: Taste) -> None:
        self.plant = plant
        self.taste = taste
        self.chance = stream(plant.seed, "deals")

    def open_some(self, _: Plant) -> None:
        """A working day's new opportunities."""
        for _number in range(poisson(self.chance, DEALS_PER_DAY)):
            self._open()

    def _open(self) -> None:
        plant, chance = self.plant, self.chance
        customer = self.taste.customer(chance, in_crm=True)
        wanted = on_or_after(plant.today + timedelta(days=chance.randint(50, 150)))
        lines = [
            DealLine(item.code, qty, self._price(customer, item.price), wanted)
            for item, qty in self.taste.basket(chance, customer, largest=80)
        ]
        closes = plant.today + timedelta(days=chance.randint(25, 75))
        name = f"{customer.name.split()[0]} – {self.taste.topic(chance)} {plant.today:%Y-%m}"
        key = plant.crm.open_deal(customer, name, lines, closes)
        self._wait(Deal(key, customer, lines, closes))

    def _price(self, customer: Customer, price: float) -> float:
        off = customer.discount + self.chance.choice((0, 0, 2, 4, 6))
        return cents(price * (1 - off / 100))

    def _wait(self, deal: Deal) -> None:
        low, high = DAYS_IN_STAGE[deal.stage]
        day = on_or_after(self.plant.today + timedelta(days=self.chance.randint(low, high)))
        if day < AS_OF:
            hour, minute = self.chance.randint(9, 13), self.chance.randint(0, 59)
            self.plant.on(day, lambda _: self._decide(deal), hour, minute)

    def _decide(self, deal: Deal) -> None:
        plant, chance = self.plant, self.chance
        if chance.random() < 0.25:
            deal.closes = max(deal.closes, plant.today) + timedelta(days=chance.randint(7, 30))
            plant.crm.change_deal(deal.key, closes=deal.closes)
            if chance.random() < 0.4:
                self._want_later(deal, chance.randint(5, 20))
        lost = chance.random() < FALL_OUT.get(deal.stage, 1 - WIN_RATE)
        deal.stage = "Closed Lost" if lost else NEXT[deal.stage]
        if deal.stage.startswith("Closed"):
            deal.closes = plant.today
        plant.crm.change_deal(deal.key, deal.stage, deal.closes)
        if lost:
            if deal.quotation is not None:
                plant.sales.close_quotation(deal.quotation)
            return
        if deal.stage == "Proposal/Price Quote":
            self._quote(deal)
        if deal.stage == "Closed Won":
            self._order(deal)
        else:
            self._wait(deal)

    def _want_later(self, deal: Deal, days: int) -> None:
        self.plant.crm.move_wanted(deal.key, days)
        deal.lines = [
            DealLine(x.item, x.qty, x.price, x.wanted + timedelta(days=days) if x.wanted else None)
            for x in deal.lines
        ]

    def _quote(self, deal: Deal) -> None:
        lines = [
            Line(x.item, x.qty, x.price, ship=x.wanted, requested=x.wanted) for x in deal.lines
        ]
        deal.quotation = self.plant.sales.quote(
            deal.customer.code, lines, self.plant.today + timedelta(days=90), deal.key
        )

    def _order(self, deal: Deal) -> None:
        plant, chance = self.plant, self.chance
        slip = chance.choice((0, 0, 0, 0, 0, 0, 0, 4, 9))
        earliest = add_working_days(plant.today, 8)
        quotation = deal.quotation
        lines = [
            Line(
                x.item,
                x.qty,
                x.price,
                ship=on_or_after(max(earliest, x.wanted or earliest) + timedelta(days=slip)),
                requested=x.wanted,
                base=(23, quotation["DocEntry"], number) if quotation else None,
            )
            for number, x in enumerate(deal.lines)
        ]
        ships = [line.ship for line in lines if line.ship]
        plant.sales.order(deal.customer.code, lines, max(ships), deal.key)
