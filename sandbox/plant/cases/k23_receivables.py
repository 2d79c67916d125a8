"""K23 and K24: sales without and receivables with tax; a won deal and its order are one risk."""

from __future__ import annotations

from datetime import date

from sandbox.plant.books.documents import Line
from sandbox.plant.cases.steps import deal, order, trade
from sandbox.plant.master import Customer
from sandbox.plant.plant import Plant

ITEMS = (trade("K24-PART", "Correa K24", opening=20.0),)
CUSTOMERS = (
    Customer("CK23", "K23 Montajes Burgos S.A.", limit=200_000.0),
    Customer("CK24", "K24 Correas Cádiz S.L."),
)


def arrange(plant: Plant) -> None:
    """A month's sales; three deals in three states of their order."""
    plant.on_each(
        [(date(2025, 8, 5), 60_000.0), (date(2025, 8, 20), 40_000.0)],
        lambda p, amount: p.sales.service_invoice("CK23", "SRV-ENG", amount, "K23"),
    )
    plant.on(date(2025, 8, 21), _days_of_sales, 12)
    plant.on(date(2025, 8, 7), _deals)
    plant.on(date(2025, 8, 22), _orders)


def _days_of_sales(plant: Plant) -> None:
    plant.note_case(
        "K23",
        "DSO",
        {"customer": "CK23"},
        "receivables 121,000 on net sales of 100,000 in the 30 days to 1 Sep: 36.3 days; on one "
        "gross base 121,000 / 121,000 x 30 = 30.0",
        receivables=121_000,
        net_sales_30_days=100_000,
        dso=30.0,
        wrong_dso=36.3,
    )


def _deals(plant: Plant) -> None:
    plant.notes["k24"] = [
        deal(
            plant, "CK24", f"K24 Deal {state}", "K24-PART", qty, date(2025, 10, 6),
            "Negotiation/Review", closes=date(2025, 8, 22),
        )
        for state, qty in (("linked", 30), ("unlinked", 45), ("awaiting approval", 12))
    ]  # fmt: skip


def _orders(plant: Plant) -> None:
    linked, unlinked, pending = plant.notes.pop("k24")
    ship = date(2025, 10, 6)
    for key in (linked, unlinked):
        plant.crm.change_deal(key, "Closed Won", plant.today)
    first = order(plant, "CK24", "K24-PART", 30, ship, deal_key=linked)
    second = order(plant, "CK24", "K24-PART", 45, ship)
    draft = plant.sales.draft_order("CK24", [Line("K24-PART", 12, 100.0, ship=ship)], ship, pending)
    plant.note_case(
        "K24",
        "Won deal and its order",
        {
            "customer": "CK24",
            "linked": {"opportunity": linked, "order": first["DocNum"]},
            "unlinked": {"opportunity": unlinked, "order": second["DocNum"]},
            "awaiting_approval": {"opportunity": pending, "draft": draft["DocEntry"]},
        },
        "one risk each: 30 x 100 + 21 % = 3,630 linked by the order's own field; 45 x 100 + 21 % = "
        "5,445 counted once and shown as unlinked; the draft of 1,452 counts as an order",
        linked=3_630,
        unlinked=5_445,
        draft=1_452,
        open_orders_in_erp=9_075,
        exposure=10_527,
    )  # fmt: skip
