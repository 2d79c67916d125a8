"""One small company before and after a day's changes, in both servers and as files."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from extract import (
    DECLARED,
    SalesforceSettings,
    SalesforceSource,
    SapB1Settings,
    SapB1Source,
    Source,
)
from extract.files import FilesSource
from extract.transport import Limits
from sandbox.plant import export_files
from sandbox.serve import start_servers

sys.path.insert(0, str(Path(__file__).parent.parent / "extract"))

ROWS = 12
WHOLE = frozenset({"UserFieldsMD", "OBTN", "User", "Currencies"})
NEW_INSTANT = "2025-09-01T05:30:00.000+0000"
NEW_DAY, NEW_TIME = "2025-09-01T00:00:00Z", "05:30:00"

# What is changed in one record of each object; the field must be one that the server stores as is.
CHANGED_FIELD = {
    "Account": "Name",
    "Contact": "Title",
    "Opportunity": "Name",
    "OpportunityLineItem": "Description",
    "OpportunityHistory": "StageName",
    "Product2": "Name",
    "PricebookEntry": "UnitPrice",
    "User": "Department",
    "OpportunityFieldHistory": "NewValue",
    "OpportunityContactRole": "Role",
    "Campaign": "Name",
    "CampaignMember": "Status",
    "Lead": "Title",
    "Order": "PoNumber",
    "OrderItem": "Description",
    "Task": "Subject",
    "Event": "Subject",
    "Case": "Subject",
    "CaseComment": "CommentBody",
    "BusinessPartners": "CardName",
    "Items": "ItemName",
    "Warehouses": "WarehouseName",
    "IncomingPayments": "JournalRemarks",
    "JournalEntries": "Memo",
    "InternalReconciliations": "Total",
    "ProductionOrders": "Remarks",
    "ProductTrees": "ProductDescription",
    "Resources": "Name",
    "ResourceCapacities": "Capacity",
    "Holidays": "HolidayDates",
    "OBTQ": "Quantity",
    "Currencies": "Name",
    "CurrencyRates": "Rate",
    "UnitOfMeasurements": "Name",
    "UnitOfMeasurementGroups": "Name",
    "LandedCosts": "Remarks",
    "BatchNumberDetails": "Details",
    "Deposits": "JournalRemarks",
    "BillOfExchangeTransactions": "StatusTo",
    "BlanketAgreements": "Remarks",
    "SalesForecast": "ForecastName",
    "ApprovalRequests": "Remarks",
    "PaymentTermsTypes": "PaymentTermsGroupName",
    "PriceLists": "PriceListName",
    "SalesPersons": "SalesEmployeeName",
    "RouteStages": "Description",
    "InventoryCycles": "CycleName",
    "ResourceGroups": "Name",
}
CHANGED_VALUE = {"HolidayDates": [], "StatusTo": "btts_Closed"}
NUMBERS = frozenset({"UnitPrice", "Total", "Capacity", "Quantity", "Rate"})


@dataclass(frozen=True)
class Companies:
    """The company folder before and after the changes."""

    before: Path
    after: Path


@pytest.fixture(scope="session")
def companies(demo_company: Path, tmp_path_factory: pytest.TempPathFactory) -> Companies:
    """Twelve records of each object; after it, one changed, one gone, one more."""
    place = tmp_path_factory.mktemp("companies")
    for system in ("salesforce", "sap_b1"):
        for file in (demo_company / system).glob("*.jsonl"):
            records = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
            if file.stem == "CurrencyRates":
                records = records[-ROWS:]
            is_whole = file.stem in WHOLE
            before = records if is_whole else records[:ROWS]
            more = [] if is_whole else records[ROWS : ROWS + 1]
            _write(place / "before" / system / file.name, before)
            _write(place / "after" / system / file.name, _after(system, file.stem, before, more))
    for name in ("before", "after"):
        (place / name / "company.json").write_bytes((demo_company / "company.json").read_bytes())
    return Companies(place / "before", place / "after")


def _after(system: str, name: str, before: list[dict], more: list[dict]) -> list[dict]:  # type: ignore[type-arg]
    records = [dict(record) for record in before]
    declared = {spec.name for spec in DECLARED} | {"OBTQ"}
    if name not in declared or not records:
        return records
    field = CHANGED_FIELD.get(name, "Comments")
    records[0][field] = 1.25 if field in NUMBERS else CHANGED_VALUE.get(field, "Changed")
    added = [dict(record) for record in more]
    for record in [records[0], *added]:
        _stamp(system, name, record)
    if system == "salesforce" and "IsDeleted" in records[1]:
        records[1]["IsDeleted"] = True
        _stamp(system, name, records[1])
    elif (
        len(records) > 2
        and name != "CurrencyRates"
        and system == "sap_b1"
        and not _is_stamped(name)
    ):
        del records[1]
    return records + added


def _is_stamped(name: str) -> bool:
    return any(spec.name == name and spec.is_incremental for spec in DECLARED)


def _stamp(system: str, name: str, record: dict) -> None:  # type: ignore[type-arg]
    if system == "salesforce":
        stamps = {spec.name: spec.stamp.instant for spec in DECLARED if spec.system == system}
        record[stamps[name]] = NEW_INSTANT
    elif "UpdateDate" in record:
        record["UpdateDate"] = NEW_DAY
        if "UpdateTime" in record:
            record["UpdateTime"] = NEW_TIME


def _write(path: Path, records: list[dict]) -> None:  # type: ignore[type-arg]
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    path.write_text(lines, "utf-8")


Opened = tuple[Source, Source]


@pytest.fixture(scope="session")
def opened(
    companies: Companies, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Opened]]:
    """The same source before and after: 'rest', 'bulk', 'sap_b1' or 'files'."""
    place = tmp_path_factory.mktemp("opened")
    kept = {name: value for name, value in os.environ.items() if name.startswith("S")}
    with (
        start_servers(companies.before, place / "before") as before,
        start_servers(companies.after, place / "after") as after,
    ):
        pairs: dict[str, Opened] = {}

        def both(path: str) -> Opened:
            if path not in pairs:
                if path == "files":
                    pairs[path] = _files(companies, place)
                else:
                    first, second = (
                        _live(path, servers.environment) for servers in (before, after)
                    )
                    pairs[path] = (first, second)
            return pairs[path]

        yield both
        for pair in pairs.values():
            for source in pair:
                source.close()
    assert kept == {name: value for name, value in os.environ.items() if name.startswith("S")}


def _live(path: str, environment: dict[str, str]) -> Source:
    values = {name.lower(): value for name, value in environment.items()}
    if path == "sap_b1":
        given = {name[7:]: value for name, value in values.items() if name.startswith("sap_b1_")}
        settings = SapB1Settings(**given, page_size=5, rate_days=5)  # type: ignore[arg-type]
        return SapB1Source(settings, Limits())
    given = {name[11:]: value for name, value in values.items() if name.startswith("salesforce_")}
    rows = 1 if path == "bulk" else 2000
    return SalesforceSource(SalesforceSettings(**given, bulk_from_rows=rows))  # type: ignore[arg-type]


def _files(companies: Companies, place: Path) -> Opened:
    pair: list[Source] = []
    for company in (companies.before, companies.after):
        # The folder's name is the source's, so both have the same.
        folder = place / company.name / "company"
        export_files(company, folder)
        pair.append(FilesSource(folder))
    return pair[0], pair[1]
