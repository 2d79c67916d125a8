"""Faults on request at the Salesforce server: each kind does what it says, and is counted."""

from __future__ import annotations

import json
import time

import httpx
import pytest

from sandbox.salesforce.keys import make_id
from sandbox.serve import start_servers

STAMP = "2025-08-30T10:00:00.000+0000"
CUSTOMER = make_id("001", 1)


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    folder = tmp_path_factory.mktemp("faults") / "company"
    (folder / "salesforce").mkdir(parents=True)
    (folder / "sap_b1").mkdir()
    (folder / "company.json").write_text(
        json.dumps(
            {
                "name": "Small Works",
                "clock": "2025-09-01T06:00:00Z",
                "currency": "EUR",
                "country": "ES",
                "time_zone": "Europe/Madrid",
            }
        )
    )
    user = {"Id": make_id("005", 1), "Username": "integration@x.example", "LastName": "I"}
    accounts = [
        {"Id": make_id("001", number), "Name": f"Customer {number}", "SystemModstamp": STAMP}
        for number in range(1, 41)
    ]
    for name, records in {"User": [{**user, "IsActive": True}], "Account": accounts}.items():
        text = "".join(json.dumps(record) + "\n" for record in records)
        (folder / "salesforce" / f"{name}.jsonl").write_text(text)
    return folder


class Client(httpx.Client):
    """A signed-in client that can also plan faults."""

    def __init__(self, servers):
        super().__init__(base_url=f"{servers.salesforce_url}/services/data/v60.0/", trust_env=False)
        self.root = servers.salesforce_url
        self.settings = servers.environment
        self.sign_in()

    def sign_in(self):
        answer = self.post(
            f"{self.root}/services/oauth2/token",
            data={
                "grant_type": "client_credentials",
                "client_id": self.settings["SALESFORCE_CLIENT_ID"],
                "client_secret": self.settings["SALESFORCE_CLIENT_SECRET"],
            },
        )
        self.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def plan(self, kind, **fault):
        answer = self.post(f"{self.root}/__control__/faults", json={"kind": kind, **fault})
        assert answer.status_code == 201, answer.text
        return answer.json()["number"]

    def planned(self):
        return self.get(f"{self.root}/__control__/faults").json()

    def select(self, soql="SELECT Id FROM Account"):
        return self.get("query", params={"q": soql})


@pytest.fixture
def client(company, tmp_path):
    with start_servers(company, tmp_path / "state") as servers:
        client = Client(servers)
        yield client
        client.close()


def test_f3_another_status_with_and_without_a_time_to_wait(client):
    client.plan("status", options={"status": 503, "retry_after": 7}, path="/query")
    client.plan("status", options={"status": 502}, path="/query", skip=0)
    first = client.select()
    assert (first.status_code, first.headers["Retry-After"]) == (503, "7")
    assert first.headers["Content-Type"].startswith("text/html")
    second = client.select()
    assert second.status_code == 502
    assert "Retry-After" not in second.headers
    assert client.select().status_code == 200


def test_f2_a_cut_body_is_seen_as_cut(client):
    client.plan("cut_body", path="/query", options={"share": 0.5})
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        client.select()
    assert client.select().json()["totalSize"] == 40


def test_f18_a_lost_answer_before_the_work_and_after_it(client):
    client.plan("drop_before", method="PATCH")
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        client.patch(f"sobjects/Account/{CUSTOMER}", json={"Phone": "before"})
    assert client.get(f"sobjects/Account/{CUSTOMER}").json()["Phone"] is None
    client.plan("drop_after", method="PATCH")
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        client.patch(f"sobjects/Account/{CUSTOMER}", json={"Phone": "after"})
    assert client.get(f"sobjects/Account/{CUSTOMER}").json()["Phone"] == "after"
    journal = client.get(f"{client.root}/__control__/journal").json()
    hit = [one["detail"]["faults"] for one in journal if one["kind"] == "request"]
    assert [faults for faults in hit if faults] == [["drop_before"], ["drop_after"]]


