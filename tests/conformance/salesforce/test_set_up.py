"""Custom fields and permissions: what a set-up makes, who sees it before and after."""

from __future__ import annotations

import pytest

from sandbox.salesforce.keys import make_id
from sandbox.serve import start_servers

USER = make_id("005", 1)
DEAL = make_id("006", 1)
VERDICT = {
    "FullName": "Opportunity.Promesa_Verdict__c",
    "Metadata": {
        "label": "Promesa verdict",
        "type": "Picklist",
        "inlineHelpText": "May it be promised?",
        "valueSet": {
            "restricted": True,
            "valueSetDefinition": {
                "sorted": False,
                "value": [
                    {"fullName": name, "label": name, "default": False}
                    for name in ("Go", "Check", "Stop", "Unknown")
                ],
            },
        },
    },
}
ORDER = {
    "FullName": "Opportunity.Promesa_Order_Number__c",
    "Metadata": {
        "label": "Order",
        "type": "Text",
        "length": 40,
        "externalId": True,
        "unique": True,
    },
}


@pytest.fixture
def client(small):
    with small.client() as client:
        yield client


def grant(client, *fields, can_edit=True):
    """A permission set over the fields, assigned to the integration user; its id."""
    made = client.post(
        "sobjects/PermissionSet", json={"Name": "Promesa_Integration", "Label": "Promesa"}
    ).json()["id"]
    records = [
        {
            "attributes": {"type": "FieldPermissions"},
            "ParentId": made,
            "SobjectType": field.split(".")[0],
            "Field": field,
            "PermissionsRead": True,
            "PermissionsEdit": can_edit,
        }
        for field in fields
    ]
    outcomes = client.post("composite/sobjects", json={"records": records}).json()
    assert all(outcome["success"] for outcome in outcomes), outcomes
    client.post(
        "sobjects/PermissionSetAssignment", json={"PermissionSetId": made, "AssigneeId": USER}
    )
    return made


def described(client, name):
    fields = client.get("sobjects/Opportunity/describe").json()["fields"]
    return next((one for one in fields if one["name"] == name), None)


def test_a_new_field_is_invisible_until_it_is_granted(client):
    """B10."""
    made = client.post("tooling/sobjects/CustomField", json=VERDICT)
    assert made.status_code == 201
    assert made.json()["success"] is True
    assert described(client, "Promesa_Verdict__c") is None
    query = {"q": f"SELECT Promesa_Verdict__c FROM Opportunity WHERE Id = '{DEAL}'"}
    assert client.get("query", params=query).json()[0]["errorCode"] == "INVALID_FIELD"
    written = client.patch(f"sobjects/Opportunity/{DEAL}", json={"Promesa_Verdict__c": "Go"})
    assert written.json()[0]["errorCode"] == "INVALID_FIELD"
    grant(client, "Opportunity.Promesa_Verdict__c")
    field = described(client, "Promesa_Verdict__c")
    assert len(field) == 57
    assert (field["custom"], field["updateable"], field["restrictedPicklist"]) == (True,) * 3
    assert [one["value"] for one in field["picklistValues"]] == ["Go", "Check", "Stop", "Unknown"]
    assert field["inlineHelpText"] == "May it be promised?"
    assert (
        client.patch(f"sobjects/Opportunity/{DEAL}", json={"Promesa_Verdict__c": "Go"}).status_code
        == 204
    )
    assert client.get("query", params=query).json()["records"][0]["Promesa_Verdict__c"] == "Go"


def test_a_field_granted_for_reading_can_not_be_written(client):
    """B10."""
    client.post("tooling/sobjects/CustomField", json=VERDICT)
    grant(client, "Opportunity.Promesa_Verdict__c", can_edit=False)
    field = described(client, "Promesa_Verdict__c")
    assert (field["createable"], field["updateable"]) == (False, False)
    (error,) = client.patch(
        f"sobjects/Opportunity/{DEAL}", json={"Promesa_Verdict__c": "Go"}
    ).json()
    assert error["errorCode"] == "INVALID_FIELD_FOR_INSERT_UPDATE"
    assert error["fields"] == ["Promesa_Verdict__c"]


