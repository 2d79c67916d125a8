"""An owner is told once: a task on the deal in the CRM, and an alert at the configured address."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from small_crm import deal_id

from sandbox.salesforce.keys import make_id

OWNER = make_id("005", 1)


def slip(number: int, **fields: Any) -> dict[str, Any]:
    """Order 7 of deal N comes two days later than the CRM says."""
    return {
        "news_key": f"{deal_id(number)}|20250901T060000|slip",
        "kind": "slip",
        "told_object": "Opportunity",
        "order_number": "7",
        "order_status": "Ordered",
        "told_order_status": "Ordered",
        "expected_date": date(2025, 10, 3),
        "told_expected_date": date(2025, 10, 1),
        "WhatId": deal_id(number),
        "OwnerId": OWNER,
        "Subject": f"Order 7 of deal {number} slips",
        "Description": "Work centre W binds.",
        "ActivityDate": date(2025, 9, 1),
        "Priority": "High",
        "Status": "Not Started",
        **fields,
    }


class Received(BaseHTTPRequestHandler):
    """Keeps each message; answers 302 to whoever asks for /elsewhere."""

    messages: list[dict[str, Any]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.messages.append(json.loads(body))
        self.send_response(302 if self.path == "/elsewhere" else 200)
        self.send_header("Location", "http://169.254.169.254/latest")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """An address that takes JSON, and what it was sent."""
    handler = type("Handler", (Received,), {"messages": []})
    server = HTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", handler.messages
    server.shutdown()
    server.server_close()


def tasks(crm) -> list[dict[str, Any]]:
    journal = crm.servers.context("salesforce").state.journal(0, "commit")
    return [entry.detail for entry in journal if entry.detail["object"] == "Task"]


def test_each_piece_of_news_is_one_task_and_one_alert_and_then_nothing(crm, answer, webhook):
    address, messages = webhook
    crm.publish([answer(1), answer(2)], news=[slip(1), slip(2)])
    told = crm.write_back(run_id="first", alert_url=address)
    assert told.news == 2 and told.counts == {"written": 6}
    again = crm.write_back(run_id="again", alert_url=address)
    assert (again.news, again.counts) == (0, {})

    created = tasks(crm)
    assert len(created) == 2
    assert created[0]["fields"]["WhatId"] == [None, deal_id(1)]
    assert created[0]["fields"]["Subject"] == [None, "Order 7 of deal 1 slips"]
    assert messages[0] == {
        "kind": "slip", "object": "Opportunity", "record": deal_id(1), "order": "7",
        "status": "Ordered", "status_before": "Ordered", "expected": "2025-10-03",
        "expected_before": "2025-10-01",
    }  # fmt: skip
    assert len(messages) == 2, "no owner's name, no words of a source (S20)"


def test_a_task_whose_answer_was_lost_is_looked_for_and_not_created_twice(crm, answer):
    crm.publish([answer(1)], news=[slip(1)])
    crm.servers.context("salesforce").faults.plan(
        "drop_after", method="POST", path="/composite/sobjects"
    )
    assert crm.write_back(run_id="lost").counts == {"written": 1, "unknown": 1}
    crm.publish([answer(1)])
    assert crm.write_back(run_id="next").news == 0
    assert len(tasks(crm)) == 1
    assert crm.outcomes() == {"written": 2}


def test_a_task_that_did_not_arrive_is_created_by_the_next_run_though_the_news_is_over(crm, answer):
    crm.publish([answer(1)], news=[slip(1)])
    crm.servers.context("salesforce").faults.plan(
        "drop_before", method="POST", path="/composite/sobjects"
    )
    assert crm.write_back(run_id="lost").counts == {"written": 1, "unknown": 1}
    crm.publish([answer(1)])
    assert crm.write_back(run_id="next").news == 1
    assert len(tasks(crm)) == 1


def test_s20_an_alert_is_not_led_elsewhere(crm, answer, webhook):
    address, messages = webhook
    crm.publish([answer(1)], news=[slip(1)])
    crm.write_back(run_id="led", alert_url=f"{address}/elsewhere")
    assert len(messages) == 1
    ((outcome, message),) = crm.ledger("select outcome, message from write where object = 'alert'")
    assert outcome == "refused" and "redirects to" in message
    assert "/elsewhere" not in message, "the address is a secret (S1)"
