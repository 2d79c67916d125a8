"""Campaigns of two years: who was written to, who answered, who was called, what was sold."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from functools import partial

from sandbox.plant.chance import stream
from sandbox.plant.crm import Record
from sandbox.plant.marketing import CONTACTED, REFUSED, Marketing, Prospect
from sandbox.plant.plant import Plant
from sandbox.plant.working_days import AS_OF, on_or_after

# name, first day, the item it is for (none: the whole range), members
CAMPAIGNS = (
    ("Feria Hannover 2023", date(2023, 10, 2), None, 26),
    ("Recambios de bomba, otoño", date(2023, 11, 13), "PMP-200", 22),
    ("Renovación de reductores", date(2024, 2, 19), "GEA-300", 30),
    ("Jornada técnica Zaragoza", date(2024, 5, 6), None, 24),
    ("Válvulas para química", date(2024, 9, 16), "VLV-400", 34),
    ("Plan de mantenimiento 2025", date(2025, 1, 20), None, 28),
    ("Nueva gama de soportes", date(2025, 4, 7), "BRK-200", 32),
    ("Ofertas de verano", date(2025, 6, 30), None, 24),
)
FIRST = (
    "Ana", "Beatriz", "Carlos", "Diego", "Elena", "Fernando", "Gloria", "Hugo", "Inés", "Jorge",
    "Laura", "Manuel", "Nuria", "Óscar", "Pilar", "Raúl", "Sara", "Tomás", "Vera", "Xavier",
)  # fmt: skip
LAST = (
    "Alonso", "Benítez", "Castro", "Domínguez", "Esteban", "Fuentes", "Gallego", "Herrera",
    "Iglesias", "Jiménez", "Lozano", "Molina", "Navarro", "Ortiz", "Pascual", "Quintana", "Rojas",
    "Serrano", "Torres", "Vega",
)  # fmt: skip
FIRMS = (
    "Talleres", "Mecanizados", "Hidráulica", "Envases", "Cerámicas", "Conservas", "Papelera",
    "Áridos", "Bodegas", "Maquinaria",
)  # fmt: skip
PLACES = ("del Turia", "Ebro", "Montseny", "La Mancha", "Bidasoa", "Guadiana", "Sil", "Júcar")
ROLES = ("Decision Maker", "Business User", "Technical Buyer", "Economic Buyer")
LASTS_DAYS = 45
SELLS_DAYS = 75  # a deal that opens this long after a campaign's start may be its doing


class Campaigns:
    """The campaigns, with a stream of chance of their own: the deals are what they were."""

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self.marketing = Marketing(plant.crm)
        self.chance = stream(plant.seed, "campaigns")
        self._taken: set[str] = set()
        customers = plant.core.masters.customers.values()
        self._accounts = {
            plant.crm.accounts[c.code] for c in customers if c.weight > 0 and c.in_crm
        }

    def run(self, name: str, item: str | None, size: int) -> None:
        """Open a campaign, write to its members, and let the weeks after it take their course."""
        plant, today = self.plant, self.plant.today
        owner = plant.crm.users[5]
        key = self.marketing.open_campaign(
            name, owner, today, today + timedelta(days=LASTS_DAYS), item=item,
            target=size // 2, budget=float(size * 60),
        )  # fmt: skip
        deals = self._deals_of(today)
        for number in range(size):
            self._write_to(key, deals[number] if number < len(deals) else None)

    def _deals_of(self, start: date) -> list[Record]:
        """Deals that opened soon after, of known customers, up to a quarter of them."""
        found = [
            deal
            for deal in self.plant.crm.sets["Opportunity"].values()
            if deal["AccountId"] in self._accounts and deal["Id"] not in self._taken
            and 5 <= (date.fromisoformat(deal["CreatedDate"][:10]) - start).days <= SELLS_DAYS
        ]  # fmt: skip
        chosen = self.chance.sample(found, min(8, len(found) // 4))
        self._taken.update(deal["Id"] for deal in chosen)
        return sorted(chosen, key=lambda deal: str(deal["Id"]))

    def _write_to(self, campaign: str, deal: Record | None) -> None:
        chance, crm = self.chance, self.plant.crm
        owner = str(deal["OwnerId"]) if deal else crm.users[chance.randint(1, 4)]
        lead = self.marketing.add_lead(_somebody(chance, len(crm.sets["Lead"])), owner)
        responded = deal is not None or chance.random() < 0.4
        self.marketing.add_member(campaign, lead, responded=responded)
        called = on_or_after(self.plant.today + timedelta(days=chance.randint(1, 12)))
        if called >= AS_OF:
            return
        if deal is not None:
            self.plant.on(called, lambda _: self._call(lead), 11, chance.randint(0, 59))
            self._sell_to(campaign, lead, deal)
        elif responded and chance.random() < 0.75:  # the rest answered, and nobody called
            refuses = chance.random() < 0.35
            self.plant.on(
                called, lambda _: self._call(lead, refuses=refuses), 12, chance.randint(0, 59)
            )

    def _call(self, lead: str, *, refuses: bool = False) -> None:
        if self.plant.crm.sets["Lead"][lead]["IsConverted"]:
            return
        self.marketing.note_call(lead, "Llamada: necesidades y plazos")
        self.marketing.move_lead(lead, REFUSED if refuses else CONTACTED)

    def _sell_to(self, campaign: str, lead: str, deal: Record) -> None:
        key = str(deal["Id"])
        opened = datetime.fromisoformat(str(deal["CreatedDate"])[:19])
        is_primary, role = self.chance.random() < 0.7, self.chance.choice(ROLES)

        def convert(_: Plant) -> None:
            self.marketing.convert(lead, key)
            self.marketing.add_role(key, role)
            if is_primary:
                self.marketing.name_primary(key, campaign)

        if is_primary and deal["IsWon"]:
            won = datetime.fromisoformat(str(deal["CloseDate"]))
            self.plant.on(won.date(), lambda _: self._book(key), 18, 30)
        self.plant.on(opened.date(), convert, 18)

    def _book(self, deal: str) -> None:
        number = len(self.plant.crm.sets["Order"]) + 101
        self.marketing.book_order(deal, f"{number:08d}")


def _somebody(chance: random.Random, number: int) -> Prospect:
    first, last = chance.choice(FIRST), chance.choice(LAST)
    firm = f"{chance.choice(FIRMS)} {chance.choice(PLACES)} S.L."
    source = chance.choice(("Web", "Web", "Phone Inquiry", "Partner Referral", "Purchased List"))
    return Prospect(first, last, firm, f"contacto{number + 1}@prospectos.example", source)


def arrange(plant: Plant) -> None:
    """Put the campaigns into the agenda; each finds the deals that were opened after it."""
    campaigns = Campaigns(plant)
    for name, day, item, size in CAMPAIGNS:
        plant.on(day, partial(_run, campaigns, name, item, size), 9, 30)


def _run(campaigns: Campaigns, name: str, item: str | None, size: int, _: Plant) -> None:
    campaigns.run(name, item, size)
