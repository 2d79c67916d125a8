"""K29-K32: hours measured or not, which work order it was, the bridge, the average cost."""

from __future__ import annotations

from datetime import date, timedelta

from sandbox.plant.books.buying import Receipt
from sandbox.plant.books.cash import Applied
from sandbox.plant.books.core import Record
from sandbox.plant.books.documents import Line
from sandbox.plant.books.making import Issue
from sandbox.plant.books.sales_core import Part
from sandbox.plant.cases.steps import bought, deal, made, one_stage, order, part, trade
from sandbox.plant.master import Customer, Item, Stage, Tree, TreeLine, WorkCentre
from sandbox.plant.plant import Plant

CARRIER = "P1023"
ITEMS = (
    made("K29-BF", "Perfil K29 retrocedido", cost=22.0, price=40.0),
    made("K29-MN", "Perfil K29 medido", cost=22.0, price=40.0),
    part("K29-RAW", "Fleje K29"),
    made("K30-A", "Rodillo K30 A", by_lot=True, cost=8.0, price=20.0),
    made("K30-B", "Rodillo K30 B", by_lot=True, cost=8.0, price=20.0),
    made("K30-C", "Rodillo K30 C", cost=8.0, price=20.0),
    part("K30-RAW", "Tubo K30"),
    made("K31-PART", "Bulón K31", price=10.0, cost=6.0),
    part("K31-STEEL", "Acero K31", opening=0.0, unit="KG", cost=2.0, by_lot=True),
    trade("K32-MA", "Aceite K32", price=9.0, cost=5.0, moving_average=True),
    Item("FREIGHT-OUT", "Portes de venta", "service", cost=0.0, stocked=False, supplier=CARRIER,
         family="Servicios", in_crm=False),
)  # fmt: skip
TREES = (
    one_stage("K29-BF", "K29-RAW", "K29-BFWC", 0.5, backflush=True),
    one_stage("K29-MN", "K29-RAW", "K29-MNWC", 0.5),
    one_stage("K30-A", "K30-RAW", "K30-WC", 0.15),
    one_stage("K30-B", "K30-RAW", "K30-WC", 0.15),
    one_stage("K30-C", "K30-RAW", "K30-WC", 0.15),
    Tree(
        "K31-PART",
        (
            TreeLine("K31-STEEL", 2.0, price=2.0),
            TreeLine("K31-WC", 0.1, is_work_centre=True, price=20.0),
        ),
        (Stage(1, "Torneado"),),
    ),
)
WORK_CENTRES = (
    WorkCentre("K29-BFWC", "Perfiladora K29 A", rate=40.0, backflush=True),
    WorkCentre("K29-MNWC", "Perfiladora K29 B", rate=40.0),
    WorkCentre("K30-WC", "Centro K30", rate=40.0),
    WorkCentre("K31-WC", "Torno K31", rate=20.0),
)
CUSTOMERS = (
    Customer("CK29", "K29 Perfiles León S.L."),
    Customer("CK30", "K30 Rodillos Vitoria S.L."),
    Customer("CK31", "K31 Bulones Eibar S.L."),
    Customer("CK32", "K32 Lubricantes Huelva S.L."),
)


def arrange(plant: Plant) -> None:
    """All of it happened months ago, so that margins are final."""
    plant.on(date(2025, 3, 10), _measured_or_not)
    plant.on(date(2025, 3, 17), _pegged)
    plant.on(date(2025, 4, 1), _quote)
    plant.on(date(2025, 3, 3), lambda p: bought(p, "K32-MA", 100, 4.0))
    plant.on(date(2025, 4, 7), lambda p: bought(p, "K32-MA", 100, 6.0))
    plant.on(date(2025, 5, 5), _average)


def _sell(plant: Plant, sold: Record, qty: float) -> Record:
    delivery = plant.sales.deliver([Part(sold, 0, qty)])
    invoice = plant.sales.invoice([Part(delivery, 0, qty)])
    plant.cash.receive(sold["CardCode"], [Applied(invoice, invoice["DocTotal"])])
    return delivery


def _measured_or_not(plant: Plant) -> None:
    works = {}
    for code, hours in (("K29-BF", None), ("K29-MN", 56.0)):
        sold = order(plant, "CK29", code, 100, plant.today + timedelta(days=10))
        work = plant.production.plan(
            code, 100, plant.today, plant.today + timedelta(days=7), for_order=(sold, 0)
        )
        plant.production.release(work)
        plant.production.issue(work, [Issue(0, 100)])
        if hours is not None:
            plant.production.issue(work, [Issue(1, hours)])
        plant.production.complete(work, 100)
        plant.production.close(work)
        _sell(plant, sold, 100)
        works[code] = work["DocumentNumber"]
    plant.note_case(
        "K29",
        "Measured hours",
        {"work_orders": works, "customer": "CK29"},
        "both planned 50 h: the backflushed order shows 50 h by construction (measured 0 %), the "
        "other 56 h of its own (measured 100 %): efficiency -6 h x 40 = -240",
        planned_hours=50,
        actual_hours={"K29-BF": 50, "K29-MN": 56},
        measured_pct={"K29-BF": 0, "K29-MN": 100},
    )


