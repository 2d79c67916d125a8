"""Bulk API 2.0: query and ingest jobs from creation to their results (B8)."""

from __future__ import annotations

import csv
import io
import json
import time
import uuid

import pytest


@pytest.fixture
def mark():
    return f"b{uuid.uuid4().hex[:12]}"


def finished(client, kind, job):
    """The job when it has ended; a real org takes its time."""
    for _ in range(600):
        info = client.get(f"jobs/{kind}/{job}").json()
        if info["state"] in ("JobComplete", "Failed", "Aborted"):
            return info
        time.sleep(0.5)
    raise AssertionError(f"{kind} job {job} did not end")


def ingest(client, text, **wanted):
    """Run an ingest job; its final description."""
    job = client.post("jobs/ingest", json={"object": "Account", **wanted}).json()["id"]
    put = client.put(
        f"jobs/ingest/{job}/batches", content=text, headers={"Content-Type": "text/csv"}
    )
    assert put.status_code == 201
    client.patch(f"jobs/ingest/{job}", json={"state": "UploadComplete"})
    return finished(client, "ingest", job)


def table(client, job, which, delimiter=","):
    text = client.get(f"jobs/ingest/{job}/{which}").text
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


def query(client, soql, **wanted):
    body = {"operation": "query", "query": soql, **wanted}
    answer = client.post("jobs/query", json=body)
    assert answer.status_code == 200, answer.text
    return finished(client, "query", answer.json()["id"])


def made(client, mark, count):
    rows = "".join(f'"{mark} {n}",{n}\n' for n in range(count))
    info = ingest(client, f"Name,NumberOfEmployees\n{rows}", operation="insert")
    assert (info["numberRecordsProcessed"], info["numberRecordsFailed"]) == (count, 0)
    return [row["sf__Id"] for row in table(client, info["id"], "successfulResults")]


def test_a_new_query_job_is_described(client):
    """B8: the answer to the creation of a query job."""
    body = {"operation": "query", "query": "SELECT Id FROM Account"}
    info = client.post("jobs/query", json=body).json()
    assert info["object"] == "Account"
    assert info["state"] == "UploadComplete"
    assert (info["concurrencyMode"], info["contentType"]) == ("Parallel", "CSV")
    assert (info["lineEnding"], info["columnDelimiter"]) == ("LF", "COMMA")
    assert info["apiVersion"] == 60.0
    assert {"id", "operation", "createdById", "createdDate", "systemModstamp"} <= info.keys()
    finished(client, "query", info["id"])


def test_results_come_in_parts_until_the_locator_is_null(client, mark):
    """B8: Sforce-Locator is the text null on the last part; Sforce-NumberOfRecords on each."""
    made(client, mark, 5)
    info = query(client, f"SELECT Name FROM Account WHERE Name LIKE '{mark}%' ORDER BY Name")
    assert info["numberRecordsProcessed"] == 5
    names, locator, sizes = [], "", []
    while locator != "null":
        part = client.get(
            f"jobs/query/{info['id']}/results",
            params={"maxRecords": 2, **({"locator": locator} if locator else {})},
        )
        assert part.headers["Content-Type"].startswith("text/csv")
        lines = part.text.splitlines()
        assert lines[0] == '"Name"'
        names += [line.strip('"') for line in lines[1:]]
        sizes.append(int(part.headers["Sforce-NumberOfRecords"]))
        locator = part.headers["Sforce-Locator"]
    assert names == [f"{mark} {n}" for n in range(5)]
    assert sizes == [2, 2, 1]


@pytest.mark.parametrize(
    ("delimiter", "sign"),
    [
        ("BACKQUOTE", "`"),
        ("CARET", "^"),
        ("COMMA", ","),
        ("PIPE", "|"),
        ("SEMICOLON", ";"),
        ("TAB", "\t"),
    ],
)
def test_delimiters_and_line_endings_both_ways(client, mark, delimiter, sign):
    """B8: columnDelimiter and lineEnding of ingest and of query."""
    form = {"columnDelimiter": delimiter, "lineEnding": "CRLF"}
    text = f'Name{sign}Phone\r\n"{mark} a{sign}b"{sign}1\r\n'
    info = ingest(client, text, operation="insert", **form)
    assert info["numberRecordsFailed"] == 0
    (row,) = table(client, info["id"], "successfulResults", sign)
    assert (row["Name"], row["sf__Created"]) == (f"{mark} a{sign}b", "true")
    job = query(client, f"SELECT Name, Phone FROM Account WHERE Name LIKE '{mark}%'", **form)
    found = client.get(f"jobs/query/{job['id']}/results").content.decode()
    assert found == f'"Name"{sign}"Phone"\r\n"{mark} a{sign}b"{sign}"1"\r\n'


