"""K35 and K36: mass balance with freight, returns and a transfer; excess."""

from __future__ import annotations

from datetime import date, timedelta

from sandbox.plant.books.cash import Applied
from sandbox.plant.books.making import Issue
from sandbox.plant.books.sales_core import Part
from sandbox.plant.cases.steps import bought, made, one_stage, order, part, trade
from sandbox.plant.master import Customer, WorkCentre
from sandbox.plant.plant import Plant

CARRIER = "P1023"
ITEMS = (
    part("K35-RAW", "Polvo K35", opening=0.0, unit="KG", by_lot=True, cost=4.0),
    made("K35-PART", "Pieza K35", cost=10.0),
    trade("K36-SLOW", "Rodamiento K36", price=12.0, cost=8.0, lead_days=30, reorder_at=100.0,
          opening=900.0 + 13 * 280.0),
)  # fmt: skip
TREES = (one_stage("K35-PART", "K35-RAW", "K35-WC", 0.1),)
WORK_CENTRES = (WorkCentre("K35-WC", "Prensa K35"),)
CUSTOMERS = (Customer("CK36", "K36 Rodamientos Bilbao S.L."),)


def arrange(plant: Plant) -> None:
    """A lot from its receipt on; a year of even demand."""
    plant.on(date(2025, 5, 12), _lot)
    plant.on(date(2025, 5, 19), _send_back)
    for number in range(13):
        plant.on(date(2024, 9, 9) + timedelta(days=28 * number), _four_weeks)
    plant.on(date(2025, 8, 29), _excess)


def _lot(plant: Plant) -> None:
    receipt = bought(plant, "K35-RAW", 100, 4.0, "K35-L1")
    freight = plant.purchases.add_freight(receipt, CARRIER, 50.0)
    lot = next(lot for lot in plant.core.stock.lots.values() if lot.item == "K35-RAW")
    work = plant.production.plan("K35-PART", 55, plant.today, plant.today + timedelta(days=3))
    plant.production.release(work)
    plant.production.issue(work, [Issue(0, 60, lot=lot), Issue(1, 5.5)])
    back = plant.production.give_back(work, 0, 5, lot)
    plant.production.complete(work, 55)
    plant.production.close(work)
    plant.note_case(
        "K35",
        "Mass balance",
        {"item": "K35-RAW", "lot": "K35-L1", "receipt": receipt["DocNum"],
         "landed_cost": freight["LandedCostNumber"], "work_order": work["DocumentNumber"],
         "component_return": back["DocNum"]},
        "100 received, 60 issued, 5 back from production, 45 in stock: 100 + 5 = 60 + 45. Without "
        "the return the ratio is 1.05. Freight of 50 on the receipt: 0.50 a kg",
        received=100,
        issued=60,
        returned=5,
        in_stock=45,
        freight_per_kg=0.5,
    )  # fmt: skip


def _send_back(plant: Plant) -> None:
    from_supplier = bought(plant, "K35-RAW", 40, 4.0, "K35-L2")
    lots = {lot.name: lot for lot in plant.core.stock.lots.values() if lot.item == "K35-RAW"}
    returned = plant.purchases.give_back(from_supplier, 0, 15, lots["K35-L2"])
    moved = plant.warehouse.transfer("K35-RAW", 10, "01", "02", lots["K35-L2"])
    plant.note_case(
        "K35B",
        "A lot sent back and carried",
        {"item": "K35-RAW", "lot": "K35-L2", "purchase_return": returned["DocNum"],
         "transfer": moved["DocNum"]},
        "40 received, 15 returned to the supplier, 10 carried to warehouse 02, 15 left in 01",
        received=40,
        returned_to_supplier=15,
        in_stock={"01": 15, "02": 10},
    )  # fmt: skip


def _four_weeks(plant: Plant) -> None:
    sold = order(plant, "CK36", "K36-SLOW", 280, plant.today)
    delivery = plant.sales.deliver([Part(sold, 0, 280)])
    invoice = plant.sales.invoice([Part(delivery, 0, 280)])
    plant.cash.receive("CK36", [Applied(invoice, invoice["DocTotal"])])


def _excess(plant: Plant) -> None:
    plant.note_case(
        "K36",
        "Excess",
        {"item": "K36-SLOW", "customer": "CK36"},
        "900 on hand; 280 left every four weeks for a year: 10 a day. Lead time 30 days, review 10 "
        "(policy), safety 100: 900 - (10 x 40 + 100) = 400 in excess, 3,200.00 at the standard 8",
        on_hand=900,
        daily_demand=10,
        lead_days=30,
        review_days=10,
        safety=100,
        excess_qty=400,
        excess_value=3200,
    )
