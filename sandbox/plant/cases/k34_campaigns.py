"""K33, K34 and the campaign example: odds from a small cell, one deal one campaign, 80 leads."""

from __future__ import annotations

from datetime import date, timedelta

from sandbox.plant.books.sales_core import Part
from sandbox.plant.cases.steps import customer_of, deal, made, one_stage, order, part, trade
from sandbox.plant.crm import DealLine
from sandbox.plant.marketing import CONTACTED, NOT_CONTACTED, Marketing, Prospect
from sandbox.plant.master import Customer, WorkCentre
from sandbox.plant.plant import Plant

ITEMS = (
    trade("K33-RARE", "Tacómetro K33", price=250.0, cost=150.0, opening=100.0, family="K33"),
    trade("K34-GEAR", "Engranaje K34", opening=200.0),
    made("MKT-FILTER", "Filtro de campaña", price=20.0, cost=11.0, family="Campaña"),
    part("MKT-CORE", "Cartucho de filtro", opening=2_000.0, cost=6.0, lead_days=21),
)
TREES = (one_stage("MKT-FILTER", "MKT-CORE", "MKT-WC", 0.05),)
WORK_CENTRES = (WorkCentre("MKT-WC", "Montaje de filtros"),)
CUSTOMERS = (
    Customer("CK33", "K33 Tacómetros Gijón S.L."),
    Customer("CK34", "K34 Engranajes Lugo S.L."),
    Customer("CMKA", "Aguas de Levante S.A.", limit=400_000.0),
    Customer("CMKB", "Lácteos del Norte S.A.", limit=400_000.0, salesperson=3),
    Customer("CMKC", "Cervezas Meseta S.A.", limit=400_000.0, salesperson=2),
)
WANTED = date(2025, 11, 28)


def arrange(plant: Plant) -> None:
    """Two years of one rare family; then two campaigns on three deals; then the example."""
    for day, won in (
        (date(2024, 3, 4), True),
        (date(2024, 9, 9), False),
        (date(2025, 2, 3), False),
    ):
        plant.on(day, lambda p, w=won: _rare(p, w))  # type: ignore[misc]
    plant.on(date(2025, 6, 9), _campaigns)
    plant.on(date(2025, 8, 4), _write_to_eighty)


def _rare(plant: Plant, won: bool) -> None:
    key = deal(plant, "CK33", f"K33 Deal {plant.today:%Y-%m}", "K33-RARE", 4, None, "Qualification",
               closes=plant.today + timedelta(days=30))  # fmt: skip
    deals = plant.notes.setdefault("k33", [])
    deals.append(key)
    plant.on(
        plant.today + timedelta(days=28),
        lambda p: _decide(p, key, won=won, is_last=len(deals) == 3), 10,
    )  # fmt: skip


def _decide(plant: Plant, key: str, *, won: bool, is_last: bool) -> None:
    plant.crm.change_deal(key, "Closed Won" if won else "Closed Lost", plant.today)
    if won:
        sold = order(plant, "CK33", "K33-RARE", 4, plant.today, deal_key=key)
        delivery = plant.sales.deliver([Part(sold, 0, 4)])
        plant.sales.invoice([Part(delivery, 0, 4)])
    if is_last:
        plant.note_case(
            "K33",
            "Odds",
            {"family": "K33", "opportunities": plant.notes.pop("k33"), "customer": "CK33"},
            "3 closed deals of the family, 1 won from Qualification: the cell is too small for "
            "odds of 33 % and is drawn to its stage's; the two years of ordinary deals hold the "
            "hundreds that the stage's odds need",
            closed=3,
            won=1,
        )


def _lead(plant: Plant, number: int, company: str, status: str = CONTACTED) -> str:
    who = Prospect("Marta", f"Caso {number}", company, f"caso{number}@prospectos.example")
    return Marketing(plant.crm).add_lead(who, plant.crm.users[1], status)


