"""What changed, what was deleted, how much is left (B7, B9)."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest


@pytest.fixture(scope="module")
def now(client):
    """The server's own time."""
    return parsedate_to_datetime(client.get("limits").headers["Date"]).astimezone(UTC)


def window(client, what, start, end):
    form = "%Y-%m-%dT%H:%M:%S+00:00"
    params = {"start": start.strftime(form), "end": end.strftime(form)}
    return client.get(f"sobjects/Account/{what}", params=params)


def test_changed_and_deleted_ids_of_a_window(client, now):
    """B9: ids and latestDateCovered; deletedRecords with id and deletedDate."""
    kept = client.post("sobjects/Account", json={"Name": str(uuid.uuid4())}).json()["id"]
    gone = client.post("sobjects/Account", json={"Name": str(uuid.uuid4())}).json()["id"]
    client.delete(f"sobjects/Account/{gone}")
    start, end = now - timedelta(minutes=5), now + timedelta(minutes=5)
    changed = window(client, "updated", start, end).json()
    assert changed.keys() == {"ids", "latestDateCovered"}
    assert kept in changed["ids"]
    assert gone not in changed["ids"]
    deleted = window(client, "deleted", start, end).json()
    assert deleted.keys() == {"deletedRecords", "earliestDateAvailable", "latestDateCovered"}
    by_id = {one["id"]: one["deletedDate"] for one in deleted["deletedRecords"]}
    assert gone in by_id
    assert kept not in by_id
    earliest = datetime.fromisoformat(deleted["earliestDateAvailable"])
    assert timedelta(days=14) < now - earliest < timedelta(days=16)
    client.delete(f"sobjects/Account/{kept}")


@pytest.mark.parametrize(("what", "days"), [("deleted", 15), ("updated", 30)])
def test_a_window_reaches_only_so_far_back(client, now, what, days):
    """B9: 15 days for deleted, 30 for updated; start before end."""
    too_old = now - timedelta(days=days, hours=1)
    for start, end in ((too_old, now), (now, now - timedelta(hours=1))):
        answer = window(client, what, start, end)
        assert answer.status_code == 400
        assert answer.json()[0]["errorCode"] == "INVALID_REPLICATION_DATE"
    assert window(client, what, now - timedelta(days=days - 1), now).status_code == 200


def test_history_has_no_feed(client, now):
    """B9, B4: an object without SystemModstamp is not replicated."""
    form = {"start": "2025-08-31T00:00:00Z", "end": "2025-09-01T00:00:00Z"}
    answer = client.get("sobjects/OpportunityFieldHistory/updated", params=form)
    assert answer.status_code == 400


def test_limits_have_a_most_and_a_rest(client):
    """B7: Max and Remaining of each; each answer tells the day's use."""
    answer = client.get("limits")
    for name in ("DailyApiRequests", "DailyBulkApiBatches", "DailyBulkV2QueryJobs"):
        assert answer.json()[name].keys() >= {"Max", "Remaining"}
        assert 0 <= answer.json()[name]["Remaining"] <= answer.json()[name]["Max"]


@pytest.mark.parametrize(
    "path", ["limits", "sobjects", "sobjects/Nope", "query?q=SELECT+Id+FROM+Account+LIMIT+1"]
)
def test_every_answer_tells_the_use(client, path):
    """B6: Sforce-Limit-Info, on errors as well; no Retry-After, no X-RateLimit."""
    answer = client.get(path)
    assert re.fullmatch(r"api-usage=\d+/\d+", answer.headers["Sforce-Limit-Info"])
    assert not {"Retry-After", "X-RateLimit-Limit"} & answer.headers.keys()
    assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"


def test_use_counts_up(client):
    """B7: one more for each request."""

    def used():
        info = client.get("limits").headers["Sforce-Limit-Info"]
        return int(re.search(r"=(\d+)/", info)[1])

    first = used()
    assert used() > first


def test_numbers_of_records(client):
    """B7: count and name; objects without records may be left out."""
    found = client.get("limits/recordCount", params={"sObjects": "User,Account"}).json()["sObjects"]
    assert all(one.keys() == {"count", "name"} for one in found)
    assert "User" in {one["name"] for one in found}


def test_describes_answer_304_until_something_changes(client):
    """B4: If-Modified-Since, with ETag and Last-Modified."""
    for path in ("sobjects", "sobjects/Account/describe"):
        first = client.get(path)
        since = {"If-Modified-Since": first.headers["Last-Modified"]}
        again = client.get(path, headers=since)
        assert (again.status_code, again.content) == (304, b"")
        old = {"If-Modified-Since": "Thu, 01 Jan 2015 00:00:00 GMT"}
        assert client.get(path, headers=old).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "nothing", 404, "NOT_FOUND"),
        ("GET", "sobjects/Nope/describe", 404, "NOT_FOUND"),
        ("GET", "sobjects/Account/001zzzzzzzzzzzzAAA", 404, "NOT_FOUND"),
        ("PUT", "sobjects/Account", 405, "METHOD_NOT_ALLOWED"),
        ("POST", "limits", 405, "METHOD_NOT_ALLOWED"),
        ("GET", "query", 400, "MALFORMED_QUERY"),
    ],
)
def test_errors_are_arrays(client, method, path, status, code):
    """B6: the body is an array of message and errorCode."""
    answer = client.request(method, path)
    assert answer.status_code == status
    (error,) = answer.json()
    assert error["errorCode"] == code
    assert error["message"]


def test_without_a_session_nothing_is_told(org):
    """B6: 401 INVALID_SESSION_ID."""
    with org.client(Authorization="Bearer no") as stranger:
        for path in ("limits", "sobjects", "query?q=SELECT+Id+FROM+Account"):
            answer = stranger.get(path)
            assert answer.status_code == 401
            assert answer.json() == [
                {"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}
            ]