def test_f6_a_session_ends_in_the_middle_and_stays_ended(client):
    client.plan("expired_session", path="/query")
    expired = client.select()
    assert expired.status_code == 401
    assert expired.json() == [
        {"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}
    ]
    assert client.get("limits").status_code == 401
    client.sign_in()
    assert client.select().status_code == 200


def test_f4_a_spent_quota_is_a_403_of_its_own(client):
    client.plan("quota", count=2)
    for _ in range(2):
        answer = client.select()
        assert answer.status_code == 403
        assert answer.json()[0]["errorCode"] == "REQUEST_LIMIT_EXCEEDED"
        assert "Retry-After" not in answer.headers
    assert client.select().status_code == 200


def test_f1_slow_and_drip_fed_answers_come_late_but_whole(client):
    client.plan("slow", options={"seconds": 0.3})
    started = time.monotonic()
    assert client.select().json()["totalSize"] == 40
    assert time.monotonic() - started >= 0.3
    client.plan("drip", options={"seconds": 0.05, "bytes": 2000})
    started = time.monotonic()
    assert client.select().json()["totalSize"] == 40
    assert time.monotonic() - started >= 0.1


def rows():
    return [
        {"attributes": {"type": "Account"}, "id": make_id("001", number), "Phone": "9"}
        for number in range(1, 41)
    ]


@pytest.mark.parametrize(
    ("kind", "code"),
    [("row_lock", "UNABLE_TO_LOCK_ROW"), ("row_failure", "FIELD_CUSTOM_VALIDATION_EXCEPTION")],
)
def test_f16_f17_some_rows_fail_the_same_ones_for_the_same_seed(client, kind, code):
    found = []
    for _ in range(2):
        client.plan(kind, method="PATCH", seed=7, options={"share": 0.3})
        outcomes = client.patch("composite/sobjects", json={"records": rows()}).json()
        failed = [n for n, one in enumerate(outcomes) if not one["success"]]
        assert {outcomes[n]["errors"][0]["statusCode"] for n in failed} == {code}
        found.append(failed)
    assert found[0] == found[1]
    assert 0 < len(found[0]) < 40
    written = client.select("SELECT Id FROM Account WHERE Phone = '9'").json()
    assert written["totalSize"] == 40 - len(found[0])


def test_f17_chosen_rows_of_a_bulk_job_fail_and_a_job_may_fail_whole(client):
    def run(fault, **options):
        client.plan(fault, method="PATCH", path="/jobs/ingest/", options=options)
        job = client.post("jobs/ingest", json={"operation": "update", "object": "Account"})
        number = job.json()["id"]
        text = "Id,Phone\n" + "".join(f"{row['id']},8\n" for row in rows())
        client.put(f"jobs/ingest/{number}/batches", content=text)
        client.patch(f"jobs/ingest/{number}", json={"state": "UploadComplete"})
        return client.get(f"jobs/ingest/{number}").json()

    partly = run("row_failure", rows=[0, 39], code="DUPLICATE_VALUE", message="twice")
    assert (partly["numberRecordsProcessed"], partly["numberRecordsFailed"]) == (40, 2)
    failed = client.get(f"jobs/ingest/{partly['id']}/failedResults").text.splitlines()
    assert len(failed) == 3
    assert "DUPLICATE_VALUE:twice" in failed[1]
    whole = run("job_failed")
    assert (whole["state"], whole["numberRecordsProcessed"]) == ("Failed", 0)
    left = client.get(f"jobs/ingest/{whole['id']}/unprocessedRecords").text.splitlines()
    assert len(left) == 41


def test_faults_spare_skip_count_and_stop(client):
    number = client.plan("status", path="/query", skip=1, count=2)
    seen = [client.select().status_code for _ in range(5)]
    assert seen == [200, 503, 503, 200, 200]
    (fault,) = client.planned()
    assert (fault["number"], fault["matched"], fault["hit"]) == (number, 3, 2)
    client.plan("status", count=None, probability=0.5, seed=3)
    first = [client.get("limits").status_code for _ in range(20)]
    client.delete(f"{client.root}/__control__/faults")
    client.plan("status", count=None, probability=0.5, seed=3)
    assert [client.get("limits").status_code for _ in range(20)] == first
    assert set(first) == {200, 503}
    client.delete(f"{client.root}/__control__/faults")
    assert client.planned() == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"kind": "earthquake"}, "is no fault"),
        ({"kind": "slow", "when": "now"}, "says nothing about a fault"),
        ({"kind": "slow", "path": "("}, "no regular expression"),
        ([], "must be an object"),
    ],
)
def test_a_fault_that_can_not_be_planned_is_explained(client, body, words):
    answer = client.post(f"{client.root}/__control__/faults", json=body)
    assert answer.status_code == 400
    assert words in answer.json()["error"]
