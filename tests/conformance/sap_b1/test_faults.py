"""Faults asked for through the control address, and the journal that says what really happened."""

from __future__ import annotations

import os

import httpx
import pytest

pytestmark = pytest.mark.skipif("PROMESA_CONFORMANCE_SAP_B1" in os.environ, reason="plans faults")

ORDER = {"CardCode": "C10", "DocumentLines": [{"ItemCode": "A-100", "Quantity": 1, "UnitPrice": 1}]}


def test_F6_the_session_expires_in_the_middle_of_paging(small):
    small.plan("expired_session", path="/Orders", skip=1)
    with small.client() as client:
        page = client.get("Orders").json()
        answer = client.get(page["@odata.nextLink"])
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "301")
        assert client.get(page["@odata.nextLink"]).status_code == 401
        client.post("Login", json=small.credentials)
        assert client.get(page["@odata.nextLink"]).json()["value"][0]["DocEntry"] == 21


def test_F3_a_503_page_is_html_not_json(small):
    small.plan("status", path="/Items", options={"status": 503})
    with small.client() as client:
        answer = client.get("Items")
        assert answer.status_code == 503
        assert answer.headers["Content-Type"].startswith("text/html")
        assert client.get("Items").status_code == 200


def test_F2_a_body_that_is_cut(small):
    small.plan("cut_body", path="/Orders")
    with small.client() as client:
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            client.get("Orders")
        assert len(client.get("Orders").json()["value"]) == 20


def test_F15_the_sites_own_validation_is_1116_and_leaves_nothing(small):
    small.plan("row_failure", method="POST", path="/Orders", options={"text": "(1) not for you"})
    with small.client() as client:
        answer = client.post("Orders", json=ORDER)
        assert (answer.status_code, answer.json()["error"]) == (
            400,
            {"code": "-1116", "message": "(1) not for you"},
        )
        assert client.get("Orders/$count").text == "45"
        assert client.post("Orders", json=ORDER).status_code == 201


def test_F19_a_document_kept_as_a_draft_answers_2028(small):
    small.plan("row_failure", method="POST", path="/Orders", options={"as": "draft"})
    with small.client() as client:
        answer = client.post("Orders", json=ORDER)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "-2028")
        assert client.get("Orders/$count").text == "45"
        draft = client.get("Drafts").json()["value"][0]
        assert (draft["AuthorizationStatus"], draft["DocObjectCode"]) == ("dasPending", "oOrders")
        assert client.get("BusinessPartners('C10')").json()["OpenOrdersBalance"] == 0.0


def test_F18_a_lost_answer_was_done_all_the_same(small):
    small.plan("drop_after", method="POST", path="/Orders")
    with small.client() as client:
        with pytest.raises(httpx.TransportError):
            client.post("Orders", json=ORDER)
        assert client.get("Orders/$count").text == "46"


def test_F22_the_journal_names_each_commit_with_its_request_and_user(small):
    with small.client() as client:
        client.post("Orders", json=ORDER)
    commits = small.journal("commit")
    assert [(c["detail"]["object"], c["detail"]["operation"]) for c in commits] == [
        ("Orders", "create"),
        ("Items", "follow"),
        ("BusinessPartners", "follow"),
    ]
    assert {commit["user"] for commit in commits} == {small.credentials["UserName"]}
    requests = {entry["sequence"]: entry["detail"] for entry in small.journal("request")}
    assert {requests[commit["request"]]["path"] for commit in commits} == {"/b1s/v2/Orders"}
    assert set(commits[1]["detail"]["fields"]) == {
        "ItemWarehouseInfoCollection",
        "QuantityOrderedByCustomers",
    }


def test_F15_a_refused_write_commits_nothing(small):
    rows = [
        {"ItemCode": "A-100", "Quantity": 1, "UnitPrice": 1},
        {"ItemCode": "A-100", "Quantity": 9999, "UnitPrice": 1},
    ]
    with small.client() as client:
        body = {"CardCode": "C10", "DocumentLines": rows}
        assert client.post("DeliveryNotes", json=body).status_code == 400
        assert client.get("Items('A-100')").json()["QuantityOnStock"] == 500.0
    assert small.journal("commit") == []


# -- what the network and the balancer do ------------------------------------------------------


@pytest.fixture
def faulty(shared):
    """A server whose faults are forgotten afterwards."""
    yield shared
    shared.clear_faults()


@pytest.mark.parametrize(
    ("options", "retry_after", "kind"),
    [
        ({"status": 429}, None, "text/html"),
        ({"status": 429, "retry_after": 7}, "7", "text/html"),
        ({"status": 503, "retry_after": "Mon, 01 Sep 2025 06:01:00 GMT"}, "Mon, 01", "text/html"),
        ({"status": 502}, None, "text/html"),
        ({"status": 200, "body": "<html>sign in</html>"}, None, "text/html"),
        (
            {"status": 500, "body": "{", "content_type": "application/json"},
            None,
            "application/json",
        ),
    ],
)
def test_F3_another_answer_in_place_of_the_real_one(faulty, options, retry_after, kind):
    faulty.plan("status", path="/Items", options=options)
    with faulty.client() as client:
        answer = client.get("Items?$top=1")
        assert answer.status_code == options["status"]
        assert answer.headers["Content-Type"].startswith(kind)
        if retry_after is None:
            assert "Retry-After" not in answer.headers
        else:
            assert answer.headers["Retry-After"].startswith(retry_after)
        assert client.get("Items?$top=1").json()["value"]


def test_F1_a_slow_answer_is_late_and_whole(faulty):
    faulty.plan("slow", path="/Currencies", options={"seconds": 0.3})
    with faulty.client() as client:
        with pytest.raises(httpx.ReadTimeout):
            client.get("Currencies", timeout=0.1)
        assert len(client.get("Currencies").json()["value"]) == 2


