"""K25-K28 and B10: what was promised first, what counts as delivered, what a day could know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

Record = dict[str, Any]
DELIVERY = ["+fct_promise_ledger", "+fct_promise_accuracy"]


def day(text: str) -> str:
    """A day as the Service Layer writes it."""
    return f"{text}T00:00:00Z"


def order(w: Any, entry: int, qty: float, promised: str, *, customer: str = "C1",
          left: float = 0, closed: str = "2025-07-14", **fields: object) -> Record:  # fmt: skip
    """A sales order of 20 June over one line."""
    line = {"left": left, "LineStatus": "bost_Open" if left else "bost_Close"}
    line |= {k: fields.pop(k) for k in ("FreeText", "RequiredDate", "BaseType", "BaseEntry",
                                        "BaseLine") if k in fields}  # fmt: skip
    return w.document(
        entry, w.line("A", qty, promised, **line), CardCode=customer, DocDate=day("2025-06-20"),
        DocumentStatus=line["LineStatus"], ClosingDate=None if left else day(closed),
        **fields,
    )  # fmt: skip


def delivered(w: Any, entry: int, base: int, qty: float, left_on: str, arrived: str | None = None,
              *, customer: str = "C1", **fields: object) -> Record:  # fmt: skip
    """A delivery note of one order line."""
    return w.document(
        entry,
        w.line("A", qty, BaseType=17, BaseEntry=base, BaseLine=0,
               ActualDeliveryDate=day(arrived) if arrived else None),
        CardCode=customer, DocDate=day(left_on), **fields,
    )  # fmt: skip


@pytest.fixture(scope="module")
def company(build_company: Callable[..., Any], wire: Any) -> Any:
    """Orders of one item, each a case; one calendar day from our door by the general policy."""
    w = wire
    records = {
        "sap_b1/BusinessPartners": [
            {"CardCode": code, "CardName": code, "CardType": "cCustomer"}
            for code in ("C1", "KEEPS")
        ],
        "sap_b1/Warehouses": [w.warehouse()],
        "sap_b1/Items": [
            w.item("A", stock=100),
            w.item("SERVICE", InventoryItem="tNO", warehouses=[]),
        ],
        "sap_b1/Quotations": [
            w.document(900, w.line("A", 40, "2025-07-10"), DocDate=day("2025-06-10")),
        ],
        "sap_b1/Orders": [
            order(w, 25, 40, "2025-07-24", customer="KEEPS",
                  BaseType=23, BaseEntry=900, BaseLine=0),
            order(w, 261, 100, "2025-07-09", customer="KEEPS"),
            order(w, 262, 100, "2025-07-09", RequiredDate=day("2025-07-05")),
            order(w, 263, 100, "2025-07-09", FreeText="Cerrada sin servir el resto"),
            order(w, 264, 100, "2025-07-09", FreeText="CANCELADO POR EL CLIENTE"),
            order(w, 265, 100, "2025-07-09", FreeText="cancelado por el cliente"),
            order(w, 266, 10, "2025-08-30", left=10),
            order(w, 267, 10, "2025-09-01", left=10),
            order(w, 268, 10, "2025-08-29", left=4),
            order(w, 27, 50, "2025-07-02", left=50),
            order(w, 271, 50, "2025-07-02", Cancelled="tYES", CancelStatus="csYes"),
            order(w, 10, 5, "0001-01-01", left=5, DocDueDate=None),
            order(w, 11, 5, "2099-01-01", left=5),
            w.document(12, w.line("SERVICE", 1), DocDate=day("2025-06-20")),
            order(w, 28, 10, "2025-09-30", closed="2025-09-03"),
        ],
        "sap_b1/DeliveryNotes": [
            delivered(w, 1, 25, 40, "2025-07-23", "2025-07-24", customer="KEEPS"),
            delivered(w, 2, 261, 100, "2025-07-07", "2025-07-10", customer="KEEPS"),
            delivered(w, 3, 262, 100, "2025-07-07"),
            delivered(w, 4, 263, 90, "2025-07-07"),
            delivered(w, 5, 264, 90, "2025-07-07"),
            delivered(w, 6, 268, 6, "2025-08-20"),
            # cancelled by a second document two days later (K27)
            delivered(w, 7, 27, 50, "2025-06-25", Cancelled="tYES", CancelStatus="csYes"),
            w.document(8, w.line("A", 50, BaseType=15, BaseEntry=7, BaseLine=0),
                       DocDate=day("2025-06-27"), CancelStatus="csCancellation"),
            delivered(w, 9, 28, 10, "2025-09-03"),
        ],
        "sap_b1/Returns": [
            w.document(31, w.line("A", 3, BaseType=15, BaseEntry=3, BaseLine=0),
                       DocDate=day("2025-07-20")),
        ],
    }  # fmt: skip
    return build_company("promises_kept", records, placed=False, select=DELIVERY)


def line(company: Any, entry: int, *columns: str) -> tuple[Any, ...]:
    """Columns of an order's only line."""
    found: tuple[Any, ...] = company.one(
        f"select {', '.join(columns)} from marts.fct_delivery_line where document_entry = ?", entry
    )
    return found


