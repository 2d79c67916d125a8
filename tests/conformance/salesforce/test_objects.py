"""Every object of the four flows is listed, described and read (B4)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import sandbox

RECORDED = Path(sandbox.__file__).parent / "salesforce" / "schema" / "Account.describe.json"
OBJECTS = {
    "Account": "001",
    "AccountHistory": "017",
    "Asset": "02i",
    "Campaign": "701",
    "CampaignMember": "00v",
    "CampaignMemberStatus": "01Y",
    "Case": "500",
    "CaseComment": "00a",
    "CaseHistory": "017",
    "CaseStatus": "01J",
    "Contact": "003",
    "Contract": "800",
    "Event": "00U",
    "Group": "00G",
    "Lead": "00Q",
    "LeadStatus": "01J",
    "Opportunity": "006",
    "OpportunityContactRole": "00K",
    "OpportunityFieldHistory": "017",
    "OpportunityHistory": "008",
    "OpportunityLineItem": "00k",
    "OpportunityStage": "01J",
    "Order": "801",
    "OrderItem": "802",
    "PermissionSet": "0PS",
    "Pricebook2": "01s",
    "PricebookEntry": "01u",
    "Product2": "01t",
    "RecordType": "012",
    "Task": "00T",
    "User": "005",
    "UserRole": "00E",
}


def test_all_are_listed(client):
    """B4: `sobjects` lists them with encoding and batch size."""
    listed = client.get("sobjects").json()
    assert (listed["encoding"], listed["maxBatchSize"]) == ("UTF-8", 200)
    names = {entry["name"] for entry in listed["sobjects"]}
    assert OBJECTS.keys() <= names


@pytest.mark.parametrize("name", OBJECTS)
def test_one_is_described_and_read(client, name):
    """B4: a field has the 57 recorded keys, the object the recorded ones; all fields are read."""
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    described = client.get(f"sobjects/{name}/describe").json()
    assert recorded.keys() <= described.keys()
    for field in described["fields"]:
        assert recorded["fields"][0].keys() <= field.keys(), field["name"]
    fields = {field["name"] for field in described["fields"]}
    read = client.get("query", params={"q": f"SELECT FIELDS(STANDARD) FROM {name} LIMIT 1"}).json()
    for record in read["records"]:
        assert record.keys() - {"attributes"} <= fields
    assert described["name"] == name


@pytest.mark.parametrize(
    ("name", "parents"),
    [
        ("Task", {"WhoId": {"Contact", "Lead"}, "OwnerId": {"User"}}),
        ("CampaignMember", {"CampaignId": {"Campaign"}, "LeadId": {"Lead"}}),
        ("OpportunityFieldHistory", {"OpportunityId": {"Opportunity"}}),
        ("OrderItem", {"OrderId": {"Order"}, "PricebookEntryId": {"PricebookEntry"}}),
        ("CaseComment", {"ParentId": {"Case"}}),
    ],
)
def test_references_say_where_they_lead(client, name, parents):
    """B4: referenceTo."""
    fields = {
        field["name"]: set(field["referenceTo"])
        for field in client.get(f"sobjects/{name}/describe").json()["fields"]
    }
    assert all(wanted <= fields[field] for field, wanted in parents.items())


def test_history_has_no_modification_stamp(client):
    """B4: OpportunityFieldHistory is read by CreatedDate, as it has no SystemModstamp."""
    described = client.get("sobjects/OpportunityFieldHistory/describe").json()
    names = {field["name"] for field in described["fields"]}
    assert "CreatedDate" in names
    assert not names & {"SystemModstamp", "LastModifiedDate"}
