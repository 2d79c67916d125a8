"""A tiny company in raw tables, through the models and the placement, for cases worked out by hand.

Records are written as the wire writes them; a table that a case does not need stays empty.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extract import create_raw

Record = dict[str, Any]
Rows = list[tuple[Any, ...]]

DBT_PROJECT = Path(__file__).parents[2] / "dbt"
BEFORE_PLACEMENT = (
    "+int_placement_*", "+int_lot_stock", "+int_expected_receipt", "+int_tie_out_item",
)  # fmt: skip
AFTER_PLACEMENT = (
    "int_promise_violation", "int_promise_use", "int_promise_demand", "int_promise_split",
    "fct_promise_line",
    "fct_promise_deal", "fct_promise_reason", "fct_promise_split", "fct_promise_booking",
    "fct_promise_peg", "fct_promise_proof", "fct_capacity_load", "fct_inventory_position",
    "fct_lot_position", "fct_expected_receipt", "fct_stock_class", "dim_item",
    "q_residual_supply",
)  # fmt: skip
_PROJECT = (
    "--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT),
    "--log-level-file", "none", "--quiet",
)  # fmt: skip
AS_OF = "2025-09-01T06:00:00"
KEYS = {
    "BusinessPartners": "CardCode",
    "Items": "ItemCode",
    "Warehouses": "WarehouseCode",
    "ProductionOrders": "AbsoluteEntry",
    "ProductTrees": "TreeCode",
    "Resources": "Code",
    "ResourceCapacities": "Id",
    "Holidays": "HolidayCode",
    "PriceLists": "PriceListNo",
    "UnitOfMeasurements": "AbsEntry",
    "UnitOfMeasurementGroups": "AbsEntry",
}


class TinyCompany:
    """One built warehouse; `rows` asks it in SQL."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._connection = duckdb.connect(str(folder / "made/build/warehouse.duckdb"))

    def rows(self, query: str, *parameters: object) -> Rows:
        """All rows of a query."""
        return self._connection.execute(query, list(parameters)).fetchall()

    def one(self, query: str, *parameters: object) -> tuple[Any, ...]:
        """The only row of a query."""
        found = self.rows(query, *parameters)
        assert len(found) == 1, f"{len(found)} rows instead of 1: {query} {parameters}"
        return found[0]

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def build(
    folder: Path,
    records: dict[str, list[Record]],
    *,
    as_of: str = AS_OF,
    seen_at: str = AS_OF,
    placed: bool = True,
    select: Sequence[str] = (),
    after: Sequence[str] = (),
    needed: Sequence[str] = (),
    whole: bool = False,
    unit_tests: bool = False,
) -> TinyCompany:
    """Raw tables from `records` (`system/Object` → records), then models, placement, models.

    With `needed` these models are built with all that they rest on, and nothing else; with `whole`
    every model is built, not only those of the promise. With `unit_tests` the unit
    tests of the models that are built run with them.
    """
    left_out = () if unit_tests else ("unit_test",)
    raw_path = folder / "kept/raw.duckdb"
    raw_path.parent.mkdir(parents=True)
    (folder / "made/build").mkdir(parents=True)
    create_raw(raw_path)
    _land(raw_path, records, seen_at)
    if placed:
        from dagster_project.warehouse import DataFolder, place_demand

        needed_models = [f"+{model}" for model in needed]
        first = ("tag:before_placement",) if whole else BEFORE_PLACEMENT
        if needed:
            first = ("+int_placement_*", *(f"{one},tag:before_placement" for one in needed_models))
        _dbt(folder, as_of, ["--select", *first, *select], left_out)
        place_demand(DataFolder(folder), date.fromisoformat(as_of[:10]))
        rest = (
            ["--exclude", "tag:before_placement"]
            if whole
            else [
                "--select",
                *(f"+{model}" for model in needed),
                "--exclude",
                "tag:before_placement",
            ]
            if needed
            else ["--select", *AFTER_PLACEMENT, *after]
        )
        _dbt(folder, as_of, rest, left_out)
    else:
        _dbt(folder, as_of, ["--select", *select], left_out)
    return TinyCompany(folder)


def _land(raw_path: Path, records: dict[str, list[Record]], seen_at: str) -> None:
    with duckdb.connect(str(raw_path)) as connection:
        tables = {
            name
            for (name,) in connection.execute(
                "select table_name from duckdb_tables() where contains(table_name, '__')"
            ).fetchall()
        }
        for number, (path, found) in enumerate(sorted(records.items()), start=1):
            system, name = path.split("/")
            table = f"{system}__{_snake(name)}"
            assert table in tables, f"raw has no table {table}"
            connection.execute(
                "insert into extraction (extraction_id, system, object, source, mode, state,"
                " seen_at) values (?, ?, ?, ?, 'full', 'closed', ?)",
                [number, system, name, system, seen_at],
            )
            key = "Id" if system == "salesforce" else KEYS.get(name, "DocEntry")
            for row, record in enumerate(found):
                connection.execute(
                    f"insert into {table} values (?, 1, ?, ?, '', null, false, ?)",
                    [number, row, _record_key(name, key, record), json.dumps(record)],
                )


