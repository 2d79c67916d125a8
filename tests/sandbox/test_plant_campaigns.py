"""The marketing records of the demo company: each named one says what its case says in words."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

Rows = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def crm(demo_company: Path) -> dict[str, Rows]:
    """Every record of the CRM by object and id."""
    found = {}
    for path in (demo_company / "salesforce").glob("*.jsonl"):
        if path.stem != "CustomField":
            records = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
            found[path.stem] = {record["Id"]: record for record in records}
    return found


@pytest.fixture(scope="module")
def cases(demo_company: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((demo_company / "truth/cases.json").read_text("utf-8"))
    return told


def test_k33_a_cell_of_three_in_a_history_of_hundreds(
    crm: dict[str, Rows], cases: dict[str, Any]
) -> None:
    deals = [crm["Opportunity"][key] for key in cases["K33"]["opportunities"]]
    assert [deal["IsClosed"] for deal in deals] == [True] * 3
    assert [deal["IsWon"] for deal in deals] == [True, False, False]
    reached = Counter[str]()
    for change in crm["OpportunityHistory"].values():
        reached[change["StageName"]] += crm["Opportunity"][change["OpportunityId"]]["IsClosed"]
    assert all(
        reached[stage] > 300 for stage in ("Qualification", "Proposal/Price Quote", "Closed Won")
    )


def test_k34_one_deal_one_campaign(crm: dict[str, Rows], cases: dict[str, Any]) -> None:
    case = cases["K34"]
    campaign_of = {key: name for name, key in case["campaigns"].items()}
    found = {}
    for name, key in case["opportunities"].items():
        named = crm["Opportunity"][key]["CampaignId"]
        leads = {k for k, r in crm["Lead"].items() if r["ConvertedOpportunityId"] == key}
        by = sorted(
            (m["CreatedDate"], m["CampaignId"])
            for m in crm["CampaignMember"].values()
            if m["LeadId"] in leads
        )
        found[name] = campaign_of.get(named or (by[0][1] if by else ""))
        if name == "member":
            assert [campaign_of[campaign] for _, campaign in by] == ["B", "A"]
    assert found == {"primary": "A", "member": "B", "none": None} == case["figures"]["campaign_of"]


def test_the_campaign_of_the_worked_example(crm: dict[str, Rows], cases: dict[str, Any]) -> None:
    """80 leads, 50 qualified, 30 opportunities, 5,000 units (kpis, Pipeline)."""
    case = cases["Campaign"]
    members = [m for m in crm["CampaignMember"].values() if m["CampaignId"] == case["campaign"]]
    leads = [crm["Lead"][member["LeadId"]] for member in members]
    qualified = {"Working - Contacted", "Closed - Converted"}
    deals = {lead["ConvertedOpportunityId"] for lead in leads if lead["IsConverted"]}
    units = sum(
        line["Quantity"]
        for line in crm["OpportunityLineItem"].values()
        if line["OpportunityId"] in deals and line["ProductCode"] == case["item"]
    )
    assert len(leads) == 80
    assert sum(lead["Status"] in qualified for lead in leads) == 50
    assert deals == set(case["opportunities"]) and len(deals) == 30
    assert units == 5_000
    campaign = crm["Campaign"][case["campaign"]]
    assert (campaign["Promesa_Item__c"], campaign["Promesa_Target_Leads__c"]) == ("MKT-FILTER", 50)
    assert (campaign["NumberOfLeads"], campaign["NumberOfConvertedLeads"]) == (80, 30)
    assert campaign["AmountAllOpportunities"] == 100_000
    called = {task["WhoId"] for task in crm["Task"].values()}
    ignored = [m for m in members if m["HasResponded"] and m["LeadId"] not in called]
    assert len(ignored) == 15


def test_k25_the_first_promise_is_in_the_field_history(
    crm: dict[str, Rows], cases: dict[str, Any]
) -> None:
    key = cases["K25H"]["opportunity"]
    changes = sorted(
        (h["CreatedDate"], h["Field"], h["OldValue"], h["NewValue"])
        for h in crm["OpportunityFieldHistory"].values()
        if h["OpportunityId"] == key
    )
    assert [change[1:] for change in changes] == [
        ("Promesa_Promised_Date__c", None, "2025-09-26"),
        ("CloseDate", "2025-09-12", "2025-09-19"),
        ("Promesa_Promised_Date__c", "2025-09-26", "2025-10-03"),
        ("Amount", 4000, 3000),
    ]
    deal = crm["Opportunity"][key]
    assert (deal["Promesa_Promised_Date__c"], deal["Amount"]) == ("2025-10-03", 3000)


def test_field_history_tells_every_move_of_a_close_date(crm: dict[str, Rows]) -> None:
    """OpportunityHistory keeps the same moves: its previous close date is the history's old one."""
    moves = Counter(
        (h["OpportunityId"], h["PrevCloseDate"], h["CloseDate"])
        for h in crm["OpportunityHistory"].values()
        if h["PrevCloseDate"]
    )
    told = Counter(
        (h["OpportunityId"], h["OldValue"], h["NewValue"])
        for h in crm["OpportunityFieldHistory"].values()
        if h["Field"] == "CloseDate"
    )
    assert told == moves
    assert sum(told.values()) > 1_000


def test_campaign_life_points_at_what_there_is(crm: dict[str, Rows]) -> None:
    for member in crm["CampaignMember"].values():
        assert member["CampaignId"] in crm["Campaign"] and member["LeadId"] in crm["Lead"]
    for lead in crm["Lead"].values():
        deal = crm["Opportunity"].get(lead["ConvertedOpportunityId"] or "")
        assert lead["IsConverted"] == (deal is not None)
        if deal:
            assert lead["ConvertedAccountId"] == deal["AccountId"]
            assert lead["CreatedDate"] <= deal["LastModifiedDate"]
    for role in crm["OpportunityContactRole"].values():
        assert role["OpportunityId"] in crm["Opportunity"] and role["ContactId"] in crm["Contact"]
    sums = Counter[str]()
    for line in crm["OrderItem"].values():
        sums[line["OrderId"]] += line["TotalPrice"]
    assert sums == {key: order["TotalAmount"] for key, order in crm["Order"].items()} != {}