def test_k25_the_quotation_keeps_the_first_promise(company: Any) -> None:
    # quoted for 10 July; the order was overwritten with 24 July before anybody read it
    assert company.rows(
        "select promise_no, promised_date, source, known_since_at::date, slip_days, is_last"
        " from marts.fct_promise_ledger where sales_order_line_id = 'SO-25-0' order by 1"
    ) == [
        (1, date(2025, 7, 10), "quotation", date(2025, 6, 10), 0, False),
        (2, date(2025, 7, 24), "first_extraction", date(2025, 9, 1), 14, True),
    ]
    # arrived on 24 July: kept against the last promise, 14 days late against the first
    assert line(company, 25, "first_error_days", "otif_first_delivery", "otif_last_delivery") == (
        14, 0, 1,
    )  # fmt: skip


def test_k26_a_kept_arrival_gives_six_variants(company: Any) -> None:
    # left on 7 July for 9 July and arrived on 10 July
    assert line(
        company, 261, "delivered_date", "delivered_source", "otif_first_departure",
        "otif_last_departure", "otif_first_delivery", "otif_last_delivery",
    ) == (date(2025, 7, 10), "actual", 1, 1, 0, 0)  # fmt: skip


def test_k26_without_arrival_three_variants_estimated(company: Any) -> None:
    # 7 July and one day on the road: 8 July, after the 5th that was asked for, before the 9th
    assert line(
        company, 262, "delivered_date", "delivered_source", "otif_requested_departure",
        "otif_last_departure", "otif_requested_delivery", "otif_last_delivery",
    ) == (date(2025, 7, 8), "estimated", None, None, 0, 1)  # fmt: skip


def test_k26_closed_short_is_a_miss_unless_the_customer_gave_up(company: Any) -> None:
    short = ("is_closed_short", "is_closed_for_customer", "due_qty", "otif_last_delivery")
    assert line(company, 263, *short) == (True, False, 100, 0)
    assert line(company, 264, *short) == (True, True, 90, 1)
    assert line(company, 265, "exclusion_reason", "otif_last_delivery") == (
        "customer_cancelled", None,
    )  # fmt: skip


def test_k26_an_open_line_past_due_is_a_miss_and_one_due_today_is_not_decided(company: Any) -> None:
    assert line(company, 266, "otif_last_delivery", "is_past_due") == (0, True)
    assert line(company, 267, "otif_last_delivery", "is_past_due") == (None, False)
    assert line(company, 268, "otif_last_delivery", "open_qty", "delivered_qty") == (0, 4, 6)


def test_k26_a_return_spoils_perfect_and_not_on_time(company: Any) -> None:
    assert line(company, 262, "otif_last_delivery", "has_return", "is_perfect") == (1, True, 0)


def test_k27_a_cancelled_delivery_delivers_nothing(company: Any) -> None:
    assert line(company, 27, "delivered_qty", "open_qty", "is_past_due") == (0, 50, True)
    assert line(company, 271, "exclusion_reason") == ("cancelled",)


def test_b10_impossible_and_far_dates_are_left_out_and_counted(company: Any) -> None:
    assert line(company, 10, "exclusion_reason", "first_promise_date") == ("impossible_date", None)
    assert line(company, 11, "exclusion_reason", "last_promise_date") == ("impossible_date", None)
    assert company.one(
        "select impossible_date_line_count, no_goods_line_count, cancelled_line_count,"
        " customer_cancelled_line_count from marts.fct_promise_accuracy where scope_kind = 'all'"
    ) == (2, 1, 1, 1)


def test_k28_what_leaves_after_as_of_has_not_left(company: Any) -> None:
    assert line(company, 28, "delivered_qty", "open_qty", "departed_date", "grade") == (
        0, 10, None, "exact",
    )  # fmt: skip


def test_promise_accuracy_counts_hits_over_decided_lines(company: Any) -> None:
    # decided against the first promise: 25 miss, 261 miss, 262 hit, 263 miss, 264 hit, 266 miss,
    # 268 miss, 27 miss; against the last: 25 is a hit; 267 and 28 are not decided
    assert company.one(
        "select first_delivery_hit_count, first_delivery_line_count, last_delivery_hit_count,"
        " last_delivery_line_count, perfect_hit_count, perfect_line_count, undecided_line_count,"
        " counted_line_count, stable_line_count from marts.fct_promise_accuracy"
        " where scope_kind = 'all'"
    ) == (2, 8, 3, 8, 2, 8, 2, 10, 9)
    # errors of lines in full: 25: +14, 261: +1, 262: -1, 264: -1
    assert company.one(
        "select error_days_sum, error_line_count, error_p50_days from marts.fct_promise_accuracy"
        " where scope_kind = 'all'"
    ) == (13, 4, 0.0)
