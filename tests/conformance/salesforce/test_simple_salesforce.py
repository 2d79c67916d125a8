"""simple-salesforce, unchanged, over HTTPS: what its users do with an org works here."""

from __future__ import annotations

import csv
import io
import uuid

import pytest
from simple_salesforce.exceptions import (
    SalesforceExpiredSession,
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceResourceNotFound,
)


@pytest.fixture
def sf(org):
    return org.simple_salesforce()


@pytest.fixture
def mark():
    """A text that only this test's records have."""
    return f"T{uuid.uuid4().hex[:10]}"


def test_query_reads_records_with_attributes(sf, mark):
    """B3."""
    made = sf.Account.create({"Name": mark})
    found = sf.query(f"SELECT Id, Name FROM Account WHERE Name = '{mark}'")
    assert found["totalSize"] == 1
    assert found["done"] is True
    record = found["records"][0]
    assert record["Id"] == made["id"]
    assert record["attributes"]["type"] == "Account"
    assert record["attributes"]["url"].endswith(f"/sobjects/Account/{made['id']}")
    sf.Account.delete(made["id"])


def test_query_all_follows_pages_and_sees_deleted_records(sf, mark):
    """B3."""
    for start in range(0, 400, 200):
        sf.restful(
            "composite/sobjects",
            method="POST",
            json={
                "allOrNone": True,
                "records": [
                    {"attributes": {"type": "Contact"}, "LastName": mark, "FirstName": str(n)}
                    for n in range(start, start + 200)
                ],
            },
        )
    soql = f"SELECT Id, FirstName, IsDeleted FROM Contact WHERE LastName = '{mark}' ORDER BY Id"
    pages = {"Sforce-Query-Options": "batchSize=200"}
    first = sf.query(soql, headers=pages)
    assert len(first["records"]) == 200
    assert first["nextRecordsUrl"].split("/")[-1].startswith("0r8")
    found = sf.query_all(soql, headers=pages)
    assert found["totalSize"] == len(found["records"]) == 400
    assert {record["FirstName"] for record in found["records"]} == {str(n) for n in range(400)}
    ids = [record["Id"] for record in found["records"]]
    for start in range(0, 400, 200):
        chosen = ",".join(ids[start : start + 200])
        sf.restful("composite/sobjects", method="DELETE", params={"ids": chosen})
    assert sf.query_all(soql)["records"] == []
    deleted = sf.query_all(soql, include_deleted=True)["records"]
    assert [record["IsDeleted"] for record in deleted] == [True] * 400


def test_create_read_update_delete(sf, mark):
    """B5."""
    made = sf.Account.create({"Name": mark, "AnnualRevenue": 1250.0})
    assert made == {"id": made["id"], "success": True, "errors": []}
    assert len(made["id"]) == 18
    assert sf.Account.get(made["id"])["AnnualRevenue"] == 1250.0
    assert sf.Account.get(made["id"][:15])["Name"] == mark
    assert sf.Account.update(made["id"], {"AnnualRevenue": None, "Phone": "+34 1"}) == 204
    changed = sf.Account.get(made["id"])
    assert (changed["AnnualRevenue"], changed["Phone"]) == (None, "+34 1")
    assert changed["SystemModstamp"] >= changed["CreatedDate"]
    assert sf.Account.delete(made["id"]) == 204
    with pytest.raises(SalesforceResourceNotFound):
        sf.Account.get(made["id"])


def test_upsert_by_an_indexed_field_creates_then_updates_then_meets_two(sf, mark):
    """B5."""
    key = f"{mark}@example.com"
    assert sf.Contact.upsert(f"Email/{key}", {"LastName": "One"}) == 201
    assert sf.Contact.upsert(f"Email/{key}", {"LastName": "Two"}) == 200
    assert sf.Contact.get_by_custom_id("Email", key)["LastName"] == "Two"
    sf.Contact.create({"LastName": "Three", "Email": key})
    with pytest.raises(SalesforceMoreThanOneRecord) as met:
        sf.Contact.upsert(f"Email/{key}", {"LastName": "Four"})
    assert len(met.value.content) == 2
    assert all("/sobjects/Contact/" in url for url in met.value.content)
    for record in sf.query(f"SELECT Id FROM Contact WHERE Email = '{key}'")["records"]:
        sf.Contact.delete(record["Id"])


