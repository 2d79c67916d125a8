"""K25-K28: the first promise, what delivered means, cancelled papers, a day that was."""

from __future__ import annotations

from datetime import date, timedelta

from sandbox.plant.books.core import Record
from sandbox.plant.books.documents import Line
from sandbox.plant.books.sales_core import Part
from sandbox.plant.cases.steps import bought, order, trade
from sandbox.plant.master import Customer
from sandbox.plant.plant import Plant

ITEMS = (
    trade("K25-PART", "Brida K25", opening=200.0),
    trade("K26-PART", "Cojinete K26", opening=1000.0),
    trade("K27-PART", "Tapa K27", opening=200.0),
    trade("K28-ITEM", "Manguito K28", price=20.0, cost=10.0),
)
CUSTOMERS = (
    Customer("CK25", "K25 Bridas Soria S.L."),
    Customer("CK26A", "K26 Cojinetes Arriba S.L.", keeps_arrival=True),
    Customer("CK26B", "K26 Cojinetes Abajo S.L."),
    Customer("CK27", "K27 Tapas Jaén S.L."),
    Customer("CK28", "K28 Manguitos Teruel S.L."),
)


def arrange(plant: Plant) -> None:
    """Each on its own item and days."""
    plant.on(date(2025, 6, 10), _quote)
    plant.on(date(2025, 6, 23), _order_two)
    plant.on(date(2025, 6, 25), _cancelled)
    plant.on(date(2025, 5, 12), lambda p: bought(p, "K28-ITEM", 100, 10.0))
    plant.on(date(2025, 6, 16), lambda p: bought(p, "K28-ITEM", 50, 10.0))
    plant.on(date(2025, 7, 10), _sell_thirty)


def _quote(plant: Plant) -> None:
    first = date(2025, 7, 10)
    quotation = plant.sales.quote(
        "CK25", [Line("K25-PART", 40, 100.0, ship=first, requested=first)], date(2025, 9, 10)
    )

    def ordered(p: Plant) -> None:
        sold = order(
            p, "CK25", "K25-PART", 40, date(2025, 7, 15), base=(23, quotation["DocEntry"], 0)
        )
        p.on(date(2025, 7, 11), lambda q: q.sales.move_ship_date(sold, 0, date(2025, 7, 24)))
        p.on(date(2025, 7, 23), lambda q: _ship(q, sold, 40, date(2025, 7, 24)), 11)
        p.note_case(
            "K25",
            "First promise",
            {"customer": "CK25", "quotation": quotation["DocNum"], "order": sold["DocNum"]},
            "the quotation line says 10 July: the first promise; the order said 15 July and was "
            "overwritten with 24 July; delivered on 24 July: kept against the last, 14 days late "
            "against the first",
            first_promise="2025-07-10",
            last_promise="2025-07-24",
            delivered="2025-07-24",
            slip_days=14,
        )

    plant.on(date(2025, 6, 16), ordered)


def _ship(plant: Plant, sold: Record, qty: float, arrived: date | None) -> Record:
    delivery = plant.sales.deliver([Part(sold, 0, qty)])
    if arrived is not None:
        plant.sales.arrive(delivery, arrived)
    plant.sales.invoice([Part(delivery, 0, qty)])
    return delivery


def _order_two(plant: Plant) -> None:
    promised = date(2025, 7, 9)
    kept = order(plant, "CK26A", "K26-PART", 100, promised)
    not_kept = order(plant, "CK26B", "K26-PART", 100, promised)
    short = order(plant, "CK26B", "K26-PART", 100, promised)
    by_customer = order(plant, "CK26B", "K26-PART", 100, promised)

    def depart(p: Plant) -> None:
        _ship(p, kept, 100, date(2025, 7, 10))
        _ship(p, not_kept, 100, None)
        _ship(p, short, 90, None)
        _ship(p, by_customer, 90, None)

    def close(p: Plant) -> None:
        p.sales.close_short(short, 0, "Cerrada sin servir el resto")
        p.sales.close_short(by_customer, 0, "CANCELADO POR EL CLIENTE")

    plant.on(date(2025, 7, 7), depart)
    plant.on(date(2025, 7, 14), close)
    plant.note_case(
        "K26",
        "Delivered",
        {
            "arrival_kept": kept["DocNum"], "arrival_estimated": not_kept["DocNum"],
            "closed_short": short["DocNum"], "closed_for_customer": by_customer["DocNum"],
        },
        "all left on 7 July for 9 July. Where the arrival is kept it is 10 July: late. Where it "
        "isn't, 7 July + 1 day transit = 8 July, estimated: on time. 90 of 100 and closed short "
        "is a miss; closed for the customer (coded) is not",
        promised="2025-07-09",
        arrived="2025-07-10",
        estimated="2025-07-08",
    )  # fmt: skip


def _cancelled(plant: Plant) -> None:
    sold = order(plant, "CK27", "K27-PART", 50, plant.today + timedelta(days=7))
    billed = order(plant, "CK27", "K27-PART", 20, plant.today + timedelta(days=7))
    delivery = plant.sales.deliver([Part(sold, 0, 50)])
    second = plant.sales.deliver([Part(billed, 0, 20)])
    invoice = plant.sales.invoice([Part(second, 0, 20)])

    def undo(p: Plant) -> None:
        mirror = p.sales.cancel_delivery(delivery)
        unbilled = p.sales.cancel_invoice(invoice)
        p.note_case(
            "K27",
            "Cancelled by a second document",
            {
                "customer": "CK27", "delivery": delivery["DocNum"],
                "cancellation": mirror["DocNum"],
                "invoice": invoice["DocNum"], "invoice_cancellation": unbilled["DocNum"],
                "orders": [sold["DocNum"], billed["DocNum"]],
            },
            "from 27 June on neither counts: the 50 are in stock and open on the order again "
            "(6,050), the 20 are delivered and not invoiced (2,420), receivables 0",
            on_hand=180,
            open_orders=6_050,
            delivered_not_invoiced=2_420,
            receivables=0,
        )  # fmt: skip

    plant.on(date(2025, 6, 27), undo)


def _sell_thirty(plant: Plant) -> None:
    sold = order(plant, "CK28", "K28-ITEM", 30, plant.today + timedelta(days=2))
    _ship(plant, sold, 30, None)
    plant.note_case(
        "K28",
        "As of",
        {"item": "K28-ITEM"},
        "100 came on 12 May, 50 on 16 June, 30 left on 10 July: 120 on the as-of day, 150 on 1 "
        "July, 100 on 1 June; days before the first extraction are rebuilt by unwinding these",
        stock={"2025-09-01": 120, "2025-07-01": 150, "2025-06-01": 100},
    )
