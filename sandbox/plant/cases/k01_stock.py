"""K1-K3: units, usable stock and lots that expire."""

from __future__ import annotations

from datetime import date

from sandbox.plant.books.documents import Line
from sandbox.plant.cases.steps import SUPPLIER, bought, deal, order, trade
from sandbox.plant.master import Customer
from sandbox.plant.masters_wire import UOM_GROUP_BOX_12
from sandbox.plant.plant import Plant

ITEMS = (
    trade("K1-BOX", "Junta K1 en cajas de 12", price=120.0, cost=6.0, sales_unit="BOX",
          uom_group=UOM_GROUP_BOX_12, units_per_sales_unit=12.0, opening=500.0),
    trade("K2-NET", "Filtro K2", by_lot=True),
    trade("K3-EXP", "Resina K3", by_lot=True, price=20.0, cost=12.0, lead_days=15),
)  # fmt: skip
CUSTOMERS = (
    Customer("CK01", "K1 Cajas y Envases S.L."),
    Customer("CK02", "K2 Filtrados Ebro S.L."),
    Customer("CK03", "K3 Composites Alcoi S.L.", transit_days=0),
)
EXPIRES = date(2025, 9, 11)


def arrange(plant: Plant) -> None:
    """The three cases, each on its own item."""
    plant.on(date(2025, 8, 18), _boxes)
    plant.on(date(2025, 5, 5), _lots)
    plant.on(date(2025, 6, 10), _move_away)
    plant.on(date(2025, 8, 18), _drop_ship, 10)
    plant.on(date(2025, 6, 2), lambda p: bought(p, "K3-EXP", 300, 12.0, "K3-L1", EXPIRES))
    plant.on(date(2025, 8, 20), _expiring)


def _boxes(plant: Plant) -> None:
    sold = order(plant, "CK01", "K1-BOX", 10, date(2025, 9, 15))
    key = deal(plant, "CK01", "K1 Deal 20 boxes", "K1-BOX", 20, date(2025, 9, 30))
    plant.note_case(
        "K1",
        "Unit",
        {"order": sold["DocNum"], "item": "K1-BOX", "opportunity": key, "customer": "CK01"},
        "10 boxes of 12 = 120 pieces committed of 500, not 10; the deal of 20 boxes asks for 240",
        committed=120,
        on_hand=500,
        deal_inventory_qty=240,
    )


def _lots(plant: Plant) -> None:
    for name, qty, expires, status in (
        ("K2-A", 60, None, 0),
        ("K2-B", 25, None, 2),
        ("K2-C", 15, date(2025, 6, 30), 0),
        ("K2-D", 50, None, 0),
        ("K2-E", 30, None, 0),
    ):
        bought(plant, "K2-NET", qty, 60.0, name, expires, status)


def _move_away(plant: Plant) -> None:
    lots = {lot.name: lot for lot in plant.core.stock.lots.values() if lot.item == "K2-NET"}
    plant.warehouse.transfer("K2-NET", 50, "01", "09", lots["K2-D"])
    plant.warehouse.transfer("K2-NET", 30, "01", "98", lots["K2-E"])


def _drop_ship(plant: Plant) -> None:
    sold = order(plant, "CK02", "K2-NET", 40, date(2025, 9, 12), warehouse="DS")
    plant.purchases.order(
        SUPPLIER, [Line("K2-NET", 40, 60.0, ship=date(2025, 9, 10), warehouse="DS")],
        date(2025, 9, 10), f"Entrega directa, pedido {sold['DocNum']}",
    )  # fmt: skip
    key = deal(plant, "CK02", "K2 Deal 60 units", "K2-NET", 60, date(2025, 9, 10))
    plant.note_case(
        "K2",
        "Usable stock",
        {"item": "K2-NET", "order": sold["DocNum"], "opportunity": key, "customer": "CK02"},
        "180 on hand: 50 in a warehouse that isn't nettable, 30 in an inactive one; of the 100 "
        "in 01, 25 in a held lot and 15 in an expired one: 60 usable. The order of 40 is drop "
        "shipped: no demand on stock",
        on_hand=180,
        usable=60,
        held=25,
        expired=15,
        not_nettable=50,
        inactive=30,
        drop_shipped=40,
    )


def _expiring(plant: Plant) -> None:
    first = order(plant, "CK03", "K3-EXP", 100, date(2025, 9, 6))
    second = order(plant, "CK03", "K3-EXP", 150, date(2025, 9, 21))
    key = deal(plant, "CK03", "K3 Deal 200 units", "K3-EXP", 200, date(2025, 9, 7))
    plant.note_case(
        "K3",
        "Expiring lot",
        {
            "item": "K3-EXP", "lot": "K3-L1", "customer": "CK03", "opportunity": key,
            "orders": [first["DocNum"], second["DocNum"]],
        },
        "300 in a lot that expires on day 10; firm 100 on day 5 and 150 on day 20. Plain PAB(20) "
        "= 50; in truth 200 die on day 10 and day 20 is 150 short (to be bought: 15 days), yet 200 "
        "more can be sold for day 6 from stock",
        lot_qty=300,
        expires=EXPIRES.isoformat(),
        sellable_for_day_6=200,
        short_on_day_20=150,
    )  # fmt: skip
