"""The tiny company of the simulation: its records on both sides, and the answers due on them.

Each record carries a *version* (`#17`) in a field of its own; every change writes the next one, so
that a row found in raw tells exactly which state of the source it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from sandbox.salesforce.keys import make_id

Record = dict[str, Any]

START = "2025-09-01T06:00:00Z"
STAMP = "2025-08-30T10:00:00.000+0000"
ACCOUNTS, DEALS, ORDERS, ITEMS = 3, 8, 13, 12

KEYS = {"Account": "Id", "Opportunity": "Id", "Orders": "DocEntry", "Items": "ItemCode"}
VERSION_FIELDS = {
    "Account": "Site",
    "Opportunity": "NextStep",
    "Orders": "NumAtCard",
    "Items": "ForeignName",
}
SYSTEM_OF: dict[str, Literal["salesforce", "sap_b1"]] = {
    "Account": "salesforce",
    "Opportunity": "salesforce",
    "Orders": "sap_b1",
    "Items": "sap_b1",
}
TABLES = {
    "Account": "salesforce__account",
    "Opportunity": "salesforce__opportunity",
    "Orders": "sap_b1__orders",
    "Items": "sap_b1__items",
}
COMMENTS = (
    "Go: enough in stock",
    'Stop: it says "no", isn\'t it',
    "Check: tubería Ø 20 – 3 días 🚚",
    "Go: #N/A",
    "Unknown: 0012, a;b,c",
)
_VERSION = re.compile(r"#(\d+)")


def account_id(number: int) -> str:
    """The id of account number N."""
    return make_id("001", number)


def deal_id(number: int) -> str:
    """The id of deal number N, which is answered by order number N."""
    return make_id("006", number)


def version_of(name: str, record: Mapping[str, Any]) -> int:
    """Which state of the source a record of object `name` is."""
    found = _VERSION.fullmatch(str(record.get(VERSION_FIELDS[name])))
    return int(found[1]) if found else -1


def order(entry: int) -> Record:
    """Order number N as the company begins with it; every fourth has no comment."""
    return {
        "DocEntry": entry,
        "DocNum": 20_000 + entry,
        "CardCode": f"C{entry % ACCOUNTS + 1}0",
        "CardName": "O'Hara & Söhne",
        "NumAtCard": "#0",
        "Comments": None if entry % 4 == 0 else COMMENTS[entry % len(COMMENTS)],
        "DocDate": "2025-07-01T00:00:00Z",
        "DocDueDate": f"2025-09-{entry + 10:02d}T00:00:00Z",
        "DocTotal": round(entry * 12.1, 2),
        "DocRate": 1.0,
        "DocCurrency": "EUR",
        "DocumentStatus": "bost_Open",
        "Cancelled": "tNO",
        "UpdateDate": "2025-07-01T00:00:00Z",
        "UpdateTime": f"09:{entry:02d}:00",
        "DataVersion": 1,
        "DocumentLines": [{"LineNum": 0, "ItemCode": "A-001", "Quantity": 1.0}],
    }


def item(number: int) -> Record:
    """Item number N as the company begins with it."""
    return {
        "ItemCode": f"A-{number:03}",
        "ItemName": f"Item {number}",
        "ForeignName": "#0",
        "InventoryItem": "tYES",
        "UpdateDate": "2025-08-01T00:00:00Z",
        "UpdateTime": "09:00:00",
        "DataVersion": 1,
    }


def account(number: int) -> Record:
    """Account number N as the company begins with it."""
    return _stamped("001", number, Name=f"Customer {number}", Site="#0", IsDeleted=False)


def deal(number: int) -> Record:
    """Deal number N as the company begins with it."""
    return _stamped(
        "006",
        number,
        Name=f"Deal {number}",
        NextStep="#0",
        AccountId=account_id(number % ACCOUNTS + 1),
        StageName="Prospecting",
        Amount=100.5 * number,
        CloseDate="2025-09-30",
        IsClosed=False,
        IsWon=False,
        IsDeleted=False,
    )


def write_company(folder: Path) -> Path:
    """The company folder that both servers load."""
    (folder / "salesforce").mkdir(parents=True)
    (folder / "sap_b1").mkdir()
    told = {
        "name": "Tiny Works",
        "clock": START,
        "currency": "EUR",
        "country": "ES",
        "time_zone": "Europe/Madrid",
        "seed": 1,
    }
    (folder / "company.json").write_text(json.dumps(told))
    users = [
        _stamped("005", 1, Username="integration@tiny.example", LastName="Int", IsActive=True),
        _stamped("005", 2, Username="seller@tiny.example", LastName="Seller", IsActive=True),
    ]
    _write(folder / "salesforce/User.jsonl", users)
    _write(folder / "salesforce/Account.jsonl", map(account, range(1, ACCOUNTS + 1)))
    _write(folder / "salesforce/Opportunity.jsonl", map(deal, range(1, DEALS + 1)))
    _write(folder / "sap_b1/Orders.jsonl", map(order, range(1, ORDERS + 1)))
    _write(folder / "sap_b1/Items.jsonl", map(item, range(1, ITEMS + 1)))
    return folder


def due_answers(content: Mapping[str, Mapping[str, Record]]) -> dict[tuple[str, str, str], Any]:
    """(object, record, field) → value that the CRM must hold for this content of the sources.

    The stand-in for the signals: a run says it of raw, the checker of what the sources hold.
    """
    due: dict[tuple[str, str, str], Any] = {}
    totals: dict[str, Decimal] = {}
    for one in content["Orders"].values():
        code = str(one["CardCode"])
        totals[code] = totals.get(code, Decimal(0)) + Decimal(str(one["DocTotal"]))
    for number in range(1, ACCOUNTS + 1):
        key, code = account_id(number), f"C{number}0"
        if key in content["Account"] and code in totals:
            due["Account", key, "Promesa_Partner_Code__c"] = code
            due["Account", key, "Promesa_Open_Orders__c"] = float(totals[code])
    for number in range(1, DEALS + 1):
        key, comment = deal_id(number), content["Orders"].get(str(number), {}).get("Comments")
        if key in content["Opportunity"] and comment is not None:
            verdict, _, reason = str(comment).partition(": ")
            due["Opportunity", key, "Promesa_Verdict__c"] = verdict
            due["Opportunity", key, "Promesa_Reason__c"] = reason
            amount = content["Opportunity"][key].get("Amount")
            due["Opportunity", key, "Promesa_For_Amount__c"] = amount
    return due


def due_tasks(content: Mapping[str, Mapping[str, Record]]) -> dict[str, str]:
    """Deal → subject of the one task that its owner must have, as its order is stopped now."""
    return {
        deal_id(number): f"Order {number} stops"
        for number in range(1, DEALS + 1)
        if str(content["Orders"].get(str(number), {}).get("Comments")).startswith("Stop: ")
        and deal_id(number) in content["Opportunity"]
    }


def _stamped(prefix: str, number: int, **fields: Any) -> Record:
    stamps = dict.fromkeys(("CreatedDate", "LastModifiedDate", "SystemModstamp"), STAMP)
    return {"Id": make_id(prefix, number), **stamps, **fields}


def _write(path: Path, records: Iterable[Record]) -> None:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
