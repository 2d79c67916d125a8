"""Records, stamps and schema that move under a reader: each on request, the same for one seed."""

from __future__ import annotations

import json
from datetime import datetime

import httpx
import pytest

from sandbox.salesforce.keys import make_id
from sandbox.serve import start_servers

ALL = "SELECT Id, Name, NumberOfEmployees FROM Account ORDER BY Id"
IDS = [make_id("001", number) for number in range(1, 451)]


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drift")
    company = folder / "company"
    (company / "salesforce").mkdir(parents=True)
    (company / "sap_b1").mkdir()
    (company / "company.json").write_text(
        json.dumps(
            {
                "name": "Drift",
                "clock": "2025-09-01T06:00:00Z",
                "currency": "EUR",
                "country": "ES",
                "time_zone": "Europe/Madrid",
            }
        )
    )
    stamp = "2025-08-30T10:00:00.000+0000"
    person = {"Id": make_id("005", 1), "Username": "integration@x.example", "LastName": "I"}
    accounts = [
        {"Id": one, "Name": f"Customer {n}", "NumberOfEmployees": n, "SystemModstamp": stamp}
        for n, one in enumerate(IDS, start=1)
    ]
    for name, records in {"User": [{**person, "IsActive": True}], "Account": accounts}.items():
        text = "".join(json.dumps(record) + "\n" for record in records)
        (company / "salesforce" / f"{name}.jsonl").write_text(text)
    with start_servers(company, folder / "state") as servers:
        yield servers


@pytest.fixture(scope="module")
def signed_in(servers):
    root, settings = servers.salesforce_url, servers.environment
    form = {
        "grant_type": "client_credentials",
        "client_id": settings["SALESFORCE_CLIENT_ID"],
        "client_secret": settings["SALESFORCE_CLIENT_SECRET"],
    }
    token = httpx.post(f"{root}/services/oauth2/token", data=form, trust_env=False).json()
    with httpx.Client(
        base_url=f"{root}/services/data/v60.0/",
        headers={"Authorization": f"Bearer {token['access_token']}"},
        trust_env=False,
    ) as client:
        yield client


@pytest.fixture
def client(servers, signed_in):
    yield signed_in
    servers.context("salesforce").faults.clear()


@pytest.fixture
def plan(servers, client):
    def plan(kind, **fault):
        answer = client.post(
            f"{servers.salesforce_url}/__control__/faults", json={"kind": kind, **fault}
        )
        assert answer.status_code == 201, answer.text

    return plan


def pages(client, soql=ALL, size=200):
    """Every page's ids."""
    hint = {"Sforce-Query-Options": f"batchSize={size}"}
    answer = client.get("query", params={"q": soql}, headers=hint).json()
    found = [[one["Id"] for one in answer["records"]]]
    while not answer["done"]:
        following = answer["nextRecordsUrl"].rpartition("query/")[2]
        answer = client.get(f"query/{following}", headers=hint).json()
        found.append([one["Id"] for one in answer["records"]])
    return found


@pytest.mark.parametrize(
    ("by", "missing", "twice"), [(3, IDS[200:203], []), (-2, [], IDS[198:200])]
)
def test_f9_rows_move_between_two_pages(client, plan, by, missing, twice):
    plan("shifted_rows", path="/query/", options={"by": by})
    found = [one for page in pages(client) for one in page]
    assert [one for one in IDS if one not in found][:3] == missing
    assert [one for one in IDS[:400] if found.count(one) > 1][:2] == twice
    assert [one for page in pages(client) for one in page] == IDS


def test_f12_rows_come_twice_the_same_ones_for_the_same_seed(client, plan):
    repeated = []
    for _ in range(2):
        plan("duplicate_rows", path="/query$", seed=5, options={"share": 0.1})
        first, *_ = pages(client)
        repeated.append([one for one in IDS[:200] if first.count(one) == 2])
        assert set(first) == set(IDS[:200])
    assert repeated[0] == repeated[1]
    assert 0 < len(repeated[0]) < 100