def test_describe_names_objects_and_fields(sf):
    """B4."""
    listed = sf.describe()
    assert (listed["encoding"], listed["maxBatchSize"]) == ("UTF-8", 200)
    assert {"Account", "Opportunity", "User"} <= {one["name"] for one in listed["sobjects"]}
    described = sf.Opportunity.describe()
    assert described["name"] == "Opportunity"
    by_name = {one["name"]: one for one in described["fields"]}
    assert by_name["Amount"]["type"] == "currency"
    assert by_name["AccountId"]["referenceTo"] == ["Account"]
    assert len(by_name["Amount"]) >= 57


def test_bulk2_query_brings_the_same_records_in_parts(sf, mark):
    """B8."""
    rows = [
        {"attributes": {"type": "Contact"}, "LastName": mark, "Title": f'"{n}", x'}
        for n in range(25)
    ]
    sf.restful("composite/sobjects", method="POST", json={"records": rows})
    soql = f"SELECT Id, LastName, Title, Email, CreatedDate FROM Contact WHERE LastName = '{mark}'"
    parts = list(sf.bulk2.Contact.query(soql, max_records=10, wait=0))
    assert len(parts) == 3
    found = [row for part in parts for row in csv.DictReader(io.StringIO(part))]
    by_rest = {record["Id"]: record for record in sf.query_all(soql)["records"]}
    assert len(found) == len(by_rest) == 25
    for row in found:
        record = by_rest[row["Id"]]
        assert (row["LastName"], row["Title"], row["Email"]) == (mark, record["Title"], "")
        assert row["CreatedDate"] == record["CreatedDate"].replace("+0000", "Z")
    sf.bulk2.Contact.delete(records=[{"Id": row["Id"]} for row in found], wait=0)
    assert sf.query(soql)["totalSize"] == 0


def test_bulk2_upsert_tells_created_updated_and_failed_rows_apart(sf, mark):
    """B8."""
    sf.Contact.create({"LastName": "Old", "Email": f"{mark}.0@example.com"})
    records = [{"LastName": f"New {n}", "Email": f"{mark}.{n}@example.com"} for n in range(3)]
    records.append({"LastName": "x" * 100, "Email": f"{mark}.9@example.com"})
    (job,) = sf.bulk2.Contact.upsert(records=records, external_id_field="Email", wait=0)
    assert (job["numberRecordsProcessed"], job["numberRecordsFailed"]) == (4, 1)
    written = csv.DictReader(io.StringIO(sf.bulk2.Contact.get_successful_records(job["job_id"])))
    created = {row["Email"]: row["sf__Created"] for row in written}
    assert created == {
        f"{mark}.0@example.com": "false",
        f"{mark}.1@example.com": "true",
        f"{mark}.2@example.com": "true",
    }
    failed = list(csv.DictReader(io.StringIO(sf.bulk2.Contact.get_failed_records(job["job_id"]))))
    assert [row["sf__Error"].split(":")[0] for row in failed] == ["STRING_TOO_LONG"]
    assert sf.bulk2.Contact.get_unprocessed_records(job["job_id"]).strip().count("\n") == 0
    for record in sf.query(f"SELECT Id FROM Contact WHERE Email LIKE '{mark}%'")["records"]:
        sf.Contact.delete(record["Id"])


def test_errors_are_the_kinds_the_library_knows(org, sf):
    """B6."""
    with pytest.raises(SalesforceMalformedRequest) as malformed:
        sf.query("SELECT Id FROM Account WHERE")
    assert malformed.value.content[0]["errorCode"] == "MALFORMED_QUERY"
    with pytest.raises(SalesforceResourceNotFound):
        sf.restful("nothing/here")
    stranger = org.simple_salesforce()
    stranger.headers["Authorization"] = "Bearer nobody"
    with pytest.raises(SalesforceExpiredSession) as expired:
        stranger.query("SELECT Id FROM Account")
    assert expired.value.content == [
        {"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}
    ]


def test_change_feeds_and_limits(sf, mark):
    """B7, B9."""
    made = sf.Account.create({"Name": mark})
    assert sf.limits()["DailyApiRequests"]["Remaining"] > 0
    assert sf.api_usage["api-usage"].used > 0
    sf.Account.delete(made["id"])
    bin_row = sf.query_all(
        f"SELECT SystemModstamp FROM Account WHERE Id = '{made['id']}'", include_deleted=True
    )["records"][0]
    start = bin_row["SystemModstamp"].replace("+0000", "+00:00")
    from datetime import datetime, timedelta

    instant = datetime.fromisoformat(start)
    feed = sf.Account.deleted(instant - timedelta(minutes=2), instant + timedelta(minutes=2))
    assert made["id"] in {one["id"] for one in feed["deletedRecords"]}