def test_F18_a_connection_dropped_before_did_nothing(faulty):
    faulty.plan("drop_before", method="POST", path="/Items")
    with faulty.client() as client:
        with pytest.raises(httpx.TransportError):
            client.post("Items", json={"ItemCode": "DROPPED"})
        assert client.get("Items('DROPPED')").status_code == 404


# -- rows that move, repeat, come late ---------------------------------------------------------


@pytest.mark.parametrize(("by", "missing", "twice"), [(2, [21, 22], []), (-3, [], [18, 19, 20])])
def test_F9_rows_shift_between_pages(faulty, by, missing, twice):
    faulty.plan("shifted_rows", path="/Orders", skip=1, options={"by": by})
    with faulty.client() as client:
        page = client.get("Orders?$orderby=DocEntry&$select=DocEntry").json()
        seen = [row["DocEntry"] for row in page["value"]]
        page = client.get(page["@odata.nextLink"]).json()
        seen += [row["DocEntry"] for row in page["value"]]
    assert [entry for entry in range(1, max(seen)) if entry not in seen] == missing
    assert sorted(entry for entry in set(seen) if seen.count(entry) > 1) == twice


def test_F12_rows_of_a_page_come_twice_and_again_the_same_by_seed(faulty):
    def page():
        faulty.plan("duplicate_rows", path="/Orders", seed=5, options={"share": 0.3})
        with faulty.client() as client:
            rows = client.get("Orders?$select=DocEntry").json()["value"]
        return [row["DocEntry"] for row in rows]

    first = page()
    assert sorted(set(first)) == list(range(1, 21))
    assert 20 < len(first) < 40
    assert page() == first


@pytest.mark.parametrize(("seconds", "stamp"), [(3600, "07:0"), (-3600, "09:0")])
def test_F9_a_commit_is_stamped_below_the_cursor_or_ahead_of_the_clock(faulty, seconds, stamp):
    """08:0x in Madrid; an hour late it lies below a cursor that was read in between."""
    faulty.plan("late_commit", method="PATCH", options={"seconds": seconds})
    with faulty.client() as client:
        assert client.patch("Items('R-1')", json={"ItemName": "late"}).status_code == 204
        item = client.get("Items('R-1')").json()
        assert (item["UpdateDate"][:10], item["UpdateTime"][:4]) == ("2025-09-01", stamp)
        client.patch("Items('R-1')", json={"ItemName": "on time"})
        assert client.get("Items('R-1')").json()["UpdateTime"].startswith("08:0")


# -- writes that fail in part ------------------------------------------------------------------


@pytest.mark.parametrize("dialect", ["v1", "v2"])
def test_F17_one_operation_of_a_change_set_fails_and_none_is_done(faulty, dialect):
    faulty.plan("row_failure", path="batch", options={"rows": [1], "text": "(7) not this one"})
    operations = "".join(
        f"--c\nContent-Type: application/http\nContent-ID: {number}\n\n"
        f'POST Items\n\n{{"ItemCode": "PART{number}"}}\n\n'
        for number in range(3)
    )
    body = f"--b\nContent-Type: multipart/mixed;boundary=c\n\n{operations}--c--\n--b--\n"
    headers = {"Content-Type": "multipart/mixed;boundary=b"}
    with faulty.client(dialect) as client:
        answer = client.post("$batch", content=body, headers=headers)
        assert answer.text.count("HTTP/1.1 ") == 1
        assert "HTTP/1.1 400 Bad Request" in answer.text
        assert "(7) not this one" in answer.text
        for number in range(3):
            assert client.get(f"Items('PART{number}')").status_code == 404
        again = client.post("$batch", content=body, headers=headers)
        assert again.text.count("HTTP/1.1 201 Created") == 3
        for number in range(3):
            client.delete(f"Items('PART{number}')")


# -- a schema that changes ---------------------------------------------------------------------


def test_F10_a_property_is_added_removed_or_retyped_from_one_request_on(restartable):
    server = restartable()
    for field, change in (("PRM_New", "added"), ("Comments", "removed"), ("DocTotal", "retyped")):
        server.plan(
            "schema_change",
            path="/Currencies",
            options={"object": "Orders", "field": field, "change": change},
        )
    with server.client("v1") as client:
        before = client.get("Orders(4)").json()
        assert (before["Comments"], before["DocTotal"]) == ("note 4", 48.4)
        for _ in range(3):  # of one kind, one fault a request
            client.get("Currencies")
        after = client.get("Orders(4)").json()
        assert set(before) - set(after) == {"Comments"}
        assert set(after) - set(before) == {"PRM_New"}
        assert (after["PRM_New"], after["DocTotal"]) == (None, "48.4")
        gone = client.get("Orders?$select=Comments")
        assert gone.json()["error"]["message"]["value"] == (
            "Property 'Comments' of 'Document' is invalid"
        )
        assert client.get("Orders?$filter=Comments eq 'x'").status_code == 400
        refused = client.patch("Orders(4)", json={"Comments": "x"})
        assert (refused.status_code, refused.json()["error"]["code"]) == (400, -1000)
        metadata = client.get("$metadata").text
        document = metadata.partition('<EntityType Name="Document"')[2].partition("</EntityType>")[
            0
        ]
        assert 'Name="Comments"' not in document
        assert '<Property Name="PRM_New" Type="Edm.String" />' in document
        assert '<Property Name="DocTotal" Type="Edm.String" />' in document
    server.stop()
    again = restartable()
    with again.client("v2") as client:
        assert "Comments" not in client.get("Orders(4)").json()
    again.stop()