def _record_key(name: str, key: str, record: Record) -> str:
    if name == "LotQuantities":
        return f"{record['ItemCode']}|{record['SysNumber']}|{record['WhsCode']}"
    return str(record[key])


def _snake(name: str) -> str:
    parts = "".join(f" {letter}" if letter.isupper() else letter for letter in name).split()
    return "_".join(part.lower() for part in parts)


def _dbt(folder: Path, as_of: str, arguments: Sequence[str], left_out: Sequence[str]) -> None:
    from dbt.cli.main import dbtRunner

    from dagster_project.warehouse import DataFolder
    from dagster_project.warehouse.transform import dbt_over, parsed_manifest

    with dbt_over(DataFolder(folder)):
        outcome = dbtRunner(manifest=parsed_manifest()).invoke(
            ["build", *arguments, *_PROJECT, "--vars", json.dumps({"as_of": as_of}),
             "--exclude-resource-type", *left_out, "test", "--no-write-json",
             "--target-path", str(folder / "target")]
        )  # fmt: skip
    failed = [
        f"{result.node.name}: {result.message}"
        for result in outcome.result or []
        if result.status in ("error", "fail")
    ]
    assert outcome.success and not failed, "\n".join(failed) or str(outcome.exception)


@pytest.fixture(scope="session")
def build_company(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[..., TinyCompany]]:
    """A function that builds a company from its records, each in a folder of its own."""
    built: list[TinyCompany] = []
    base = tmp_path_factory.mktemp("companies")

    def make(name: str, records: dict[str, list[Record]], **options: Any) -> TinyCompany:
        company = build(base / name, records, **options)
        built.append(company)
        return company

    yield make
    for company in built:
        company.close()


