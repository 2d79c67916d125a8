"""A small company behind a real HTTP server, or the Service Layer that the environment names.

The same tests run against a real Service Layer: set PROMESA_CONFORMANCE_SAP_B1 to its address, and
SAP_B1_COMPANY, SAP_B1_USER and SAP_B1_PASSWORD. They write SQL queries there: use a company that is
for that. Tests that know the small company's figures, or plan faults, are then skipped.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from b1sl.b1sl import B1Client, B1Config

from sandbox import sap_b1
from sandbox.clock import Clock
from sandbox.company import read_company
from sandbox.context import ServerContext
from sandbox.control import Control
from sandbox.state import State

sys.path.insert(0, str(Path(__file__).parent))

Record = dict[str, Any]

COMPANY = {
    "name": "Small Works",
    "clock": "2025-09-01T06:00:00Z",
    "currency": "EUR",
    "country": "ES",
    "time_zone": "Europe/Madrid",
    "seed": 1,
}


def item(code: str, stock: float = 0.0, **more: Any) -> Record:
    return {
        "ItemCode": code,
        "ItemName": f"Item {code}",
        "InventoryItem": "tYES",
        "SalesItem": "tYES",
        "PurchaseItem": "tYES",
        "ManageBatchNumbers": "tNO",
        "DefaultWarehouse": "01",
        "InventoryUOM": "PCS",
        "SalesUnit": "PCS",
        "SalesItemsPerUnit": 1.0,
        "AvgStdPrice": 4.0,
        "QuantityOnStock": stock,
        "QuantityOrderedByCustomers": 0.0,
        "QuantityOrderedFromVendors": 0.0,
        "UpdateDate": "2025-08-01T00:00:00Z",
        "UpdateTime": "09:00:00",
        "DataVersion": 1,
        "ItemPrices": [{"PriceList": 1, "Price": 10.0, "Currency": "EUR"}],
        "ItemWarehouseInfoCollection": [
            {"WarehouseCode": "01", "InStock": stock, "Committed": 0.0, "Ordered": 0.0}
        ],
        **more,
    }


def partner(code: str, kind: str = "cCustomer", **more: Any) -> Record:
    return {
        "CardCode": code,
        "CardName": f"Partner {code}",
        "CardType": kind,
        "Currency": "EUR",
        "VatGroup": "S21",
        "PriceListNum": 1,
        "PayTermsGrpCode": 3,
        "SalesPersonCode": -1,
        "CurrentAccountBalance": 0.0,
        "OpenOrdersBalance": 0.0,
        "OpenDeliveryNotesBalance": 0.0,
        "OpenChecksBalance": 0.0,
        "UpdateDate": "2025-08-01T00:00:00Z",
        "UpdateTime": "09:00:00",
        "DataVersion": 1,
        "BPAddresses": [
            {"BPCode": code, "RowNum": 0, "AddressName": "Main", "AddressType": "bo_BillTo"},
            {"BPCode": code, "RowNum": 1, "AddressName": "Shop", "AddressType": "bo_ShipTo"},
        ],
        **more,
    }


def old_order(entry: int) -> Record:
    """One of 45 closed orders that exist for paging and filtering only."""
    hour, minute = divmod(entry * 37 % (24 * 60), 60)
    return {
        "DocEntry": entry,
        "DocNum": 20_000 + entry,
        "CardCode": f"C{entry % 3 + 1}0",
        "CardName": "O'Hara & Söhne" if entry % 5 == 0 else f"Partner {entry}",
        "Comments": None if entry % 4 else f"note {entry}",
        "DocDate": f"2025-07-{entry % 28 + 1:02d}T00:00:00Z",
        "DocDueDate": f"2025-08-{entry % 28 + 1:02d}T00:00:00Z",
        "DocTotal": round(entry * 12.1, 2),
        "DocRate": 1.0,
        "DocCurrency": "EUR",
        "DocumentStatus": "bost_Close" if entry % 3 else "bost_Open",
        "Cancelled": "tNO",
        "UpdateDate": f"2025-07-{entry % 28 + 1:02d}T00:00:00Z",
        "UpdateTime": f"{hour:02d}:{minute:02d}:{entry % 60:02d}",
        "DataVersion": 1,
        "U_PRM_Deal": "006000000000001AAA" if entry == 7 else None,
        "DocumentLines": [
            {
                "LineNum": 0,
                "ItemCode": "A-100",
                "Quantity": 1.0,
                "RemainingOpenQuantity": 0.0,
                "LineStatus": "bost_Close",
                "Price": 10.0,
            }
        ],
    }


def company_sets() -> dict[str, list[Record]]:
    """The small company, set by set."""
    return {
        "UserFieldsMD": [
            {
                "TableName": "ORDR",
                "FieldID": 0,
                "Name": "PRM_Deal",
                "Type": "db_Alpha",
                "Size": 18,
                "Description": "Deal",
            }
        ],
        "Items": [
            item("A-100", 500.0),
            item("A-200", 300.0, ManageBatchNumbers="tYES"),
            item("R-1", 1000.0, AvgStdPrice=2.0),
            item("BOX", 240.0, SalesItemsPerUnit=12.0, SalesUnit="BOX"),
            item("SERV", 0.0, InventoryItem="tNO"),
            item("SER-1", 0.0, ManageSerialNumbers="tYES"),
        ],
        "Warehouses": [
            {"WarehouseCode": "01", "WarehouseName": "Main", "DropShip": "tNO"},
            {"WarehouseCode": "DS", "WarehouseName": "Drop", "DropShip": "tYES"},
        ],
        "BusinessPartners": [
            partner("C10"),
            partner("C20", Currency="USD", CreditLimit=40_000.0),
            partner("C30", FatherCard="C10", FatherType="cPayments_sum"),
            partner("V10", "cSupplier"),
        ],
        "PaymentTermsTypes": [{"GroupNumber": 3, "NumberOfAdditionalDays": 30}],
        "Orders": [old_order(entry) for entry in range(1, 46)],
        "Resources": [{"Code": "WC1", "Name": "Lathe", "Type": "rtMachine", "Cost1": 20.0}],
        "ProductTrees": [
            {
                "TreeCode": "A-100",
                "TreeType": "iProductionTree",
                "Quantity": 1.0,
                "ProductTreeLines": [
                    {"ChildNum": 0, "ItemCode": "R-1", "Quantity": 2.0, "IssueMethod": "im_Manual"},
                    {
                        "ChildNum": 1,
                        "ItemCode": "WC1",
                        "ItemType": "pit_Resource",
                        "Quantity": 0.32,
                        "IssueMethod": "im_Backflush",
                    },
                ],
            }
        ],
        "Holidays": [
            {
                "HolidayCode": "ES-2025",
                "HolidayDates": [{"StartDate": "2025-12-25", "EndDate": "2025-12-25"}],
            }
        ],
        "Currencies": [{"Code": "EUR", "Name": "Euro"}, {"Code": "USD", "Name": "US Dollar"}],
        "CurrencyRates": [
            {"Currency": "USD", "Date": "2025-09-01", "Rate": 0.91},
        ],
        "OBTN": [
            {
                "ItemCode": "A-200",
                "SysNumber": number,
                "DistNumber": f"L{number}",
                "ExpDate": "20251001" if number == 1 else None,
                "MnfDate": None,
                "InDate": "20250801",
                "Status": "0",
            }
            for number in (1, 2)
        ],
        "OBTQ": [
            {
                "ItemCode": "A-200",
                "SysNumber": number,
                "WhsCode": "01",
                "Quantity": quantity,
                "CommitQty": 0.0,
            }
            for number, quantity in ((1, 100.0), (2, 200.0))
        ],
    }


def write_company(folder: Path, sets: dict[str, list[Record]] | None = None) -> Path:
    """The small company, or other sets, as a company folder."""
    (folder / "sap_b1").mkdir(parents=True)
    (folder / "company.json").write_text(json.dumps(COMPANY))
    for name, records in (company_sets() if sets is None else sets).items():
        lines = "".join(json.dumps(record) + "\n" for record in records)
        (folder / "sap_b1" / f"{name}.jsonl").write_text(lines)
    return folder


@dataclass
class Server:
    """A running Service Layer and what is needed to sign in."""

    url: str
    credentials: dict[str, str]
    context: ServerContext | None = None
    stop: Any = field(default=lambda: None)

    @contextmanager
    def client(self, dialect: str = "v2", *, login: bool = True) -> Iterator[httpx.Client]:
        """A client below `/b1s/vN/`, signed in."""
        with httpx.Client(base_url=f"{self.url}/b1s/{dialect}/", timeout=30) as client:
            if login:
                assert client.post("Login", json=self.credentials).status_code == 200
            yield client

    def b1sl(self) -> B1Client:
        """b1sl-python as it is installed."""
        return B1Client(
            B1Config(
                base_url=self.url,
                username=self.credentials["UserName"],
                password=self.credentials["Password"],
                company_db=self.credentials["CompanyDB"],
            )
        )

    def plan(self, kind: str, **fault: Any) -> None:
        """Plan a fault through the control address."""
        answer = httpx.post(f"{self.url}/__control__/faults", json={"kind": kind, **fault})
        assert answer.status_code == 201, answer.text

    def clear_faults(self) -> None:
        """Forget all planned faults."""
        httpx.delete(f"{self.url}/__control__/faults")

    def journal(self, kind: str, after: int = 0) -> list[Record]:
        """The server's own journal."""
        found = httpx.get(f"{self.url}/__control__/journal", params={"kind": kind, "after": after})
        entries: list[Record] = found.json()
        return entries

    def advance(self, seconds: float) -> None:
        """Let time pass in the sandbox."""
        httpx.post(f"{self.url}/__control__/clock", json={"advance_seconds": seconds})


