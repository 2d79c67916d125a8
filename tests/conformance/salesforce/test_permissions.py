"""Object and field permissions of a profile and of permission sets (B6, B10)."""

from __future__ import annotations

import httpx
import pytest

from sandbox.salesforce.auth import Door
from sandbox.salesforce.keys import make_id
from sandbox.salesforce.records import Records
from sandbox.serve import start_servers

STAMP = "2025-08-30T10:00:00.000+0000"
CLERK, PROFILE_SET, EXTRA = make_id("005", 2), make_id("0PS", 1), make_id("0PS", 2)


def stamped(prefix, number, **fields):
    stamps = {"CreatedDate": STAMP, "SystemModstamp": STAMP}
    return {"Id": make_id(prefix, number), **stamps, **fields}


def granted(number, parent, sobject, *rights):
    return {
        "Id": make_id("110", number),
        "ParentId": parent,
        "SobjectType": sobject,
        **{f"Permissions{right}": True for right in rights},
    }


def seen(number, parent, field, can_edit=False):
    return {
        "Id": make_id("01k", number),
        "ParentId": parent,
        "SobjectType": field.partition(".")[0],
        "Field": field,
        "PermissionsRead": True,
        "PermissionsEdit": can_edit,
    }


@pytest.fixture(scope="module")
def org(tmp_path_factory, write_small_org, open_org):
    """A clerk may read accounts, write contacts, and see nothing of cases."""
    people = [
        stamped("005", 1, Username="integration@x.example", LastName="I", IsActive=True),
        stamped(
            "005",
            2,
            Username="clerk@x.example",
            LastName="Clerk",
            IsActive=True,
            ProfileId=make_id("00e", 1),
        ),
    ]
    objects = {
        "User": people,
        "Profile": [stamped("00e", 1, Name="Clerk")],
        "PermissionSet": [
            stamped(
                "0PS",
                1,
                Name="X00e",
                Label="X00e",
                IsOwnedByProfile=True,
                ProfileId=make_id("00e", 1),
            ),
            stamped("0PS", 2, Name="Extra", Label="Extra", IsCustom=True),
        ],
        "ObjectPermissions": [
            granted(1, PROFILE_SET, "Account", "Read"),
            granted(2, PROFILE_SET, "Contact", "Read", "Create", "Edit"),
        ],
        "FieldPermissions": [
            seen(1, PROFILE_SET, "Account.Phone"),
            seen(2, PROFILE_SET, "Account.BillingAddress"),
            seen(3, PROFILE_SET, "Contact.Email", can_edit=True),
        ],
        "Account": [stamped("001", 1, Name="Norte", Phone="1", Fax="2", BillingCity="Vigo")],
        "Case": [stamped("500", 1, Subject="Leak")],
    }
    folder = tmp_path_factory.mktemp("permissions")
    with start_servers(write_small_org(folder / "company", objects), folder / "state") as servers:
        yield open_org(servers)


@pytest.fixture(scope="module")
def admin(org):
    with org.client() as client:
        yield client


@pytest.fixture(scope="module")
def clerk(org):
    door = Door(Records(org.servers.context("salesforce")))
    settings = org.servers.environment
    form = {
        "grant_type": "password",
        "client_id": settings["SALESFORCE_CLIENT_ID"],
        "client_secret": settings["SALESFORCE_CLIENT_SECRET"],
        "username": "clerk@x.example",
        "password": door.password(CLERK),
    }
    answer = httpx.post(f"{org.address}/services/oauth2/token", data=form, trust_env=False)
    token = answer.json()["access_token"]
    with org.client() as client:
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


def ask(client, soql):
    return client.get("query", params={"q": soql})


def test_an_object_without_permission_is_none(clerk, admin):
    """B6: INVALID_TYPE in a query, NOT_FOUND as a resource; not in the list."""
    answer = ask(clerk, "SELECT Id FROM Case")
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "INVALID_TYPE")
    assert clerk.get("sobjects/Case/describe").status_code == 404
    listed = {one["name"] for one in clerk.get("sobjects").json()["sobjects"]}
    assert "Account" in listed
    assert not {"Case", "CaseComment", "Opportunity", "OpportunityLineItem"} & listed
    assert ask(admin, "SELECT Id FROM Case").json()["totalSize"] == 1


def test_what_may_only_be_read_is_not_written(clerk):
    """B6: 403 INSUFFICIENT_ACCESS, and …_OR_READONLY on a record."""
    created = clerk.post("sobjects/Account", json={"Name": "x"})
    assert (created.status_code, created.json()[0]["errorCode"]) == (403, "INSUFFICIENT_ACCESS")
    one = make_id("001", 1)
    for answer in (
        clerk.patch(f"sobjects/Account/{one}", json={"Phone": "9"}),
        clerk.delete(f"sobjects/Account/{one}"),
    ):
        assert answer.status_code == 403
        assert answer.json()[0]["errorCode"] == "INSUFFICIENT_ACCESS_OR_READONLY"
    (row,) = clerk.patch(
        "composite/sobjects",
        json={"records": [{"attributes": {"type": "Account"}, "id": one, "Phone": "9"}]},
    ).json()
    assert row["errors"][0]["statusCode"] == "INSUFFICIENT_ACCESS_OR_READONLY"


def test_describe_tells_what_may_be_done(clerk, admin):
    """B4: createable, updateable, deletable are the asking user's."""
    keys = ("createable", "updateable", "deletable", "queryable")
    for client, name, expected in (
        (clerk, "Account", [False, False, False, True]),
        (clerk, "Contact", [True, True, False, True]),
        (admin, "Account", [True, True, True, True]),
    ):
        described = client.get(f"sobjects/{name}/describe").json()
        listed = client.get(f"sobjects/{name}").json()["objectDescribe"]
        assert [described[key] for key in keys] == expected
        assert [listed[key] for key in keys] == expected


def test_a_standard_field_needs_a_permission_too(clerk):
    """B6: INVALID_FIELD for a field that is not granted; an address is granted whole."""
    answer = ask(clerk, "SELECT Name, Phone, BillingCity FROM Account")
    assert answer.json()["records"][0]["BillingCity"] == "Vigo"
    refused = ask(clerk, "SELECT Fax FROM Account").json()[0]
    assert refused["errorCode"] == "INVALID_FIELD"
    assert "No such column 'Fax'" in refused["message"]
    fields = {one["name"]: one for one in clerk.get("sobjects/Contact/describe").json()["fields"]}
    assert fields["Email"]["updateable"] is True
    assert "Fax" not in fields
    assert fields["LastName"]["createable"] is True


def test_a_permission_set_adds_to_the_profile(clerk, admin):
    """B10: what the profile withholds, an assigned set may give, and taking it away hides it."""
    given = admin.post(
        "sobjects/ObjectPermissions",
        json={"ParentId": EXTRA, "SobjectType": "Case", "PermissionsRead": True},
    )
    assert given.status_code == 201
    assigned = admin.post(
        "sobjects/PermissionSetAssignment", json={"PermissionSetId": EXTRA, "AssigneeId": CLERK}
    ).json()["id"]
    assert ask(clerk, "SELECT Id FROM Case").json()["totalSize"] == 1
    admin.delete(f"sobjects/PermissionSetAssignment/{assigned}")
    assert ask(clerk, "SELECT Id FROM Case").status_code == 400