def test_taking_the_grant_away_hides_the_field_again(client):
    """B10."""
    client.post("tooling/sobjects/CustomField", json=VERDICT)
    permission_set = grant(client, "Opportunity.Promesa_Verdict__c")
    (row,) = client.get(
        "query",
        params={
            "q": "SELECT Id FROM PermissionSetAssignment WHERE PermissionSetId ="
            f" '{permission_set}'"
        },
    ).json()["records"]
    client.delete(f"sobjects/PermissionSetAssignment/{row['Id']}")
    assert described(client, "Promesa_Verdict__c") is None


def test_values_of_a_restricted_picklist_and_lengths_are_checked(client):
    """B10."""
    client.post("tooling/sobjects/CustomField", json=VERDICT)
    client.post("tooling/sobjects/CustomField", json=ORDER)
    grant(client, "Opportunity.Promesa_Verdict__c", "Opportunity.Promesa_Order_Number__c")
    for values, code in (
        ({"Promesa_Verdict__c": "Maybe"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ({"Promesa_Order_Number__c": "x" * 41}, "STRING_TOO_LONG"),
    ):
        (error,) = client.patch(f"sobjects/Opportunity/{DEAL}", json=values).json()
        assert error["errorCode"] == code
        assert error["fields"] == list(values)


def test_a_unique_external_id_is_one_records_alone_and_upserts(client):
    """B10."""
    client.post("tooling/sobjects/CustomField", json=ORDER)
    grant(client, "Opportunity.Promesa_Order_Number__c")
    path = "sobjects/Opportunity/Promesa_Order_Number__c/SO-1"
    values = {"Name": "By order", "StageName": "Prospecting", "CloseDate": "2025-10-01"}
    assert client.patch(path, json=values).status_code == 201
    again = client.patch(path, json={"Name": "Again"})
    assert (again.status_code, again.json()["created"]) == (200, False)
    (error,) = client.patch(
        f"sobjects/Opportunity/{DEAL}", json={"Promesa_Order_Number__c": "so-1"}
    ).json()
    assert error["errorCode"] == "DUPLICATE_VALUE"
    assert again.json()["id"] in error["message"]


@pytest.mark.parametrize(
    ("metadata", "code"),
    [
        ({"type": "Text"}, "FIELD_INTEGRITY_EXCEPTION"),
        ({"type": "Text", "length": 256}, "FIELD_INTEGRITY_EXCEPTION"),
        ({"type": "LongTextArea", "length": 2000}, "FIELD_INTEGRITY_EXCEPTION"),
        ({"type": "Number", "precision": 19, "scale": 3}, "FIELD_INTEGRITY_EXCEPTION"),
        ({"type": "Picklist"}, "FIELD_INTEGRITY_EXCEPTION"),
        ({"type": "Nonsense"}, "INVALID_FIELD"),
        ({"type": "Date", "label": "x" * 41}, "STRING_TOO_LONG"),
        ({"type": "Date", "inlineHelpText": "x" * 511}, "STRING_TOO_LONG"),
    ],
)
def test_a_field_that_can_not_be_made_is_refused(client, metadata, code):
    """B10."""
    body = {"FullName": "Account.Promesa_X__c", "Metadata": metadata}
    answer = client.post("tooling/sobjects/CustomField", json=body)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, code)


def test_the_same_field_twice_is_refused_and_found_by_query(client):
    """B10."""
    made = client.post("tooling/sobjects/CustomField", json=ORDER).json()["id"]
    again = client.post("tooling/sobjects/CustomField", json=ORDER).json()
    assert again[0]["errorCode"] == "DUPLICATE_DEVELOPER_NAME"
    query = (
        "SELECT Id, DeveloperName FROM CustomField WHERE TableEnumOrId = 'Opportunity'"
        " AND DeveloperName = 'Promesa_Order_Number'"
    )
    (found,) = client.get("tooling/query", params={"q": query}).json()["records"]
    assert found["Id"] == made
    read = client.get(f"tooling/sobjects/CustomField/{made}").json()
    assert read["FullName"] == ORDER["FullName"]
    assert read["Metadata"] == ORDER["Metadata"]
    assert client.delete(f"tooling/sobjects/CustomField/{made}").status_code == 204
    assert client.post("tooling/sobjects/CustomField", json=ORDER).status_code == 201


def test_a_permission_on_no_field_and_a_second_one_are_refused(client):
    """B10."""
    client.post("tooling/sobjects/CustomField", json=ORDER)
    parent = grant(client, "Opportunity.Promesa_Order_Number__c")
    base = {"ParentId": parent, "SobjectType": "Opportunity", "PermissionsRead": True}
    for field, code in (
        ("Opportunity.Nope__c", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ("Opportunity.Promesa_Order_Number__c", "DUPLICATE_VALUE"),
    ):
        (error,) = client.post("sobjects/FieldPermissions", json={**base, "Field": field}).json()
        assert error["errorCode"] == code


def test_fields_permissions_and_values_outlive_a_restart(org_template, tmp_path, open_org):
    """B10."""
    with start_servers(org_template, tmp_path / "state") as servers:
        org = open_org(servers)
        with org.client() as client:
            client.post("tooling/sobjects/CustomField", json=VERDICT)
            grant(client, "Opportunity.Promesa_Verdict__c")
            client.patch(f"sobjects/Opportunity/{DEAL}", json={"Promesa_Verdict__c": "Stop"})
            before = client.get(f"sobjects/Opportunity/{DEAL}").json()
    with (
        start_servers(org_template, tmp_path / "state") as servers,
        open_org(servers).client(Authorization=f"Bearer {org.token}") as client,
    ):
        after = client.get(f"sobjects/Opportunity/{DEAL}").json()
        count = client.get("query", params={"q": "SELECT count() FROM Account"}).json()
    assert after == before
    assert after["Promesa_Verdict__c"] == "Stop"
    assert count["totalSize"] == 30


OBJECT = """<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><env:Header>
<SessionHeader xmlns="http://soap.sforce.com/2006/04/metadata"><sessionId>{token}</sessionId>
</SessionHeader></env:Header><env:Body>
<createMetadata xmlns="http://soap.sforce.com/2006/04/metadata">
<metadata xsi:type="CustomObject"><fullName>Paper__c</fullName><label>Paper</label>
<pluralLabel>Papers</pluralLabel><deploymentStatus>Deployed</deploymentStatus>
<sharingModel>ReadWrite</sharingModel>
<nameField><label>Number</label><type>Text</type></nameField></metadata>
</createMetadata></env:Body></env:Envelope>"""


def test_a_custom_object_is_created_through_the_metadata_api_once(small):
    """B10: the envelope as clients send it."""
    with small.client() as client:
        for told in ("<success>true</success>", "DUPLICATE_DEVELOPER_NAME"):
            answer = client.post(
                f"{small.address}/services/Soap/m/60.0",
                content=OBJECT.format(token=small.token),
                headers={"Content-Type": "text/xml", "SOAPAction": "createMetadata"},
            )
            assert (answer.status_code, told in answer.text) == (200, True), answer.text
        described = client.get("sobjects/Paper__c/describe").json()
        assert (described["label"], described["custom"]) == ("Paper", True)
        names = {field["name"] for field in described["fields"]}
        assert {"Id", "Name", "OwnerId", "SystemModstamp"} <= names
        made = client.post("sobjects/Paper__c", json={"Name": "4711"})
        assert made.status_code == 201 and made.json()["id"].startswith("a00")
