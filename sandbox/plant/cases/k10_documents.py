"""K10-K12: stale documents, the statuses of an order, lots and serials."""

from __future__ import annotations

from datetime import date, timedelta

from sandbox.plant.books.documents import Line
from sandbox.plant.books.making import Issue
from sandbox.plant.books.sales_core import Part
from sandbox.plant.cases.steps import (
    SUPPLIER,
    bought,
    deal,
    made,
    one_stage,
    order,
    part,
    trade,
)
from sandbox.plant.master import Customer, WorkCentre
from sandbox.plant.plant import Plant

STATUSES = ("A", "B", "C", "D", "E", "F")
ITEMS = (
    trade("K10-OLD", "Muelle K10", price=6.0, cost=3.0, opening=40.0),
    *(made(f"K11-{letter}", f"Eje K11 {letter}") for letter in STATUSES),
    part("K11-RAW", "Barra K11"),
    trade("K12-X", "Sensor K12 X", by_lot=True),
    trade("K12-Y", "Sensor K12 Y", by_lot=True),
    trade("K12-SER", "Variador K12", price=900.0, cost=600.0, by_serial=True),
)
TREES = tuple(one_stage(f"K11-{letter}", "K11-RAW", "K11-WC", 0.2) for letter in STATUSES)
WORK_CENTRES = (WorkCentre("K11-WC", "Centro K11", factor_2=2.0),)
CUSTOMERS = (
    Customer("CK10", "K10 Muelles Navarra S.L."),
    Customer("CK11", "K11 Ejes Segovia S.L.", limit=150_000.0),
    Customer("CK12", "K12 Sensores Girona S.L."),
)
SERIALS = ("SN-0001", "SN-0002", "SN-0003")


def arrange(plant: Plant) -> None:
    """Old papers first, then orders in every status."""
    plant.on(date(2021, 3, 15), _years_ago)
    plant.on(date(2025, 8, 1), _overdue)
    plant.on(date(2025, 7, 1), _win_deals)
    plant.on(date(2025, 8, 27), _statuses, 12)
    plant.on(date(2025, 6, 16), _lots)
    plant.on(date(2025, 7, 7), _ship_one_serial)


def _years_ago(plant: Plant) -> None:
    due = date(2021, 4, 15)
    purchase = plant.purchases.order(SUPPLIER, [Line("K10-OLD", 400, 3.0, ship=due)], due)
    sold = order(plant, "CK10", "K10-OLD", 10, date(2021, 5, 3))
    plant.notes["k10"] = {"purchase": purchase["DocNum"], "order": sold["DocNum"]}


def _overdue(plant: Plant) -> None:
    due = date(2025, 8, 20)
    purchase = plant.purchases.order(SUPPLIER, [Line("K10-OLD", 100, 3.0, ship=due)], due)
    old = plant.notes.pop("k10")
    plant.note_case(
        "K10",
        "Stale documents",
        {
            "item": "K10-OLD", "old_purchase_order": old["purchase"], "old_order": old["order"],
            "overdue_purchase_order": purchase["DocNum"],
        },
        "400 on a purchase order due 2021-04-15 leave supply and are listed with 1,200.00; 100 "
        "due 2025-08-20 are 12 days overdue and move to today + the supplier's measured "
        "lateness; an open sales order of 10 from 2021 stands as well",
        stale_qty=400,
        stale_value=1200,
        overdue_days=12,
        on_hand=40,
    )  # fmt: skip


def _win_deals(plant: Plant) -> None:
    deals = {
        letter: deal(
            plant, "CK11", f"K11 Deal {letter} 100 units", f"K11-{letter}", 100, date(2025, 9, 12),
            "Negotiation/Review", closes=date(2025, 7, 8),
        )
        for letter in STATUSES
    }  # fmt: skip
    plant.on(date(2025, 7, 8), lambda p: _order_them(p, deals), 10)


def _order_them(plant: Plant, deals: dict[str, str]) -> None:
    orders = {}
    for letter, key in deals.items():
        plant.crm.change_deal(key, "Closed Won", plant.today)
        orders[letter] = order(
            plant, "CK11", f"K11-{letter}", 100, date(2025, 9, 12), deal_key=key
        )["DocEntry"]
    plant.notes["k11"] = (deals, orders)


def _statuses(plant: Plant) -> None:
    deals, entries = plant.notes.pop("k11")
    orders = {letter: plant.core.sets["Orders"][entry] for letter, entry in entries.items()}
    start, due = date(2025, 8, 25), date(2025, 9, 10)
    works = {}
    for letter in STATUSES:
        works[letter] = plant.production.plan(
            f"K11-{letter}", 100, start, due, for_order=(orders[letter], 0)
        )
    for letter in STATUSES[1:]:
        plant.production.release(works[letter])
        plant.production.issue(works[letter], [Issue(0, 100)])
    plant.production.issue(works["B"], [Issue(1, 8.6)])
    plant.production.complete(works["B"], 40, 3)
    for letter in STATUSES[2:]:
        plant.production.issue(works[letter], [Issue(1, 20.4)])
        plant.production.complete(works[letter], 100)
        plant.production.close(works[letter])
    plant.sales.deliver([Part(orders["D"], 0, 100)])
    delivery = plant.sales.deliver([Part(orders["E"], 0, 100)])
    plant.sales.invoice([Part(delivery, 0, 100)])
    reserve = plant.sales.reserve_invoice([Part(orders["F"], 0, 100)])
    plant.sales.deliver([Part(reserve, 0, 100)])
    plant.note_case(
        "K11",
        "Statuses",
        {
            "customer": "CK11",
            "orders": {letter: o["DocNum"] for letter, o in orders.items()},
            "opportunities": deals,
            "work_orders": {letter: w["DocumentNumber"] for letter, w in works.items()},
        },
        "A planned only: Ordered. B released, 40 good and 3 rejected of 100: In production, "
        "remaining supply 57, progress 40 %. C made and in stock, 100 >= 100 open: Ready to "
        "ship. D delivered: Shipped. E delivered and invoiced: Invoiced. F by reserve invoice "
        "and then delivered: Invoiced",
        status={
            "A": "Ordered", "B": "In production", "C": "Ready to ship", "D": "Shipped",
            "E": "Invoiced", "F": "Invoiced",
        },
        remaining_supply_b=57,
    )  # fmt: skip


def _lots(plant: Plant) -> None:
    bought(plant, "K12-X", 80, 60.0, "LOTE-1000")
    bought(plant, "K12-Y", 50, 60.0, "LOTE-1000", status=2)
    bought(plant, "K12-SER", 3, 600.0, serials=SERIALS)


def _ship_one_serial(plant: Plant) -> None:
    sold = order(plant, "CK12", "K12-SER", 1, plant.today + timedelta(days=2))
    delivery = plant.sales.deliver([Part(sold, 0, 1, serials=(SERIALS[0],))])
    plant.sales.invoice([Part(delivery, 0, 1)])
    plant.note_case(
        "K12",
        "Serials and lots",
        {"items": ["K12-X", "K12-Y"], "lot": "LOTE-1000", "serial_item": "K12-SER"},
        "LOTE-1000 exists on K12-X (80, free) and on K12-Y (50, held): the key is item and lot. "
        "Serials are lots of one: SN-0001 is shipped, SN-0002 and SN-0003 are on hand",
        lot_qty={"K12-X": 80, "K12-Y": 50},
        usable={"K12-X": 80, "K12-Y": 0},
        serials_on_hand=2,
    )
