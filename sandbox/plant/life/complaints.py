"""Cases of two years: what customers say of the lots they got, and how long an answer takes."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from sandbox.plant.chance import stream
from sandbox.plant.plant import Plant
from sandbox.plant.service import Service
from sandbox.plant.working_days import AS_OF, add_working_days, on_or_after

CASES = 90
SUBJECTS = (
    ("Fuga en el retén", "Mechanical"), ("Ruido en marcha", "Mechanical"),
    ("Holgura fuera de medida", "Structural"), ("Pintura desprendida", "Other"),
    ("Vibración", "Mechanical"), ("Falta certificado", "Other"),
)  # fmt: skip
QUESTIONS = ("¿Plazo para 40 unidades?", "Precio de recambio", "¿Hay stock?")


@dataclass(frozen=True)
class _Shipped:
    """A lot that a customer of the CRM received on a day."""

    customer: str
    lot: str
    day: datetime


class Complaints:
    """Who complains of what, with a stream of chance of their own."""

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self.service = Service(plant.crm)
        self.chance = stream(plant.seed, "complaints")

    def arrange(self) -> None:
        """Choose the lots that are complained of, and put the cases into the agenda."""
        chance = self.chance
        for shipped in chance.sample(self._shipped(), CASES):
            day = on_or_after(shipped.day.date() + timedelta(days=chance.randint(6, 70)))
            if day < AS_OF:
                hour, minute = chance.randint(8, 16), chance.randint(0, 59)
                self.plant.on(day, partial(self._complain, shipped), hour, minute)

    def _shipped(self) -> list[_Shipped]:
        customers = self.plant.core.masters.customers
        return [
            _Shipped(note["CardCode"], lot["BatchNumberProperty"], _day(note))
            for note in self.plant.core.sets["DeliveryNotes"].values()
            if customers[note["CardCode"]].weight > 0 and customers[note["CardCode"]].in_crm
            for line in note["DocumentLines"]
            for lot in line["BatchNumbers"]
        ]

    def _complain(self, shipped: _Shipped, plant: Plant) -> None:
        chance = self.chance
        seller = plant.core.masters.customers[shipped.customer].salesperson
        owner = plant.crm.users[seller]
        if chance.random() < 0.15:  # a question of sales, which names no lot
            case = self.service.open_case(
                shipped.customer, chance.choice(QUESTIONS), owner, kind="Other"
            )
        else:
            subject, kind = chance.choice(SUBJECTS)
            case = self.service.open_case(
                shipped.customer, subject, owner, lot=_as_typed(chance, shipped.lot), kind=kind,
                origin=chance.choice(("Email", "Phone", "Web")),
            )  # fmt: skip
            task = self.service.assign(case, "Pedir a calidad el origen del lote")
            if chance.random() < 0.25:
                day = add_working_days(plant.today, chance.randint(2, 8))
                self.service.visit(case, datetime.combine(day, time(10)), 90)
            self._later(chance.randint(2, 30), lambda _: self.service.finish(task))
        if chance.random() < 0.92:
            self._later(chance.randint(3, 30), lambda _: self._answer(case))

    def _answer(self, case: str) -> None:
        self.service.answer(
            case, "Hemos localizado el lote; le informamos de la causa y del plazo."
        )
        self._later(self.chance.randint(8, 60), lambda _: self.service.close(case))

    def _later(self, hours: int, what: Any) -> None:
        """After so many hours of eight-hour working days, at an hour when people work."""
        day = add_working_days(self.plant.today, hours // 8)
        hour = min(17, self.plant.core.now.hour + 1) if day == self.plant.today else 8 + hours % 8
        if day < AS_OF:
            self.plant.on(day, what, hour, self.chance.randint(0, 59))


def _day(note: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(note["DocDate"][:10])


def _as_typed(chance: random.Random, lot: str) -> str | None:
    """The lot as a customer would write it: prefixes, spaces, small letters, or not at all."""
    return chance.choice(
        (lot, lot, f"Lote {lot}", f"lote: {lot.lower()}", f" {lot} ", lot.replace("-", " "),
         f"L.{lot}", None)
    )  # fmt: skip


def arrange(plant: Plant) -> None:
    """Two years of cases."""
    Complaints(plant).arrange()