def test_f6_the_session_ends_between_two_pages(servers, client, plan):
    plan("expired_session", path="/query/")
    hint = {"Sforce-Query-Options": "batchSize=200"}
    answer = client.get("query", params={"q": ALL}, headers=hint).json()
    following = answer["nextRecordsUrl"].rpartition("query/")[2]
    refused = client.get(f"query/{following}")
    assert (refused.status_code, refused.json()[0]["errorCode"]) == (401, "INVALID_SESSION_ID")
    form = {
        "grant_type": "client_credentials",
        "client_id": servers.environment["SALESFORCE_CLIENT_ID"],
        "client_secret": servers.environment["SALESFORCE_CLIENT_SECRET"],
    }
    token = client.post(f"{servers.salesforce_url}/services/oauth2/token", data=form).json()
    client.headers["Authorization"] = f"Bearer {token['access_token']}"
    assert len(client.get(f"query/{following}", headers=hint).json()["records"]) == 200


def test_f9_a_late_commit_lies_below_what_was_read(client, plan):
    def stamp(number):
        return datetime.fromisoformat(
            client.get(f"sobjects/Account/{IDS[number]}").json()["SystemModstamp"]
        )

    client.patch(f"sobjects/Account/{IDS[0]}", json={"Phone": "1"})
    plan("late_commit", method="PATCH", options={"seconds": 600})
    client.patch(f"sobjects/Account/{IDS[1]}", json={"Phone": "2"})
    behind = (stamp(0) - stamp(1)).total_seconds()
    assert 590 < behind <= 600
    plan("late_commit", method="PATCH", options={"seconds": -600})
    client.patch(f"sobjects/Account/{IDS[2]}", json={"Phone": "3"})
    assert (stamp(2) - stamp(0)).total_seconds() >= 600


def test_f2_a_page_of_html_under_200(client, plan):
    plan("status", path="/query$", options={"status": 200})
    answer = client.get("query", params={"q": ALL})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "<html>" in answer.text


def test_f17_a_job_ends_half_done_and_a_poll_finds_it_at_work(client, plan):
    plan("job_failed", method="PATCH", path="/jobs/ingest/", options={"after": 2})
    plan("job_running", method="GET", path="/jobs/ingest/")
    wanted = {"operation": "update", "object": "Account"}
    job = client.post("jobs/ingest", json=wanted).json()["id"]
    text = "Id,Fax\n" + "".join(f"{one},1\n" for one in IDS[:5])
    client.put(f"jobs/ingest/{job}/batches", content=text)
    client.patch(f"jobs/ingest/{job}", json={"state": "UploadComplete"})
    assert client.get(f"jobs/ingest/{job}").json()["state"] == "InProgress"
    info = client.get(f"jobs/ingest/{job}").json()
    assert (info["state"], info["numberRecordsProcessed"]) == ("Failed", 2)
    assert len(client.get(f"jobs/ingest/{job}/successfulResults").text.splitlines()) == 3
    left = client.get(f"jobs/ingest/{job}/unprocessedrecords").text.splitlines()
    assert left[1:] == [f'"{one}","1"' for one in IDS[2:5]]


def field(client, name):
    described = client.get("sobjects/Account/describe").json()["fields"]
    return next((one for one in described if one["name"] == name), None)


def test_f10_a_field_is_added_retyped_and_removed(client, plan):
    change = {"object": "Account", "field": "Site_Code__c", "change": "added", "type": "string"}
    assert field(client, "Site_Code__c") is None
    plan("schema_change", options=change)
    assert field(client, "Site_Code__c")["type"] == "string"
    client.patch(f"sobjects/Account/{IDS[0]}", json={"Site_Code__c": "X1"})
    assert client.get(f"sobjects/Account/{IDS[0]}").json()["Site_Code__c"] == "X1"
    retyped = {"object": "Account", "field": "NumberOfEmployees", "change": "retyped"}
    plan("schema_change", options={**retyped, "type": "string"})
    assert field(client, "NumberOfEmployees")["type"] == "string"
    assert client.get(f"sobjects/Account/{IDS[6]}").json()["NumberOfEmployees"] == "7"
    plan("schema_change", options={**change, "change": "removed"})
    assert field(client, "Site_Code__c") is None
    refused = client.get("query", params={"q": "SELECT Site_Code__c FROM Account"})
    assert refused.json()[0]["errorCode"] == "INVALID_FIELD"
    plan("schema_change", options={**change, "change": "removed"})
    assert client.get("limits").status_code == 400
