"""K18-K21: parts of exposure that must be counted once, and whose limit it is."""

from __future__ import annotations

from datetime import date

from sandbox.plant.books.cash import Applied
from sandbox.plant.books.core import BANK_CHARGES, Record
from sandbox.plant.books.sales_core import Part
from sandbox.plant.cases.steps import order, trade
from sandbox.plant.master import Customer
from sandbox.plant.plant import Plant

ITEMS = (
    trade("K18-PART", "Racor K18", price=10.0, cost=6.0, opening=500.0),
    trade("K19-PART", "Variador K19", opening=50.0),
    trade("K21-PART", "Polea K21", opening=500.0),
)
CUSTOMERS = (
    Customer("CK18", "K18 Racores Lleida S.L.", limit=20_000.0),
    Customer("CK19A", "K19 Anticipos Alfa Ltd", "Tánger", "MA", tax_percent=0.0, limit=150_000.0),
    Customer("CK19B", "K19 Anticipos Beta Ltd", "Tánger", "MA", tax_percent=0.0, limit=150_000.0),
    Customer("CK19C", "K19 Anticipos Gamma Ltd", "Tánger", "MA", tax_percent=0.0, limit=150_000.0),
    Customer("CK20", "K20 Pagarés del Sur S.L.", limit=30_000.0),
    Customer("CK21N", "K21 Sin límite S.L.", limit=None),
    Customer("CK21Z", "K21 Límite cero S.L.", limit=0.0),
    Customer("CK21M", "K21 Límite diez mil S.L.", limit=10_000.0),
    Customer("CK21F", "K21 Grupo Matriz S.A.", limit=50_000.0),
    Customer("CK21C", "K21 Filial Norte S.L.", limit=5_000.0, payer="CK21F"),
)


def arrange(plant: Plant) -> None:
    """One order half way, advances, cheques and bills, and a subsidiary."""
    plant.on(date(2025, 8, 4), _half_way)
    plant.on(date(2025, 8, 5), _advances)
    plant.on(date(2025, 7, 15), _invoices)
    plant.on(date(2025, 8, 1), _cheque)
    plant.on(date(2025, 8, 5), _bill, 10)
    plant.on(date(2025, 8, 20), _on_account)
    plant.on(date(2025, 8, 6), _limits)


def _half_way(plant: Plant) -> None:
    sold = order(plant, "CK18", "K18-PART", 100, date(2025, 8, 29))

    def forty(p: Plant) -> None:
        delivery = p.sales.deliver([Part(sold, 0, 40)])
        p.on(date(2025, 8, 12), lambda q: q.sales.invoice([Part(delivery, 0, 40)]))

    plant.on(date(2025, 8, 11), forty)
    plant.on(date(2025, 8, 26), lambda p: p.sales.deliver([Part(sold, 0, 20)]))
    plant.note_case(
        "K18",
        "Counted once",
        {"customer": "CK18", "order": sold["DocNum"], "item": "K18-PART"},
        "order 100 x 10 + 21 % = 1,210: 40 invoiced 484 + 20 delivered 242 + 40 open 484 = 1,210; "
        "DocTotal + receivables would be 1,694",
        receivables=484,
        delivered_not_invoiced=242,
        open_orders=484,
        exposure=1210,
    )


def _advances(plant: Plant) -> None:
    found = {}
    for code, as_invoice in (("CK19A", True), ("CK19B", True), ("CK19C", False)):
        sold = order(plant, code, "K19-PART", 1000, date(2025, 11, 3))
        asked = plant.sales.down_payment(sold, 30.0, as_invoice)
        found[code] = {"order": sold["DocNum"], "down_payment": asked["DocNum"]}
        if code == "CK19B":
            plant.on_each([(date(2025, 8, 18), asked)], _pay_advance)
    plant.note_case(
        "K19",
        "Down payments",
        {"customers": found, "item": "K19-PART"},
        "order 100,000 and an unpaid down payment invoice of 30,000: 100,000 at risk, not 130,000 "
        "(CK19A); paid: 70,000 (CK19B); a request posts nothing: 100,000 (CK19C)",
        exposure={"CK19A": 100_000, "CK19B": 70_000, "CK19C": 100_000},
        account_balance={"CK19A": 30_000, "CK19B": 0, "CK19C": 0},
    )