def start(folder: Path, state: Path) -> Server:
    """Serve a company folder over `state` until `stop` is called."""
    company = read_company(folder)
    shared = State(state / "sandbox.sqlite")
    context = ServerContext(
        "sap_b1", State(state / "sap_b1.sqlite"), Clock(shared, company.clock), company
    )
    if context.state.setting("loaded") is None:
        sap_b1.load_company(context, folder)
        context.state.set_setting("loaded", "yes")
    server = uvicorn.Server(
        uvicorn.Config(
            Control(sap_b1.create_app(context), context),
            port=0,
            http="h11",
            lifespan="off",
            log_level="error",
            server_header=False,
            date_header=False,
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    settings = sap_b1.environment(context, url)

    def stop() -> None:
        server.should_exit = True
        thread.join(timeout=10)
        context.clock.close()
        context.state.close()
        shared.close()

    return Server(url, credentials_of(settings), context, stop)


def credentials_of(settings: dict[str, str]) -> dict[str, str]:
    return {
        "CompanyDB": settings["SAP_B1_COMPANY"],
        "UserName": settings["SAP_B1_USER"],
        "Password": settings["SAP_B1_PASSWORD"],
    }


@contextmanager
def real_or_small(folder: Path) -> Iterator[Server]:
    """The server that the environment names, or one over the small company."""
    if "PROMESA_CONFORMANCE_SAP_B1" in os.environ:
        yield Server(os.environ["PROMESA_CONFORMANCE_SAP_B1"], credentials_of(dict(os.environ)))
        return
    server = start(write_company(folder / "company"), folder / "state")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for tests that change nothing; a real one if the environment names it."""
    with real_or_small(tmp_path_factory.mktemp("reader")) as server:
        yield server


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over the small company for the tests of one file that write each their own records;
    a real one if the environment names it."""
    with real_or_small(tmp_path_factory.mktemp("shared")) as server:
        yield server


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Server]:
    """A server of its own over the small company, for tests that write or plan faults."""
    server = start(write_company(tmp_path / "company"), tmp_path / "state")
    yield server
    server.stop()


@pytest.fixture
def restartable(tmp_path: Path) -> Any:
    """Starts the same company over the same state, as often as it is called."""
    folder = write_company(tmp_path / "company")
    return lambda: start(folder, tmp_path / "state")


@pytest.fixture(scope="session")
def company_records() -> dict[str, list[Record]]:
    """What the small company holds, set by set."""
    return company_sets()


@pytest.fixture(scope="module")
def write_small() -> Any:
    """`write_company`, for tests with sets of their own."""
    return write_company


@pytest.fixture(scope="module")
def start_server() -> Any:
    """`start`, for tests with a company of their own."""
    return start