def test_insert_update_upsert_delete(client, mark):
    """B8: each operation; results carry sf__Id, sf__Created, sf__Error."""
    first, second = made(client, mark, 2)
    text = f"Id,Phone\n{first},7\n{first[:-6]}zzzAAA,8\n"
    info = ingest(client, text, operation="update")
    assert (info["numberRecordsProcessed"], info["numberRecordsFailed"]) == (2, 1)
    (failed,) = table(client, info["id"], "failedResults")
    assert failed["sf__Error"]
    assert failed["Phone"] == "8"
    (done,) = table(client, info["id"], "successfulResults")
    assert (done["sf__Id"], done["sf__Created"]) == (first, "false")
    text = f"Id,Phone\n{second},9\n"
    info = ingest(client, text, operation="upsert", externalIdFieldName="Id")
    assert info["externalIdFieldName"] == "Id"
    assert table(client, info["id"], "successfulResults")[0]["sf__Created"] == "false"
    info = ingest(client, f"Id\n{first}\n{second}\n", operation="delete")
    assert info["numberRecordsFailed"] == 0
    soql = f"SELECT IsDeleted FROM Account WHERE Name LIKE '{mark}%'"
    assert client.get("query", params={"q": soql}).json()["totalSize"] == 0
    assert client.get("queryAll", params={"q": soql}).json()["totalSize"] == 2


def test_a_hard_delete_leaves_nothing_to_query_all(client, mark):
    """B8: hardDelete; B9 and D: such records vanish from queryAll."""
    (one,) = made(client, mark, 1)
    info = ingest(client, f"Id\n{one}\n", operation="hardDelete")
    assert (info["numberRecordsProcessed"], info["numberRecordsFailed"]) == (1, 0)
    soql = f"SELECT Id FROM Account WHERE Id = '{one}'"
    assert client.get("queryAll", params={"q": soql}).json()["totalSize"] == 0


def test_a_job_in_one_request(client, mark):
    """B8: multipart: part `job` (JSON) and part `content` (CSV); the job is handed over at once."""
    job = {"object": "Account", "operation": "insert", "contentType": "CSV"}
    answer = client.post(
        "jobs/ingest",
        files={
            "job": (None, json.dumps(job), "application/json"),
            "content": ("content", f"Name\n{mark}\n", "text/csv"),
        },
    )
    assert answer.status_code == 200
    assert answer.json()["state"] == "UploadComplete"
    info = finished(client, "ingest", answer.json()["id"])
    assert (info["numberRecordsProcessed"], info["numberRecordsFailed"]) == (1, 0)


def test_an_open_job_is_aborted_and_deleted(client):
    """B8: PATCH Aborted; DELETE 204; then it is not there."""
    wanted = {"object": "Account", "operation": "insert"}
    info = client.post("jobs/ingest", json=wanted).json()
    assert info["state"] == "Open"
    assert info["contentUrl"].endswith(f"/jobs/ingest/{info['id']}/batches")
    aborted = client.patch(f"jobs/ingest/{info['id']}", json={"state": "Aborted"})
    assert (aborted.status_code, aborted.json()["state"]) == (200, "Aborted")
    assert client.delete(f"jobs/ingest/{info['id']}").status_code == 204
    assert client.get(f"jobs/ingest/{info['id']}").status_code == 404


def test_all_jobs_are_listed(client):
    """B8: done, nextRecordsUrl, records."""
    query(client, "SELECT Id FROM Account LIMIT 1")
    for kind in ("query", "ingest"):
        listed = client.get(f"jobs/{kind}").json()
        assert listed.keys() == {"done", "nextRecordsUrl", "records"}
    first = client.get("jobs/query").json()["records"][0]
    assert {"id", "operation", "object", "state", "jobType"} <= first.keys()


@pytest.mark.parametrize(
    "soql",
    [
        "SELECT count() FROM Account",
        "SELECT Industry, COUNT(Id) FROM Account GROUP BY Industry",
        "SELECT Id FROM Account LIMIT 10 OFFSET 5",
        "SELECT Id, (SELECT Id FROM Contacts) FROM Account",
        "SELECT BillingAddress FROM Account",
        "SELECT Nope FROM Account",
    ],
)
def test_queries_that_a_job_can_not_run(client, soql):
    """B8: no aggregates, OFFSET, subqueries, compound fields."""
    answer = client.post("jobs/query", json={"operation": "query", "query": soql})
    assert answer.status_code == 400
    assert answer.json()[0]["errorCode"]


@pytest.mark.parametrize(
    "wanted",
    [
        {"object": "Account", "operation": "merge"},
        {"object": "Nope", "operation": "insert"},
        {"object": "Account", "operation": "upsert"},
        {"object": "Account", "operation": "insert", "columnDelimiter": "DOT"},
    ],
)
def test_ingest_jobs_that_can_not_be(client, wanted):
    """B8: operation, object, external id and delimiter are checked at creation."""
    answer = client.post("jobs/ingest", json=wanted)
    assert answer.status_code == 400
    assert answer.json()[0]["errorCode"]


def test_a_delete_job_may_hold_ids_alone(client, mark):
    """B8: the delete CSV must contain only Id; nothing is tried, all is unprocessed."""
    (one,) = made(client, mark, 1)
    info = ingest(client, f"Id,Name\n{one},x\n", operation="delete")
    assert (info["state"], info["numberRecordsProcessed"]) == ("Failed", 0)
    for spelling in ("unprocessedrecords", "unprocessedRecords"):
        (left,) = table(client, info["id"], spelling)
        assert left == {"Id": one, "Name": "x"}
