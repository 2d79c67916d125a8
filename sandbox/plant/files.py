"""The same company as a folder of CSV files with their mapping, for the source that reads files."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sandbox.plant.company import SALESFORCE_OBJECTS

Record = dict[str, Any]

KEYS = {
    "BusinessPartners": ("CardCode",),
    "Items": ("ItemCode",),
    "Warehouses": ("WarehouseCode",),
    "Quotations": ("DocEntry",),
    "Orders": ("DocEntry",),
    "DeliveryNotes": ("DocEntry",),
    "Returns": ("DocEntry",),
    "Invoices": ("DocEntry",),
    "DownPayments": ("DocEntry",),
    "CreditNotes": ("DocEntry",),
    "IncomingPayments": ("DocEntry",),
    "JournalEntries": ("JdtNum",),
    "InternalReconciliations": ("ReconNum",),
    "PurchaseOrders": ("DocEntry",),
    "PurchaseDeliveryNotes": ("DocEntry",),
    "ProductionOrders": ("AbsoluteEntry",),
    "ProductTrees": ("TreeCode",),
    "Resources": ("Code",),
    "ResourceCapacities": ("Id",),
    "Holidays": ("HolidayCode",),
    "InventoryGenEntries": ("DocEntry",),
    "InventoryGenExits": ("DocEntry",),
    "LotQuantities": ("ItemCode", "SysNumber", "WhsCode"),
    "Currencies": ("Code",),
    "CurrencyRates": ("Currency", "Date"),
    "Drafts": ("DocEntry",),
    "StockTransfers": ("DocEntry",),
    "InventoryTransferRequests": ("DocEntry",),
    "UnitOfMeasurements": ("AbsEntry",),
    "UnitOfMeasurementGroups": ("AbsEntry",),
    "PurchaseInvoices": ("DocEntry",),
    "PurchaseReturns": ("DocEntry",),
    "LandedCosts": ("DocEntry",),
    "BatchNumberDetails": ("DocEntry",),
    "Deposits": ("AbsEntry",),
    "BillOfExchangeTransactions": ("BOETransactionkey",),
    "BlanketAgreements": ("AgreementNo",),
    "SalesForecast": ("Numerator",),
    "ApprovalRequests": ("Code",),
    "PaymentTermsTypes": ("GroupNumber",),
    "PriceLists": ("PriceListNo",),
    "SalesPersons": ("SalesEmployeeCode",),
    "RouteStages": ("InternalNumber",),
    "InventoryCycles": ("CycleCode",),
    "ResourceGroups": ("Code",),
}
POSITION = "position"


def export_files(company_folder: Path, out_folder: Path) -> None:
    """Write a company folder as CSV, one file an object, its child rows in files of their own.

    Column names are the wire's; a child file begins with its parent's key (`parent_DocEntry`) and
    its place (`position`). `mapping/` holds one TOML file per object. Nested single values (a
    payment's bill of exchange) are left out: a CSV has no place for them.
    """
    if out_folder.exists():
        shutil.rmtree(out_folder)
    (out_folder / "mapping").mkdir(parents=True)
    for name in SALESFORCE_OBJECTS:
        records = list(_read(company_folder / "salesforce" / f"{name}.jsonl"))
        _write_object(out_folder, "salesforce", name, ("Id",), records)
    for name, key in KEYS.items():
        if name == "LotQuantities":
            records = list(_lot_quantities(company_folder))
        else:
            records = list(_read(company_folder / "sap_b1" / f"{name}.jsonl"))
        _write_object(out_folder, "sap_b1", name, key, records)


def _read(path: Path) -> Iterator[Record]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _lot_quantities(company_folder: Path) -> Iterator[Record]:
    names = {
        (r["ItemCode"], r["SysNumber"]): r for r in _read(company_folder / "sap_b1/OBTN.jsonl")
    }
    for row in _read(company_folder / "sap_b1" / "OBTQ.jsonl"):
        found = names[row["ItemCode"], row["SysNumber"]]
        yield {
            **{name: row[name] for name in ("ItemCode", "SysNumber", "WhsCode", "Quantity")},
            **{name: found[name] for name in ("DistNumber", "ExpDate", "MnfDate", "InDate")},
            "Status": found["Status"],
        }


def _write_object(
    folder: Path, system: str, name: str, key: tuple[str, ...], records: list[Record]
) -> None:
    if not records:
        return
    lines = [
        f'system = "{system}"',
        f'object = "{name}"',
        f'file = "{name}.csv"',
        "identity = true",
    ]
    _write_csv(folder / f"{name}.csv", [], [((), record) for record in records])
    for child in _children_of(records):
        rows = [
            (tuple(record[part] for part in key), place, element)
            for record in records
            for place, element in enumerate(record.get(child) or [])
        ]
        if rows:
            lines += _write_child(folder, name, child, key, rows)
    (folder / "mapping" / f"{name}.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_child(
    folder: Path,
    parent: str,
    field: str,
    key: tuple[str, ...],
    rows: list[tuple[tuple[Any, ...], int, Record]],
) -> list[str]:
    """One collection of an object, and the collections within it; returns its part of the TOML."""
    links = [f"parent_{part}" for part in key]
    file = f"{parent}.{field}.csv"
    _write_csv(
        folder / file,
        [*links, POSITION],
        [((*values, place), element) for values, place, element in rows],
    )
    on = ", ".join(f'{part} = "{link}"' for part, link in zip(key, links, strict=True))
    ignored = ", ".join(f'"{name}"' for name in (*links, POSITION))
    lines = [
        "",
        "[[children]]",
        f'field = "{field}"',
        f'file = "{file}"',
        "identity = true",
        f"on = {{ {on} }}",
        f'order_by = ["{POSITION}"]',
        f"ignore = [{ignored}]",
    ]
    for inner in _children_of([element for _, _, element in rows]):
        inner_rows = [
            ((*values, place, inner_place), leaf)
            for values, place, element in rows
            for inner_place, leaf in enumerate(element.get(inner) or [])
        ]
        if inner_rows:
            lines += _write_grandchild(folder, f"{parent}.{field}", inner, links, inner_rows)
    return lines


def _write_grandchild(
    folder: Path,
    parent: str,
    field: str,
    links: list[str],
    rows: list[tuple[tuple[Any, ...], Record]],
) -> list[str]:
    file = f"{parent}.{field}.csv"
    columns = [*links, f"parent_{POSITION}", POSITION]
    _write_csv(folder / file, columns, rows)
    on = ", ".join([*(f'{link} = "{link}"' for link in links), f'{POSITION} = "parent_{POSITION}"'])
    return [
        "",
        "[[children.children]]",
        f'field = "{field}"',
        f'file = "{file}"',
        "identity = true",
        f"on = {{ {on} }}",
        f'order_by = ["{POSITION}"]',
        "ignore = [" + ", ".join(f'"{name}"' for name in columns) + "]",
    ]


def _children_of(records: list[Record]) -> list[str]:
    return sorted(
        {name for record in records for name, value in record.items() if isinstance(value, list)}
    )


def _write_csv(path: Path, links: list[str], rows: list[tuple[tuple[Any, ...], Record]]) -> None:
    nested = {
        name
        for _, record in rows
        for name, value in record.items()
        if isinstance(value, list | dict)
    }
    columns = [
        name
        for name in dict.fromkeys(n for _, record in rows for n in record)
        if name not in nested
    ]
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([*links, *columns])
        for values, record in rows:
            writer.writerow([*values, *(_text(record.get(name)) for name in columns)])


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value