class Wire:
    """Records as the two systems write them, with only what a case is about spelled out."""

    def warehouse(self, code: str = "01", **fields: object) -> Record:
        """A nettable warehouse."""
        return {"WarehouseCode": code, "WarehouseName": code, "Nettable": "tYES", "DropShip": "tNO",
                "Inactive": "tNO", **fields}  # fmt: skip

    def item(
        self, code: str, *, stock: float = 0, made: bool = False, lead: int | None = 10,
        warehouses: Sequence[Record] = (), **fields: object,
    ) -> Record:  # fmt: skip
        """An item kept in warehouse 01; bought with a lead time unless it is made."""
        return {
            "ItemCode": code, "ItemName": code, "ItemsGroupCode": 1, "InventoryUOM": "PCS",
            "SalesUnit": "PCS", "SalesItemsPerUnit": 1, "UoMGroupEntry": -1,
            "DefaultWarehouse": "01", "InventoryItem": "tYES", "SalesItem": "tYES",
            "PurchaseItem": "tYES", "TreeType": "iProductionTree" if made else "iNotATree",
            "ProcurementMethod": "bom_Make" if made else "bom_Buy",
            "LeadTime": None if made else lead, "AvgStdPrice": 2.0,
            "ItemWarehouseInfoCollection": list(warehouses)
            or [{"WarehouseCode": "01", "InStock": stock, "Committed": 0, "Ordered": 0}],
            **fields,
        }  # fmt: skip

    def tree(
        self, parent: str, *lines: Record, quantity: float = 1, kind: str = "iProductionTree",
        stages: Sequence[Record] = (),
    ) -> Record:  # fmt: skip
        """A bill of material for `quantity` of its parent."""
        return {"TreeCode": parent, "TreeType": kind, "Quantity": quantity,
                "ProductTreeLines": [{"ChildNum": n, **line} for n, line in enumerate(lines)],
                "ProductTreeStages": list(stages)}  # fmt: skip

    def part(self, code: str, quantity: float, **fields: object) -> Record:
        """A component line of a tree."""
        return {"ItemCode": code, "ItemType": "pit_Item", "Quantity": quantity, "Warehouse": "01",
                **fields}  # fmt: skip

    def work(self, code: str, quantity: float, **fields: object) -> Record:
        """A work centre line of a tree."""
        return {"ItemCode": code, "ItemType": "pit_Resource", "Quantity": quantity, **fields}

    def work_centre(self, code: str, per_day: float = 8, *, single_run: float = 0,
                    unit: str = "h") -> Record:  # fmt: skip
        """A work centre that runs Monday to Friday; its days beyond any kept row are assumed."""
        names = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh")
        return {
            "Code": code, "Name": code, "Type": "rtMachine", "UnitOfMeasure": unit,
            "Active": "tYES", "UnitsPerTime": 1, "TimePerUnits": 3600, "Cost1": 30,
            "ResourceDailyCapacities": [
                {"Weekday": f"rdcw{name}", "Total": per_day if n < 5 else 0,
                 "SingleRun": single_run if n < 5 else 0}
                for n, name in enumerate(names)
            ],
        }  # fmt: skip

    def document(self, entry: int, *lines: Record, **fields: object) -> Record:
        """A marketing document of 2025-08-20, open; lines get their numbers."""
        return {
            "DocEntry": entry, "DocNum": entry, "CardCode": "C1", "DocDate": "2025-08-20T00:00:00Z",
            "DocDueDate": "2025-09-30T00:00:00Z", "DocumentStatus": "bost_Open",
            "Cancelled": "tNO", "CancelStatus": "csNo", "DocType": "dDocument_Items",
            "DocumentLines": [{"LineNum": n, **line} for n, line in enumerate(lines)], **fields,
        }  # fmt: skip

    def line(self, item: str, quantity: float, ship: str = "2025-09-30", *,
             left: float | None = None, **fields: object) -> Record:  # fmt: skip
        """An open line in the inventory unit."""
        still_open = quantity if left is None else left
        return {
            "ItemCode": item, "Quantity": quantity, "InventoryQuantity": quantity,
            "RemainingOpenQuantity": still_open, "RemainingOpenInventoryQuantity": still_open,
            "WarehouseCode": "01", "ShipDate": f"{ship}T00:00:00Z", "LineStatus": "bost_Open",
            "DropShip": "tNO", "WithoutInventoryMovement": "tNO", "TreeType": "iNotATree",
            "LineTotal": quantity * 10, "Price": 10, "TaxPercentagePerRow": 21, **fields,
        }  # fmt: skip

    def work_order(self, entry: int, item: str, planned: float, *lines: Record,
                   **fields: object) -> Record:  # fmt: skip
        """A released work order due 2025-09-12."""
        return {
            "AbsoluteEntry": entry, "DocumentNumber": entry, "ItemNo": item, "Warehouse": "01",
            "ProductionOrderStatus": "boposReleased", "ProductionOrderType": "bopotStandard",
            "PlannedQuantity": planned, "CompletedQuantity": 0, "RejectedQuantity": 0,
            "PostingDate": "2025-08-25T00:00:00Z", "StartDate": "2025-09-02T00:00:00Z",
            "DueDate": "2025-09-12T00:00:00Z", "ReleaseDate": "2025-08-26T00:00:00Z",
            "ProductionOrderLines": [{"LineNumber": n, **line} for n, line in enumerate(lines)],
            **fields,
        }  # fmt: skip

    def order_part(self, item: str, planned: float, issued: float = 0, *,
                   is_work: bool = False) -> Record:  # fmt: skip
        """A component or work centre line of a work order."""
        kind = "pit_Resource" if is_work else "pit_Item"
        return {"ItemNo": item, "ItemType": kind, "Warehouse": "01", "PlannedQuantity": planned,
                "IssuedQuantity": issued}  # fmt: skip

    def product(self, item: str, unit: str | None = "PCS") -> Record:
        """A CRM product whose code is the item's."""
        return {"Id": f"01t{item}", "ProductCode": item, "Name": item, "IsActive": True,
                "QuantityUnitOfMeasure": unit, "Family": None}  # fmt: skip

    def deal(self, key: str, **fields: object) -> Record:
        """An open deal of customer C1 in an early stage."""
        return {
            "Id": key, "AccountId": "001C1", "Name": key, "StageName": "Qualification",
            "IsClosed": False, "IsWon": False, "Probability": 20,
            "ForecastCategoryName": "Pipeline", "CloseDate": "2025-09-15",
            "CreatedDate": "2025-08-20T08:00:00.000+0000", **fields,
        }  # fmt: skip

    def deal_line(self, key: str, deal: str, item: str, quantity: float,
                  wanted: str | None = None) -> Record:  # fmt: skip
        """A line of a deal."""
        return {
            "Id": key, "OpportunityId": deal, "Product2Id": f"01t{item}", "ProductCode": item,
            "Quantity": quantity, "UnitPrice": 10, "TotalPrice": quantity * 10,
            "ServiceDate": wanted, "CreatedDate": "2025-08-20T08:00:00.000+0000",
        }  # fmt: skip

    def customer(self) -> dict[str, list[Record]]:
        """Customer C1 with its account, one day from our door by the general policy."""
        return {
            "sap_b1/BusinessPartners": [
                {"CardCode": "C1", "CardName": "C1", "CardType": "cCustomer"},
            ],
            "salesforce/Account": [{"Id": "001C1", "Name": "C1", "AccountNumber": "C1"}],
        }  # fmt: skip


@pytest.fixture(scope="session")
def wire() -> Wire:
    """Writes records in the wire form of the two systems."""
    return Wire()
