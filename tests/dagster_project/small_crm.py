"""A CRM of 1,000 deals with Promesa's fields in it, and published versions made by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.warehouse import DataFolder, publish
from dagster_project.write_back import (
    BrakeLimits,
    Ledger,
    SignalField,
    SignalObject,
    WriteBackReport,
    signal_objects,
    write_back,
)
from sandbox.salesforce.keys import make_id
from sandbox.serve import RunningServers, start_servers

Record = dict[str, Any]

DEALS = 1000
AS_OF = datetime(2025, 9, 1, 6, tzinfo=UTC)
EXPIRES = datetime(2025, 9, 3, 16)
STAMP = "2025-08-30T10:00:00.000+0000"
NO_BRAKE = BrakeLimits(records=10_000, share=1.0, verdict_flips=10_000)
WIDTHS = {"Number": 18, "Currency": 18, "Percent": 18}
NEWS = (
    "news_key", "kind", "order_number", "order_status", "told_order_status", "expected_date",
    "told_expected_date", "told_object", "WhatId", "OwnerId", "Subject", "Description",
    "ActivityDate", "Priority", "Status",
)  # fmt: skip
COLUMN_TYPES = {"Date": "date", "DateTime": "timestamp", "Checkbox": "boolean"}


def deal_id(number: int) -> str:
    return make_id("006", number)


def _stamped(prefix: str, number: int, **fields: Any) -> Record:
    stamps = dict.fromkeys(("CreatedDate", "LastModifiedDate", "SystemModstamp"), STAMP)
    return {"Id": make_id(prefix, number), **stamps, **fields}


def _write(folder: Path, name: str, records: Sequence[Record]) -> None:
    path = folder / "salesforce" / f"{name}.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))


def _company(folder: Path) -> Path:
    (folder / "salesforce").mkdir(parents=True)
    (folder / "sap_b1").mkdir()
    told = {
        "name": "Small Works",
        "clock": "2025-09-01T06:00:00Z",
        "currency": "EUR",
        "country": "ES",
        "time_zone": "Europe/Madrid",
        "seed": 1,
    }
    (folder / "company.json").write_text(json.dumps(told))
    username = "integration@small.example"
    user = _stamped("005", 1, Username=username, LastName="Integration", IsActive=True)
    _write(folder, "User", [user])
    _write(
        folder,
        "Account",
        [_stamped("001", n, Name=f"Customer {n}", IsDeleted=False) for n in range(1, 4)],
    )
    _write(folder, "Pricebook2", [_stamped("01s", 1, Name="Standard", IsActive=True)])
    _write(
        folder,
        "Opportunity",
        [
            _stamped(
                "006",
                n,
                Name=f"Deal {n}",
                AccountId=make_id("001", 1),
                StageName="Prospecting",
                CloseDate="2025-09-30",
                IsClosed=False,
                IsWon=False,
                IsDeleted=False,
            )
            for n in range(1, DEALS + 1)
        ],
    )
    return folder


def set_up(base: Path) -> tuple[Path, Path]:
    """The company folder and a state in which `setup-crm` has run; to be copied."""
    from dagster_project.command.setup_crm import run_setup

    company, state = _company(base / "company"), base / "state"
    with pytest.MonkeyPatch.context() as patched, start_servers(company, state) as servers:
        patched.chdir(base)
        for name, value in servers.environment.items():
            patched.setenv(name, value)
        run_setup()
    return company, state


def answer(number: int, verdict: str = "Go", **fields: Any) -> Record:
    """The answer on deal number N."""
    return {
        "Id": deal_id(number),
        "Promesa_As_Of__c": AS_OF.replace(tzinfo=None),
        "Promesa_Expires__c": EXPIRES,
        "Promesa_Verdict__c": verdict,
        "Promesa_Reason__c": f"Deal {number}: enough in stock",
        "Promesa_For_Amount__c": number,
        "Promesa_Capacity_Confirmed__c": False,
        **fields,
    }


@dataclass
class Crm:
    """The org, a data folder whose versions are made by hand, and what a round does to both."""

    servers: RunningServers
    data: DataFolder

    def publish(
        self,
        deals: Sequence[Record],
        as_of: datetime = AS_OF,
        news: Sequence[Record] = (),
        **others: Sequence[Record],
    ) -> None:
        """Build and publish a version."""
        self.build(deals, news, **others)
        publish(self.data, as_of)

    def build(
        self, deals: Sequence[Record], news: Sequence[Record] = (), **others: Sequence[Record]
    ) -> None:
        """A build file whose deal signals are `deals`; others are named by their object, the rest
        are empty."""
        self.data.build.unlink(missing_ok=True)
        with duckdb.connect(str(self.data.build)) as connection:
            connection.execute("create schema staging")
            connection.execute("create schema signals")
            connection.execute(
                "create table staging.stg_promesa__extraction as"
                " select 1 as extraction_id, true as is_visible"
            )
            for one in signal_objects():
                rows = deals if one.name == "Opportunity" else others.get(one.name, [])
                _signal_table(connection, one, rows)
            _news_table(connection, news)

    def write_back(
        self,
        as_of: datetime = AS_OF,
        limits: BrakeLimits = NO_BRAKE,
        release: str = "",
        run_id: str = "run",
        alert_url: str = "",
    ) -> WriteBackReport:
        """One round over the newest version."""
        return write_back(self.data, as_of, run_id, limits, release, alert_url)

    def mark(self) -> int:
        """Where the journal ends now."""
        return max((entry.sequence for entry in self._journal(0, None)), default=0)

    def write_requests(self, after: int = 0) -> list[Record]:
        """The write requests that the server received after `mark`, with when and what became."""
        return [
            entry.detail
            for entry in self._journal(after, "request")
            if entry.detail["method"] == "PATCH"
        ]

    def commits(self, after: int = 0) -> list[Record]:
        """The changes of records (not of the set-up) that the server committed after `mark`."""
        written = {one.name for one in signal_objects()}
        entries = self._journal(after, "commit")
        return [entry.detail for entry in entries if entry.detail["object"] in written]

    def fault(self, kind: str, **wanted: Any) -> None:
        """Plan a fault for the next write request."""
        self.servers.context("salesforce").faults.plan(
            kind, method="PATCH", path="/composite/sobjects", **wanted
        )

    def outcomes(self) -> dict[str, int]:
        """How many intents of the whole ledger ended in which outcome."""
        rows = self.ledger("select coalesce(outcome, 'open'), count(*) from write group by 1")
        return dict(rows)

    def ledger(self, query: str) -> list[tuple[Any, ...]]:
        """All rows of a query over the ledger."""
        with Ledger(self.data):
            pass
        with duckdb.connect(str(self.data.ledger), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def _journal(self, after: int, kind: Any) -> list[Any]:
        return self.servers.context("salesforce").state.journal(after, kind)


def _signal_table(
    connection: duckdb.DuckDBPyConnection, one: SignalObject, rows: Sequence[Record]
) -> None:
    columns = ", ".join(f'"{field.name}" {_column_type(field)}' for field in one.written)
    made = ", is_to_be_made boolean" if one.creates else ""
    connection.execute(f'create table signals."{one.model}" ("Id" varchar, {columns}{made})')
    if rows:
        names = ["Id", *(field.name for field in one.written)]
        names += ["is_to_be_made"] if one.creates else []
        marks = ", ".join("?" for _ in names)
        connection.executemany(
            f'insert into signals."{one.model}" values ({marks})',
            [[row.get(name) for name in names] for row in rows],
        )


def _news_table(connection: duckdb.DuckDBPyConnection, rows: Sequence[Record]) -> None:
    dates = ("expected_date", "told_expected_date", "ActivityDate")
    columns = ", ".join(f'"{name}" {"date" if name in dates else "varchar"}' for name in NEWS)
    connection.execute(f"create table signals.sig_salesforce__task ({columns})")
    if rows:
        connection.executemany(
            f"insert into signals.sig_salesforce__task values ({', '.join('?' for _ in NEWS)})",
            [[row.get(name) for name in NEWS] for row in rows],
        )


def _column_type(field: SignalField) -> str:
    if field.type in WIDTHS:
        return f"decimal({WIDTHS[field.type]}, {field.scale})"
    return COLUMN_TYPES.get(field.type, "varchar")
