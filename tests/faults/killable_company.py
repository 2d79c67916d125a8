"""A company of a few customers, cut out of the demo: all that a round needs, in little time."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Record = dict[str, Any]

CUSTOMERS = frozenset({"CK04", "CCRED", "CK18", "CK20"})
SINCE = "2025-07-01"
UNTIL = "2025-12-31"
WHOLE = frozenset(
    (
        "Items",
        "Warehouses",
        "ProductTrees",
        "Resources",
        "Holidays",
        "OBTQ",
        "Currencies",
        "UnitOfMeasurements",
        "UnitOfMeasurementGroups",
        "UserFieldsMD",
        "Product2",
        "PricebookEntry",
        "User",
        "CustomField",
        "Campaign",
    )
)


def make_small_company(demo: Path, folder: Path) -> Path:
    """Copy the records of a few customers, and of the plant what is recent."""
    folder.mkdir(parents=True)
    shutil.copy(demo / "company.json", folder)
    accounts = {
        record["Id"]
        for record in _read(demo / "salesforce/Account.jsonl")
        if record["AccountNumber"] in CUSTOMERS
    }
    deals = {
        record["Id"]
        for record in _read(demo / "salesforce/Opportunity.jsonl")
        if record["AccountId"] in accounts
    }
    lots = {(r["ItemCode"], r["SysNumber"]) for r in _read(demo / "sap_b1/OBTQ.jsonl")}
    wanted: dict[str, Callable[[Record], bool]] = {
        "Account": lambda record: record["Id"] in accounts,
        "Contact": lambda record: record["AccountId"] in accounts,
        "Opportunity": lambda record: record["Id"] in deals,
        "OpportunityLineItem": lambda record: record["OpportunityId"] in deals,
        "OpportunityHistory": lambda record: record["OpportunityId"] in deals,
        "BusinessPartners": lambda record: (
            record["CardType"] != "cCustomer" or record["CardCode"] in CUSTOMERS
        ),
        "JournalEntries": _names_customer("JournalEntryLines"),
        "InternalReconciliations": _names_customer("InternalReconciliationRows"),
        "ResourceCapacities": lambda record: SINCE <= record["Date"][:10] <= UNTIL,
        "CurrencyRates": lambda record: record["Date"] >= SINCE,
        "OBTN": lambda record: (record["ItemCode"], record["SysNumber"]) in lots,
        "ProductionOrders": lambda record: record["ProductionOrderStatus"] == "boposReleased",
    }
    for path in sorted(demo.glob("*/*.jsonl")):
        target = folder / path.relative_to(demo)
        target.parent.mkdir(exist_ok=True)
        keep = wanted.get(path.stem, _is_everything if path.stem in WHOLE else _is_document)
        with target.open("w", encoding="utf-8") as out:
            out.writelines(json.dumps(record) + "\n" for record in _read(path) if keep(record))
    return folder


def _is_everything(_: Record) -> bool:
    return True


def _is_document(record: Record) -> bool:
    return record.get("CardCode") in CUSTOMERS


def _names_customer(rows: str) -> Callable[[Record], bool]:
    return lambda record: any(row.get("ShortName") in CUSTOMERS for row in record[rows])


def _read(path: Path) -> Iterator[Record]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
