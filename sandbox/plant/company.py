"""Makes the company: masters, two years day by day, and the folder that holds the result."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sandbox.plant import masters_wire, terms_wire
from sandbox.plant.books.core import Masters
from sandbox.plant.cases import LATER_MODULES, MODULES
from sandbox.plant.catalogue import build, with_cases
from sandbox.plant.chance import stream
from sandbox.plant.crm import own_field
from sandbox.plant.life import campaigns, complaints, days
from sandbox.plant.marketing import Marketing
from sandbox.plant.master import Customer, Supplier
from sandbox.plant.partners import customers, suppliers
from sandbox.plant.people import PEOPLE
from sandbox.plant.plant import Plant
from sandbox.plant.truth import told_effects, truth_files
from sandbox.plant.working_days import AS_OF, DOLLAR_DAY, HISTORY_START, days_between
from sandbox.plant.writing import write_lines, write_object

NAME = "Componentes Industriales S.L."
CLOCK = "2025-09-01T06:00:00Z"
BEGINNING = datetime.combine(HISTORY_START - timedelta(days=1), time(8))
CASES_KEPT_SINCE = date(2025, 1, 1)  # the cases' own work centres need no older calendar
SALESFORCE_OBJECTS = (
    "Account", "Contact", "Opportunity", "OpportunityLineItem", "OpportunityHistory", "Product2",
    "PricebookEntry", "User", "Campaign", "CampaignMember", "Lead", "OpportunityContactRole",
    "OpportunityFieldHistory", "Order", "OrderItem", "Task",
    "Event", "Case", "CaseComment",
)  # fmt: skip
# Not read by Promesa, and needed by what is written: an entry names its price book.
OTHER_SALESFORCE_OBJECTS = ("Pricebook2",)
# What people type in for the flows; the CRM's set-up finds these fields there and leaves them.
CUSTOM_FIELDS = (
    own_field("Opportunity", "Promesa_Promised_Date__c", "Promised date", type="Date"),
    own_field("Campaign", "Promesa_Item__c", "Item", type="Text", length=50),
    own_field("Campaign", "Promesa_Target_Leads__c", "Target leads", type="Number", precision=18,
              scale=0),
    own_field("Case", "Promesa_Lot__c", "Lot", type="Text", length=40),
)  # fmt: skip
SAP_SETS = (
    "Quotations", "Orders", "DeliveryNotes", "Returns", "Invoices", "DownPayments", "CreditNotes",
    "IncomingPayments", "Deposits", "BillOfExchangeTransactions", "JournalEntries",
    "InternalReconciliations", "PurchaseOrders", "PurchaseDeliveryNotes", "PurchaseInvoices",
    "PurchaseReturns", "LandedCosts", "VendorPayments", "ProductionOrders", "ResourceCapacities",
    "InventoryGenEntries", "InventoryGenExits", "Drafts", "StockTransfers",
    "InventoryTransferRequests",
)  # fmt: skip


def _collect(name: str) -> list[Any]:
    return [record for module in (*MODULES, *LATER_MODULES) for record in getattr(module, name, ())]


def _masters(seed: int) -> Masters:
    catalogue = with_cases(
        build(seed),
        tuple(_collect("ITEMS")),
        tuple(_collect("TREES")),
        tuple(replace(wc, kept_since=CASES_KEPT_SINCE) for wc in _collect("WORK_CENTRES")),
    )
    buyers = {**customers(seed), **{c.code: c for c in _collect("CUSTOMERS")}}
    sellers = {**suppliers(seed), **{s.code: s for s in _collect("SUPPLIERS")}}
    return Masters(catalogue.items, catalogue.trees, catalogue.work_centres, buyers, sellers)


def _dollar_rates(seed: int) -> dict[date, float]:
    """EUR for a dollar, a slow walk that ends at 0.91 on the as-of day."""
    chance = stream(seed, "rates")
    days = days_between(HISTORY_START - timedelta(days=1), AS_OF)
    steps = [chance.gauss(0, 0.002) for _ in days]
    level, found = 0.92, {}
    for number, day in enumerate(days):
        pull = (0.91 - level) * number / len(days) * 0.05
        level = min(0.97, max(0.87, level + steps[number] + pull))
        found[day] = round(level, 4)
    found[DOLLAR_DAY] = 0.92
    found[AS_OF] = 0.91
    return found


def _open_books(plant: Plant) -> None:
    for person in PEOPLE:
        plant.crm.add_user(person)
    plant.crm.add_integration_user()
    for customer in plant.core.masters.customers.values():
        if customer.in_crm:
            plant.crm.add_account(customer)
    for item in plant.core.masters.items.values():
        if item.in_crm:
            plant.crm.add_product(item)
        if item.opening:
            lot = None
            if item.by_lot:
                lot = plant.core.stock.new_lot(item.code, plant.today, item.cost, "opening")
            plant.core.stock.receive(
                plant.today, item.code, "01", item.opening, item.cost, lot, "opening"
            )
    plant.production.capacity.generate()


def live(seed: int) -> Plant:
    """Two years in the plant, up to the morning of the as-of day."""
    plant = Plant(_masters(seed), BEGINNING, seed)
    plant.core.rates["USD"] = _dollar_rates(seed)
    plant.on(BEGINNING.date(), _open_books, 9)
    days.arrange(plant, list(build(seed).items.values()))
    for module in MODULES:
        module.arrange(plant)
    end = datetime.combine(AS_OF, time(8))
    plant.live_through(end)
    # The clock goes back once: marketing and service look at what was sold, and disturb nothing.
    campaigns.arrange(plant)
    complaints.arrange(plant)
    for module in LATER_MODULES:
        module.arrange(plant)
    plant.live_through(end)
    Marketing(plant.crm).count_up()
    return plant


def make_company(folder: Path, seed: int = 1) -> None:
    """Write the demo company into a folder, replacing what was there; equal seeds, equal bytes."""
    plant = live(seed)
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    write_object(
        folder / "company.json",
        {
            "name": NAME,
            "clock": CLOCK,
            "currency": "EUR",
            "country": "ES",
            "time_zone": "Europe/Madrid",
            "seed": seed,
        },
    )
    write_lines(folder / "salesforce" / "CustomField.jsonl", CUSTOM_FIELDS)
    for name in (*SALESFORCE_OBJECTS, *OTHER_SALESFORCE_OBJECTS):
        write_lines(folder / "salesforce" / f"{name}.jsonl", plant.crm.sets[name].values())
    for name, records in _sap_records(plant).items():
        write_lines(folder / "sap_b1" / f"{name}.jsonl", records)
    for name, content in truth_files(plant).items():
        write_object(folder / "truth" / f"{name}.json", content)
    write_lines(folder / "truth" / "effects.jsonl", told_effects(plant))


def _sap_records(plant: Plant) -> dict[str, list[dict[str, Any]]]:
    core = plant.core
    masters = core.masters
    balances = {
        kind: {key[0]: amount for key, amount in core.log.totals(kind).items()}
        for kind in ("account", "deliveries_open", "orders_open", "cheques")
    }
    created = HISTORY_START - timedelta(days=1)
    units, groups = masters_wire.units()
    partners: list[Customer | Supplier] = [*masters.customers.values()]
    partners += masters.suppliers.values()
    found: dict[str, list[dict[str, Any]]] = {
        "BusinessPartners": [
            masters_wire.partner(core, partner, balances, created) for partner in partners
        ],
        "Items": [masters_wire.item(core, item, created) for item in masters.items.values()],
        "Warehouses": masters_wire.warehouses(),
        "ProductTrees": [masters_wire.tree(core, tree) for tree in masters.trees.values()],
        "Resources": [masters_wire.work_centre(wc) for wc in masters.work_centres.values()],
        "Holidays": masters_wire.holidays(),
        "Currencies": masters_wire.currencies(),
        "UserFieldsMD": masters_wire.user_fields(),
        "UnitOfMeasurements": units,
        "UnitOfMeasurementGroups": groups,
        "CurrencyRates": [
            {"Currency": "USD", "Date": day.isoformat(), "Rate": rate}
            for day, rate in core.rates["USD"].items()
        ],
        **masters_wire.lot_tables(core),
        **terms_wire.records(core),
    }
    for name in SAP_SETS:
        found[name] = list(core.sets[name].values())
    return found
