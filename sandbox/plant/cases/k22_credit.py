"""The credit example of 50,000 gross, and K22: the same net of tax, and a customer in dollars."""

from __future__ import annotations

from datetime import date, timedelta

from sandbox.plant.crm import DealLine
from sandbox.plant.master import Customer, Item, Supplier, Tree, WorkCentre
from sandbox.plant.plant import Case, Plant
from sandbox.plant.working_days import AS_OF, DOLLAR_DAY

ITEMS = (
    Item("CR-VALVE", "Válvula de crédito", "trade", price=50.0, cost=30.0, opening=5000.0,
         lead_days=20, supplier="P1010", family="Crédito"),
    Item("SRV-ENG", "Servicio de ingeniería", "service", price=100.0, stocked=False, in_crm=False),
)  # fmt: skip
TREES: tuple[Tree, ...] = ()
WORK_CENTRES: tuple[WorkCentre, ...] = ()
SUPPLIERS: tuple[Supplier, ...] = ()
CUSTOMERS = (
    Customer("CCRED", "Exportaciones Atlas Ltd", "Casablanca", "MA", tax_percent=0.0,
             limit=40_000.0, salesperson=4),
    Customer("CK22", "K22 Neumática Júcar S.L.", limit=40_000.0),
    Customer("CK22U", "K22 Gulf Coast Pumps Inc", "Houston", "US", tax_percent=0.0,
             currency="USD", limit=60_000.0, salesperson=4, transit_days=7),
)  # fmt: skip


def arrange(plant: Plant) -> None:
    """30,000 open on each of two limits of 40,000; a dollar invoice at another day's rate."""
    plant.on(date(2025, 7, 15), _gross_invoices, 11)
    plant.on(DOLLAR_DAY, _dollar_invoice, 11)
    plant.on(AS_OF - timedelta(days=10), _deals, 11)


def _gross_invoices(plant: Plant) -> None:
    for amount in (18_000.0, 12_000.0):
        plant.sales.service_invoice("CCRED", "SRV-ENG", amount, "Ejemplo de crédito")
    # 30,000 gross at 21 % can't be met by one net amount in cents: 24,793.39 x 1.21 = 30,000.00
    plant.sales.service_invoice("CK22", "SRV-ENG", 24_793.39, "K22")


def _dollar_invoice(plant: Plant) -> None:
    invoice = plant.sales.service_invoice("CK22U", "SRV-ENG", 10_000.0, "K22 USD")
    plant.note_case(
        "K22 (USD)",
        "Currency",
        {"customer": "CK22U", "invoice": invoice["DocNum"]},
        "USD 10,000 booked at 0.92 = 9,200 in the account balance; at the as-of rate 0.91 = "
        "9,100 of exposure; the difference of -100 is a line of its own in the tie-out",
        account_balance=9_200,
        exposure=9_100,
        difference=-100,
    )


def _deals(plant: Plant) -> None:
    crm, customers = plant.crm, plant.core.masters.customers
    lines = [DealLine("CR-VALVE", 1000.0, 50.0, date(2025, 9, 30))]
    closes = AS_OF + timedelta(days=20)
    gross = crm.open_deal(
        customers["CCRED"], "Credit Deal 50,000 gross", lines, closes, "Proposal/Price Quote"
    )
    plant.cases["credit"] = Case(
        "Credit example of kpis.md",
        {"opportunity": gross, "customer": "CCRED", "item": "CR-VALVE"},
        "limit 40,000 - 30,000 open invoices = 10,000 available; the deal is 50,000 with tax (0 "
        "%): level Over, 40,000 short",
        {
            "limit": 40_000, "receivables": 30_000, "exposure": 30_000, "available": 10_000,
            "deal_gross": 50_000, "short": 40_000, "level": "Over",
        },
    )  # fmt: skip
    net = crm.open_deal(customers["CK22"], "K22 Deal 50,000 net", lines, closes, "Qualification")
    plant.cases["K22"] = Case(
        "Deal tax",
        {"opportunity": net, "customer": "CK22", "item": "CR-VALVE"},
        "50,000 net at 21 % = 60,500; limit 40,000 - 30,000 open = 10,000 available: 50,500 short",
        {
            "limit": 40_000, "receivables": 30_000, "available": 10_000, "deal_net": 50_000,
            "deal_gross": 60_500, "short": 50_500, "level": "Over",
        },
    )  # fmt: skip
