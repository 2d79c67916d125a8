"""What the CRM does by itself: members, cases, tasks, orders, field history (B4)."""

from __future__ import annotations

import uuid

import pytest


@pytest.fixture
def create(client):
    """Creates a record and returns its id; whatever is made is deleted afterwards."""
    made = []

    def create(name, **values):
        answer = client.post(f"sobjects/{name}", json=values)
        assert answer.status_code == 201, answer.text
        made.append((name, answer.json()["id"]))
        return answer.json()["id"]

    yield create
    for name, record_id in reversed(made):
        client.delete(f"sobjects/{name}/{record_id}")


def read(client, name, record_id):
    return client.get(f"sobjects/{name}/{record_id}").json()


def rows(client, soql):
    return client.get("query", params={"q": soql}).json()["records"]


def test_a_campaign_member_shows_its_lead_and_whether_it_responded(client, create):
    """B4: CampaignMember Name, Email … are derived."""
    lead = create(
        "Lead", FirstName="Ana", LastName="Ruiz", Company="Bombas SA", Email="ana@bombas.example"
    )
    campaign = create("Campaign", Name=f"Fair {uuid.uuid4()}")
    member = create("CampaignMember", CampaignId=campaign, LeadId=lead)
    found = read(client, "CampaignMember", member)
    assert (found["Name"], found["Email"]) == ("Ana Ruiz", "ana@bombas.example")
    assert (found["CompanyOrAccount"], found["LeadOrContactId"]) == ("Bombas SA", lead)
    assert (found["Status"], found["HasResponded"]) == ("Sent", False)
    assert found["FirstRespondedDate"] is None
    client.patch(f"sobjects/CampaignMember/{member}", json={"Status": "Responded"})
    found = read(client, "CampaignMember", member)
    assert found["HasResponded"] is True
    assert found["FirstRespondedDate"] is not None


def test_a_case_is_numbered_and_closed_by_its_status(client, create):
    """B4: CaseNumber, IsClosed and ClosedDate are the CRM's own."""
    case = create("Case", Subject="Leak", Status="New")
    found = read(client, "Case", case)
    assert found["CaseNumber"].isdecimal()
    assert (found["IsClosed"], found["ClosedDate"]) == (False, None)
    create("CaseComment", ParentId=case, CommentBody="Looked at it")
    client.patch(f"sobjects/Case/{case}", json={"Status": "Closed"})
    found = read(client, "Case", case)
    assert found["IsClosed"] is True
    assert found["ClosedDate"] is not None
    (comment,) = rows(client, f"SELECT CommentBody FROM CaseComment WHERE ParentId = '{case}'")
    assert comment["CommentBody"] == "Looked at it"
    nested = rows(
        client, f"SELECT Id, (SELECT CommentBody FROM CaseComments) FROM Case WHERE Id = '{case}'"
    )
    assert nested[0]["CaseComments"]["records"][0]["CommentBody"] == "Looked at it"


def test_a_completed_task_is_closed_and_an_event_has_an_end(client, create):
    """B4: IsClosed follows Status; EndDateTime follows start and duration."""
    task = create("Task", Subject="Call back")
    found = read(client, "Task", task)
    assert (found["Status"], found["Priority"], found["IsClosed"]) == (
        "Not Started",
        "Normal",
        False,
    )
    client.patch(f"sobjects/Task/{task}", json={"Status": "Completed"})
    assert read(client, "Task", task)["IsClosed"] is True
    event = create(
        "Event", Subject="Visit", ActivityDateTime="2025-09-02T08:00:00Z", DurationInMinutes=90
    )
    found = read(client, "Event", event)
    assert found["StartDateTime"] == "2025-09-02T08:00:00.000+0000"
    assert found["EndDateTime"] == "2025-09-02T09:30:00.000+0000"
    assert found["ActivityDate"] == "2025-09-02"


def test_who_and_what_lead_to_records_of_several_objects(client, create):
    """B3: parent fields of a reference to several objects."""
    account = create("Account", Name="Norte")
    contact = create("Contact", LastName="Vidal", AccountId=account)
    task = create("Task", Subject="Ask", WhoId=contact, WhatId=account)
    (found,) = rows(
        client, f"SELECT Who.Name, Who.Type, What.Name, Owner.Name FROM Task WHERE Id = '{task}'"
    )
    assert (found["Who"]["Name"], found["Who"]["Type"]) == ("Vidal", "Contact")
    assert found["What"]["Name"] == "Norte"
    chosen = rows(client, f"SELECT Id FROM Task WHERE What.Type = 'Account' AND Id = '{task}'")
    assert [one["Id"] for one in chosen] == [task]


def test_changes_of_tracked_fields_are_kept_with_both_values(client, create):
    """B4: OpportunityFieldHistory holds Field, OldValue, NewValue of any type, by CreatedDate."""
    deal = create(
        "Opportunity", Name="Pumps", StageName="Prospecting", CloseDate="2025-10-01", Amount=100
    )
    client.patch(f"sobjects/Opportunity/{deal}", json={"Amount": 250.5, "CloseDate": "2025-11-03"})
    client.patch(f"sobjects/Opportunity/{deal}", json={"Amount": 250.5})
    found = rows(
        client,
        "SELECT Field, OldValue, NewValue, CreatedDate FROM OpportunityFieldHistory"
        f" WHERE OpportunityId = '{deal}' AND Field IN ('Amount', 'CloseDate') ORDER BY Field",
    )
    assert [(one["Field"], one["OldValue"], one["NewValue"]) for one in found] == [
        ("Amount", 100.0, 250.5),
        ("CloseDate", "2025-10-01", "2025-11-03"),
    ]
    refused = client.post("sobjects/OpportunityFieldHistory", json={"OpportunityId": deal})
    assert refused.status_code in (400, 405)


def test_deleting_a_record_deletes_what_hangs_on_it(client, create):
    """B3: queryAll shows them with IsDeleted."""
    case = create("Case", Subject="Gone")
    comment = create("CaseComment", ParentId=case, CommentBody="x")
    client.delete(f"sobjects/Case/{case}")
    assert rows(client, f"SELECT Id FROM CaseComment WHERE Id = '{comment}'") == []
    answer = client.get(
        "queryAll", params={"q": f"SELECT IsDeleted FROM CaseComment WHERE Id = '{comment}'"}
    ).json()
    assert [one["IsDeleted"] for one in answer["records"]] == [True]
