"""The service records of the demo company: each named one says what its case says in words."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

Records = list[dict[str, Any]]


class Company:
    """The written company, read back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cases = json.loads((folder / "truth" / "cases.json").read_text("utf-8"))

    def rows(self, path: str) -> Records:
        text = (self.folder / f"{path}.jsonl").read_text("utf-8")
        return [json.loads(line) for line in text.split("\n") if line]


@pytest.fixture(scope="module")
def company(demo_company: Path) -> Company:
    return Company(demo_company)


def _local(instant: str) -> str:
    at = datetime.strptime(instant[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
    return f"{at.astimezone(ZoneInfo('Europe/Madrid')):%a %d %H:%M}"


def test_k37_opened_and_answered_when_the_case_says(company: Company) -> None:
    case = company.cases["K37"]
    opened = {r["Id"]: r for r in company.rows("salesforce/Case")}
    answers = defaultdict(list)
    for comment in company.rows("salesforce/CaseComment"):
        answers[comment["ParentId"]].append(
            (comment["IsPublished"], _local(comment["CreatedDate"]))
        )
    told = {
        name: (_local(opened[key]["CreatedDate"]), answers[key], opened[key]["IsClosed"])
        for name, key in case["cases"].items()
    }
    assert told == {
        "same_day": ("Tue 26 10:00", [(False, "Tue 26 10:00"), (True, "Tue 26 14:30")], False),
        "overnight": ("Thu 28 16:00", [(True, "Fri 29 09:00")], False),
        "unanswered": ("Fri 29 15:00", [], False),
    }


def test_the_service_example_holds_in_the_documents(company: Company) -> None:
    """From the raw lot to the customers, by walking issues and receipts."""
    case, figures = company.cases["Service"], company.cases["Service"]["figures"]
    used, made = defaultdict(set), defaultdict(set)
    for sets, links in (("InventoryGenExits", used), ("InventoryGenEntries", made)):
        for document in company.rows(f"sap_b1/{sets}"):
            for line in document["DocumentLines"]:
                if line["BaseType"] == 202 and line["BatchNumbers"]:
                    lots = {(b["ItemCode"], b["BatchNumberProperty"]) for b in line["BatchNumbers"]}
                    links[line["BaseEntry"]] |= lots
    reached, waiting = set(), [(case["raw_item"], case["raw_lot"])]
    while waiting:
        lot = waiting.pop()
        for work, lots in used.items():
            new = made[work] - reached if lot in lots else set()
            reached |= new
            waiting += new
    assert sorted(lot for item, lot in reached if item == case["item"]) == figures["affected_lots"]

    affected = set(figures["affected_lots"])
    shipped = Counter[str]()
    for note in company.rows("sap_b1/DeliveryNotes"):
        for line in note["DocumentLines"]:
            for batch in line["BatchNumbers"]:
                if line["ItemCode"] == case["item"] and batch["BatchNumberProperty"] in affected:
                    shipped[note["CardCode"]] += batch["Quantity"]
    assert shipped == figures["affected_shipped"]

    names = {(r["ItemCode"], r["SysNumber"]): r for r in company.rows("sap_b1/OBTN")}
    stock = {
        names[case["item"], r["SysNumber"]]["DistNumber"]: r["Quantity"]
        for r in company.rows("sap_b1/OBTQ")
        if r["ItemCode"] == case["item"]
    }
    assert stock == {"SRV-P-0101": 5, "SRV-P-0102": 10, "SRV-P-0103": 100, "SRV-P-0104": 20}
    assert sum(stock[lot] for lot in affected) == figures["affected_stock"]
    held = [r["DistNumber"] for r in names.values() if r["ItemCode"] == case["item"]
            and r["Status"] == "2"]  # fmt: skip
    assert held == [case["held_lot"]]


def test_lots_are_written_as_customers_write_them(company: Company) -> None:
    cases = {r["Id"]: r for r in company.rows("salesforce/Case")}
    example = company.cases["Service"]
    assert [cases[key]["Promesa_Lot__c"] for key in example["cases"]] == [
        "Lote SRV-P-0101", " srv-p-0101 ", "lote: srv p 0102", "SRV-P-0103",
    ]  # fmt: skip
    lots = {(r["ItemCode"], r["DistNumber"]) for r in company.rows("sap_b1/OBTN")}
    assert {item for item, name in lots if name == "LOTE-1000"} == {"K12-X", "K12-Y"}
    assert cases[example["ambiguous_case"]]["Promesa_Lot__c"] == "lote 1000"


def test_a_service_desk_of_two_years(company: Company) -> None:
    cases = company.rows("salesforce/Case")
    comments = company.rows("salesforce/CaseComment")
    answered = {comment["ParentId"] for comment in comments if comment["IsPublished"]}
    assert 70 < len(cases) < 120
    assert 0 < len([c for c in cases if c["Id"] not in answered]) < len(cases) / 3
    assert all(c["IsClosed"] == (c["ClosedDate"] is not None) for c in cases)
    about = {task["WhatId"] for task in company.rows("salesforce/Task")}
    visited = {event["WhatId"] for event in company.rows("salesforce/Event")}
    known = {c["Id"] for c in cases}
    assert answered <= known and visited <= known and len(about & known) > 40
    assert len({c["CaseNumber"] for c in cases}) == len(cases)