def _pay_advance(plant: Plant, asked: Record) -> None:
    plant.cash.receive("CK19B", [Applied(asked, 30_000.0, "203")])


def _invoices(plant: Plant) -> None:
    sales = plant.sales
    paid_by_cheque = sales.service_invoice("CK20", "SRV-ENG", 10_000.0, "K20 cheque")
    split = sales.service_invoice(
        "CK20", "SRV-ENG", 4_958.68, "K20 dos plazos", [(30, 50.0), (92, 50.0)]
    )
    paid_by_bill = sales.service_invoice("CK20", "SRV-ENG", 2_000.0, "K20 pagaré")
    plant.notes["k20"] = (paid_by_cheque, split, paid_by_bill)


def _cheque(plant: Plant) -> None:
    invoice = plant.notes["k20"][0]
    plant.cash.receive("CK20", [Applied(invoice, 12_100.0)], "cheque", falls_due=date(2025, 10, 15))


def _bill(plant: Plant) -> None:
    invoice = plant.notes["k20"][2]
    plant.cash.receive("CK20", [Applied(invoice, 2_420.0)], "bill", falls_due=date(2025, 11, 5))


def _on_account(plant: Plant) -> None:
    paid_by_cheque, split, paid_by_bill = plant.notes.pop("k20")
    payment = plant.cash.receive("CK20", [], on_account=1_000.0)
    credit = plant.sales.credit(split, {0: 1}, "K20 abono pendiente", apply=False, price=500.0)
    entry = plant.cash.manual_entry(
        "CK20", 150.0, BANK_CHARGES, "Gastos de devolución", date(2025, 8, 25)
    )
    plant.note_case(
        "K20",
        "Receivables are not the invoices",
        {
            "customer": "CK20",
            "invoices": [d["DocNum"] for d in (paid_by_cheque, split, paid_by_bill)],
            "payment_on_account": payment["DocNum"], "credit_note": credit["DocNum"],
            "journal_entry": entry,
        },
        "6,000 in two instalments (3,000 due 14 Aug, 18 days late; 3,000 due 15 Oct) - 1,000 on "
        "account - 605 open credit note + 150 journal entry = 4,545 receivables; the cheque of "
        "12,100 and the bill of 2,420 closed their invoices, but the risk stays: 19,065",
        receivables=4545,
        open_cheques=12_100,
        bills=2_420,
        exposure=19_065,
        overdue_invoice_amount=3_000,
        oldest_overdue_days=18,
    )  # fmt: skip


def _limits(plant: Plant) -> None:
    for code in ("CK21N", "CK21Z", "CK21M", "CK21F"):
        plant.sales.service_invoice(code, "SRV-ENG", 2_000.0, "K21")
    plant.sales.service_invoice("CK21C", "SRV-ENG", 10_000.0, "K21 filial")
    sold = order(plant, "CK21C", "K21-PART", 10, date(2025, 9, 30))
    plant.note_case(
        "K21",
        "Limit",
        {"customers": ["CK21N", "CK21Z", "CK21M", "CK21F", "CK21C"], "order": sold["DocNum"]},
        "no limit, 0 and 10,000 are three policies (each owes 2,420). The subsidiary CK21C pays "
        "through CK21F: 2,420 + 12,100 receivables + 1,210 open order = 15,730 at the payer "
        "against 50,000; SAP's own check there: account balance 14,520",
        limits={"CK21N": None, "CK21Z": 0, "CK21M": 10_000, "CK21F": 50_000},
        payer_receivables=14_520,
        payer_exposure=15_730,
        payer_available=34_270,
    )
