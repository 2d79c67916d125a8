"""K28: the engine asked again as of the evening before an order, and how often it was right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from dagster_project.warehouse import DataFolder, Replayed, Transform, replay_days

AS_OF = datetime(2025, 9, 1, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def replayed(build_company: Callable[..., Any], wire: Any) -> Any:
    """80 of A were in stock on 19 August, and two orders of the 20th wanted them by the 25th.

    60 left on the 22nd and 40 on the 31st, after 50 were bought that nobody had ordered on the
    19th: 30 are in stock on 1 September. A third order of the day is for what is no stock; a fourth
    has not been delivered and is not due.
    """
    w = wire

    def closed(entry: int, qty: float) -> Any:
        return w.document(
            entry,
            w.line("A", qty, "2025-08-25", left=0, LineStatus="bost_Close",
                   RequiredDate="2025-08-25T00:00:00Z"),
            DocumentStatus="bost_Close", ClosingDate="2025-08-31T00:00:00Z",
        )  # fmt: skip

    def left(entry: int, order: int, qty: float, day: str) -> Any:
        line = w.line("A", qty, BaseType=17, BaseEntry=order, BaseLine=0)
        return w.document(entry, line, DocDate=f"{day}T00:00:00Z")

    records = {
        **w.customer(),
        "sap_b1/Warehouses": [w.warehouse()],
        "sap_b1/Items": [w.item("A", stock=30), w.item("SERVICE", InventoryItem="tNO")],
        "sap_b1/Orders": [
            closed(1, 60),
            closed(2, 40),
            w.document(3, w.line("SERVICE", 1)),
            w.document(4, w.line("A", 5, "2025-09-20", RequiredDate="2025-09-20T00:00:00Z")),
        ],
        "sap_b1/DeliveryNotes": [left(11, 1, 60, "2025-08-22"), left(12, 2, 40, "2025-08-31")],
        "sap_b1/PurchaseOrders": [
            w.document(21, w.line("A", 50, "2025-08-30", left=0, LineStatus="bost_Close"),
                       DocDate="2025-08-21T00:00:00Z", DocumentStatus="bost_Close",
                       ClosingDate="2025-08-30T00:00:00Z"),
        ],
        "sap_b1/PurchaseDeliveryNotes": [
            w.document(22, w.line("A", 50, BaseType=22, BaseEntry=21, BaseLine=0),
                       DocDate="2025-08-30T00:00:00Z"),
        ],
    }  # fmt: skip
    company = build_company("replayed", records, placed=False, select=["+int_replay_question"])
    company.close()
    transform = Transform(DataFolder(company.folder), AS_OF)
    asked = [replay_days(transform, "Europe/Madrid", days) for days in (1, 1)]
    transform.build(select=["+fct_promise_record"], with_tests=False)
    return asked, type(company)(company.folder)


def test_k28_a_day_is_asked_once(replayed: Any) -> None:
    asked, company = replayed
    assert asked == [Replayed(1, 3), Replayed(0, 0)]
    assert company.one("select count(*) from marts.fct_promise_replay") == (3,)
    assert not (company.folder / "made" / "past").exists()


def test_k28_the_engine_knows_the_evening_before_and_promises_nothing_twice(replayed: Any) -> None:
    """60 of 80 go to the first order; the second waits ten days for 20, and a day on the way."""
    _, company = replayed
    found = company.rows(
        "select sales_order_line_id, asked_as_of_date, alone_date, queue_date, promised_date, grade"
        " from marts.fct_promise_replay order by 1"
    )
    evening = date(2025, 8, 19)
    assert found == [
        ("SO-1-0", evening, date(2025, 8, 20), date(2025, 8, 20), date(2025, 8, 25), "rebuilt"),
        ("SO-2-0", evening, date(2025, 8, 20), date(2025, 8, 30), date(2025, 8, 30), "rebuilt"),
        ("SO-4-0", evening, date(2025, 8, 20), date(2025, 8, 30), date(2025, 9, 20), "rebuilt"),
    ]


def test_k28_right_is_what_was_there_by_the_day_that_would_have_been_promised(
    replayed: Any,
) -> None:
    """The first order was there two days early, the second two days late; the fourth is open."""
    _, company = replayed
    found = company.rows(
        "select sales_order_line_id, delivered_date, error_days, is_hit"
        " from marts.fct_promise_replay order by 1"
    )
    assert found == [
        ("SO-1-0", date(2025, 8, 23), -2, 1),
        ("SO-2-0", date(2025, 9, 1), 2, 0),
        ("SO-4-0", None, None, None),
    ]
    record = company.one(
        "select record_level, hit_count, line_count, item_line_count from marts.fct_promise_record"
        " where item_code = 'A'"
    )
    assert record == ("plant", 1, 2, 2)
