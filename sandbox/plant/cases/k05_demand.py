"""K5 and K6: two deals for the same stock, and everything that counts as demand."""

from __future__ import annotations

from datetime import date

from sandbox.plant.books.documents import Line
from sandbox.plant.books.making import Issue
from sandbox.plant.books.sales_core import Part
from sandbox.plant.cases.steps import SUPPLIER, deal, made, one_stage, order, part, trade
from sandbox.plant.master import Customer, WorkCentre
from sandbox.plant.plant import Plant

ITEMS = (
    trade("K5-SHARE", "Motor K5", opening=500.0),
    part("K6-PART", "Carcasa K6", opening=1000.0, price=10.0, in_crm=True),
    made("K6-ASM", "Conjunto K6"),
)
TREES = (one_stage("K6-ASM", "K6-PART", "K6-WC", 0.1),)
WORK_CENTRES = (WorkCentre("K6-WC", "Centro K6"),)
CUSTOMERS = (
    Customer("CK05", "K5 Motores Cantabria S.L.", limit=400_000.0),
    Customer("CK06", "K6 Carcasas Huesca S.L."),
)


def arrange(plant: Plant) -> None:
    """K5's two deals; K6's sources of demand."""
    plant.on(date(2025, 8, 19), _two_deals)
    plant.on(date(2025, 8, 12), _sources)


def _two_deals(plant: Plant) -> None:
    first = deal(plant, "CK05", "K5 Deal A 500 units", "K5-SHARE", 500, date(2025, 9, 20))
    second = deal(plant, "CK05", "K5 Deal B 500 units", "K5-SHARE", 500, date(2025, 9, 25))
    plant.note_case(
        "K5",
        "Alone and in queue",
        {"item": "K5-SHARE", "opportunities": [first, second], "customer": "CK05"},
        "500 on hand, two deals of 500. Alone each has 500 from stock (leaves today, +1 day "
        "transit: 2 Sep). In queue A (wanted first) keeps it and B is bought: 30 days, then "
        "transit",
        on_hand=500,
        alone_from_stock=[500, 500],
        queue_from_stock=[500, 0],
        queue_to_buy=[0, 500],
        alone_date="2025-09-02",
    )


def _sources(plant: Plant) -> None:
    ship = date(2025, 10, 6)
    sold = order(plant, "CK06", "K6-PART", 100, ship)
    reserved = order(plant, "CK06", "K6-PART", 80, ship)
    invoice = plant.sales.reserve_invoice([Part(reserved, 0, 80)])
    planned = plant.production.plan("K6-ASM", 60, date(2025, 9, 15), date(2025, 9, 22))
    released = plant.production.plan("K6-ASM", 40, date(2025, 8, 28), date(2025, 9, 8))
    plant.production.release(released)
    plant.production.issue(released, [Issue(0, 10)])
    request = plant.warehouse.request("K6-PART", 50, "01", "02", ship)
    dropped = order(plant, "CK06", "K6-PART", 25, ship, warehouse="DS")
    plant.purchases.order(SUPPLIER, [Line("K6-PART", 25, 2.0, ship=ship, warehouse="DS")], ship)
    draft = plant.sales.draft_order("CK06", [Line("K6-PART", 70, 10.0, ship=ship)], ship)
    plant.note_case(
        "K6",
        "Demand sources",
        {
            "item": "K6-PART", "customer": "CK06", "order": sold["DocNum"],
            "reserve_invoice": invoice["DocNum"], "planned_work_order": planned["DocumentNumber"],
            "released_work_order": released["DocumentNumber"],
            "transfer_request": request["DocNum"],
            "drop_ship_order": dropped["DocNum"], "draft": draft["DocEntry"],
        },
        "Committed in 01 = 100 order + 80 reserve invoice + 60 planned + 30 still to issue + 50 "
        "transfer request = 320; the drop-shipped 25 are a purchase, the 70 in a draft are "
        "demand of ours that the ERP doesn't commit",
        on_hand=990,
        committed=320,
        draft=70,
        drop_shipped=25,
    )  # fmt: skip
