"""Faults asked for through the control address, and the journal that says what really happened."""

from __future__ import annotations

import os

import httpx
import pytest

pytestmark = pytest.mark.skipif("SAP_B1_URL" in os.environ, reason="plans faults")

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


def test_the_journal_names_each_commit_with_its_request_and_user(small):
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


def test_a_refused_write_commits_nothing(small):
    rows = [
        {"ItemCode": "A-100", "Quantity": 1, "UnitPrice": 1},
        {"ItemCode": "A-100", "Quantity": 9999, "UnitPrice": 1},
    ]
    with small.client() as client:
        body = {"CardCode": "C10", "DocumentLines": rows}
        assert client.post("DeliveryNotes", json=body).status_code == 400
        assert client.get("Items('A-100')").json()["QuantityOnStock"] == 500.0
    assert small.journal("commit") == []