def _campaigns(plant: Plant) -> None:
    marketing, boss = Marketing(plant.crm), plant.crm.users[5]
    until = plant.today + timedelta(days=60)
    first = marketing.open_campaign("K34 Campaign A", boss, plant.today, until, item="K34-GEAR")
    second = marketing.open_campaign("K34 Campaign B", boss, plant.today, until, item="K34-GEAR")
    found = {}
    for number, name in enumerate(("primary", "member", "none"), start=1):
        found[name] = deal(
            plant, "CK34", f"K34 Deal {name}", "K34-GEAR", 10 * number, date(2025, 10, 17)
        )
    # The deal names A itself; its lead came by B.
    lead = _lead(plant, 1, "K34 Uno")
    marketing.add_member(second, lead, responded=True)
    marketing.convert(lead, found["primary"])
    marketing.name_primary(found["primary"], first)
    # No primary: a lead that went nowhere was in A before; the one that became the deal was in B
    # first and in A an hour later.
    stray, lead = _lead(plant, 2, "K34 Dos"), _lead(plant, 3, "K34 Dos")
    marketing.add_member(first, stray, responded=True)

    def later(p: Plant) -> None:
        marketing.add_member(second, lead, responded=True)
        p.on(p.today, lambda _: marketing.add_member(first, lead, responded=True), 11)
        p.on(p.today, lambda _: marketing.convert(lead, found["member"]), 12)

    plant.on(plant.today, later, 10)
    for name in ("primary", "member"):
        marketing.add_role(found[name], "Decision Maker")
    plant.note_case(
        "K34",
        "Campaign of a deal",
        {"item": "K34-GEAR", "customer": "CK34", "opportunities": found,
         "campaigns": {"A": first, "B": second}},
        "The first deal names A as its primary campaign, though its lead came by B: A. The second "
        "names none; its lead was in B first and in A an hour later, another lead of the same "
        "company that didn't become the deal was in A before both: B. The third has neither: none",
        campaign_of={"primary": "A", "member": "B", "none": None},
        units_of={"A": 10, "B": 20},
    )  # fmt: skip


def _write_to_eighty(plant: Plant) -> None:
    """80 leads: 30 become deals, 20 more are qualified, 15 nobody called, 15 said no or nothing."""
    marketing, boss = Marketing(plant.crm), plant.crm.users[5]
    campaign = marketing.open_campaign(
        "Filtros para otoño", boss, plant.today, date(2025, 10, 31), item="MKT-FILTER", target=50,
        budget=12_000.0,
    )  # fmt: skip
    deals: list[str] = []
    for number in range(80):
        who = Prospect("Pablo", f"Filtro {number + 1:02d}", f"Planta {number + 1:02d} S.L.",
                       f"filtro{number + 1}@prospectos.example")  # fmt: skip
        lead = marketing.add_lead(who, plant.crm.users[1 + number % 3], NOT_CONTACTED)
        marketing.add_member(campaign, lead, responded=number < 65)
        if number < 50:
            marketing.note_call(lead, "Llamada: filtros")
            marketing.move_lead(lead, CONTACTED)
        if number < 30:
            deals.append(_filters(plant, number))
            marketing.convert(lead, deals[-1])
            marketing.name_primary(deals[-1], campaign)
            marketing.add_role(deals[-1], "Decision Maker")
    plant.note_case(
        "Campaign",
        "The campaign of the worked example",
        {"campaign": campaign, "item": "MKT-FILTER", "opportunities": deals,
         "customers": ["CMKA", "CMKB", "CMKC"], "work_centre": "MKT-WC", "component": "MKT-CORE"},
        "80 leads; 50 were called and are qualified, 30 of them are deals: 20 of 150 and 10 of 200 "
        "filters, 5,000 in all, wanted on 28 Nov. 15 more answered and nobody called. A filter "
        "takes one cartridge and 0.05 h: 5,000 take 250 h and 5,000 cartridges, of which 2,000 "
        "are in stock and the rest take 21 days",
        leads=80,
        answered=65,
        qualified=50,
        opportunities=30,
        units=5000,
        hours=250,
        components_short=3000,
    )  # fmt: skip


def _filters(plant: Plant, number: int) -> str:
    customer = customer_of(plant, ("CMKA", "CMKB", "CMKC")[number % 3])
    qty = 150.0 if number < 20 else 200.0
    stage = "Proposal/Price Quote" if number % 2 else "Qualification"
    return plant.crm.open_deal(
        customer, f"Filtros {number + 1:02d}", [DealLine("MKT-FILTER", qty, 20.0, WANTED)],
        date(2025, 10, 15), stage,
    )  # fmt: skip