def _pegged(plant: Plant) -> None:
    found = {}
    for code, linked in (("K30-A", True), ("K30-B", False), ("K30-C", False)):
        sold = order(plant, "CK30", code, 60, plant.today + timedelta(days=9))
        work = plant.production.plan(
            code, 60, plant.today, plant.today + timedelta(days=6),
            for_order=(sold, 0), linked=linked,
        )  # fmt: skip
        plant.production.release(work)
        plant.production.issue(work, [Issue(0, 60), Issue(1, 9.5)])
        lot = plant.production.complete(work, 60)
        plant.production.close(work)
        _sell(plant, sold, 60)
        found[code] = {
            "order": sold["DocNum"],
            "work_order": work["DocumentNumber"],
            "lot": lot.name if lot else None,
        }
    plant.note_case(
        "K30",
        "Which work order",
        found,
        "A: the work order names the sales order. B: it doesn't, but the delivered lot came from "
        "it. C: neither, so the item's average of the period. Each cost 60 x 2 + 9.5 h x 40 = "
        "500.00",
        real_cost=500,
        rules={"K30-A": "sales order", "K30-B": "lot", "K30-C": "average"},
    )


def _quote(plant: Plant) -> None:
    key = deal(
        plant, "CK31", "K31 Deal 100 units", "K31-PART", 100, date(2025, 5, 12),
        "Negotiation/Review", price=10.0, closes=date(2025, 4, 14),
    )  # fmt: skip
    quotation = plant.sales.quote(
        "CK31", [Line("K31-PART", 100, 10.0, ship=date(2025, 5, 12))], date(2025, 6, 1), key
    )
    plant.on(date(2025, 4, 14), lambda p: _make_ninety(p, key, quotation))


def _make_ninety(plant: Plant, key: str, quotation: Record) -> None:
    plant.crm.change_deal(key, "Closed Won", plant.today)
    sold = order(
        plant, "CK31", "K31-PART", 90, date(2025, 5, 12), 9.5, key, (23, quotation["DocEntry"], 0)
    )
    bought(plant, "K31-STEEL", 198, 2.10, "K31-ACERO")
    work = plant.production.plan(
        "K31-PART", 90, date(2025, 4, 21), date(2025, 5, 9), for_order=(sold, 0)
    )

    def make(p: Plant) -> None:
        p.production.release(work)
        p.production.issue(work, [Issue(0, 198), Issue(1, 10.8, 21.0)])
        p.production.complete(work, 90)
        p.production.close(work)

    plant.on(date(2025, 5, 8), make)
    plant.on(date(2025, 5, 12), lambda p: _deliver_ninety(p, key, quotation, sold, work))


def _deliver_ninety(plant: Plant, key: str, quotation: Record, sold: Record, work: Record) -> None:
    delivery = _sell(plant, sold, 90)
    freight = plant.purchases.order(
        CARRIER, [Line("FREIGHT-OUT", 1, 30.0, ship=plant.today)], plant.today
    )
    receipt = plant.purchases.receive(
        [Receipt(freight, 0, 1)],
        f"Portes de la entrega {delivery['DocNum']}",
        str(delivery["DocNum"]),
    )
    plant.note_case(
        "K31",
        "The bridge",
        {
            "customer": "CK31", "opportunity": key, "quotation": quotation["DocNum"],
            "order": sold["DocNum"], "work_order": work["DocumentNumber"],
            "delivery": delivery["DocNum"], "freight_receipt": receipt["DocNum"],
        },
        "quoted 100 @ 10, standard 2 kg x 2 + 0.1 h x 20 = 6 -> 400.00; real 90 @ 9.50, 198 kg @ "
        "2.10, 10.8 h @ 21, freight 30 -> 182.40. The freight is the goods receipt whose "
        "Reference2 is the delivery's number; paid on the day, so credit costs nothing",
        quoted_margin=400.00,
        real_margin=182.40,
        price=-45.00,
        volume=-40.00,
        purchase_price_variance=-19.80,
        usage=-36.00,
        labour_rate=-10.80,
        efficiency=-36.00,
        freight=-30.00,
        credit=0.00,
        total=-217.60,
    )  # fmt: skip


def _average(plant: Plant) -> None:
    quotation = plant.sales.quote(
        "CK32", [Line("K32-MA", 50, 9.0, ship=date(2025, 5, 19))], date(2025, 6, 5)
    )
    sold = order(
        plant, "CK32", "K32-MA", 50, date(2025, 5, 19), base=(23, quotation["DocEntry"], 0)
    )
    _sell(plant, sold, 50)
    plant.note_case(
        "K32",
        "Moving average",
        {"item": "K32-MA", "quotation": quotation["DocNum"], "order": sold["DocNum"]},
        "100 @ 4 and 100 @ 6: moving average 5.00 and no standard; the bridge starts from the "
        "cost at the quote, 5.00: quoted margin (9 - 5) x 50 = 200.00",
        moving_average=5.00,
        quoted_margin=200.00,
        on_hand=150,
    )
