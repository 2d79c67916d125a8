"""A part made to measure: no bill of material yet, but three orders of one like it."""

from __future__ import annotations

from datetime import date

from sandbox.plant.books.making import Issue
from sandbox.plant.cases.steps import deal, made, one_stage, part
from sandbox.plant.master import Customer, WorkCentre
from sandbox.plant.plant import Plant

ITEMS = (
    made("EST-NEW", "Soporte a medida del ejemplo", price=80.0, cost=40.0),
    made("EST-OLD", "Soporte ya fabricado del ejemplo", price=80.0, cost=40.0),
    part("EST-BAR", "Barra del ejemplo"),
)
TREES = (one_stage("EST-OLD", "EST-BAR", "EST-WC", 0.5, qty=2.0),)
WORK_CENTRES = (WorkCentre("EST-WC", "Centro del ejemplo a medida"),)
CUSTOMERS = (Customer("CEST", "Carpintería Metálica Jaén S.L."),)
ORDERS = (
    (date(2025, 6, 2), date(2025, 6, 10), 10.0, 20.0, 5.0),
    (date(2025, 6, 16), date(2025, 6, 26), 20.0, 60.0, 12.0),
    (date(2025, 7, 1), date(2025, 7, 15), 10.0, 20.0, 8.0),
)
"""Start, end, pieces, bars and hours really used."""


def arrange(plant: Plant) -> None:
    """Three orders in summer, the deal in August."""
    plant.on_each([(order[0], order) for order in ORDERS], _make)
    plant.on(date(2025, 8, 20), _ask, 14)


def _make(plant: Plant, order: tuple[date, date, float, float, float]) -> None:
    start, end, qty, bars, hours = order
    work = plant.production.plan("EST-OLD", qty, start, end)
    plant.production.release(work)
    plant.production.issue(work, [Issue(0, bars), Issue(1, hours)])

    def finish(later: Plant) -> None:
        later.production.complete(work, qty)
        later.production.close(work)

    plant.on(end, finish)


def _ask(plant: Plant) -> None:
    key = deal(plant, "CEST", "Estimate Deal 10 units", "EST-NEW", 10, date(2025, 10, 31))
    plant.note_case(
        "estimate",
        "An item without a bill of material",
        {"item": "EST-NEW", "template": "EST-OLD", "opportunity": key, "customer": "CEST"},
        "by piece 2, 3 and 2 bars and 0.5, 0.6 and 0.8 h, in 8, 10 and 14 days of which 7, 8 and "
        "13 without work: 10 pieces take 20 bars and 6 h on 2 Sep, then 8 days, with the customer "
        "on 11 Sep; between 9 Sep (8 days) and 15 Sep (14 days). Never more than Check",
        bars=20,
        hours=6,
        earliest_date="2025-09-11",
        between=["2025-09-09", "2025-09-15"],
    )
