"""K27, K28: on a day before the first extraction nothing later is seen and stock is unwound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture(scope="module")
def company(build_company: Callable[..., Any], wire: Any) -> Any:
    """Seen on 1 September, asked about 1 August."""
    w = wire
    records = {
        **w.customer(),
        "sap_b1/Warehouses": [w.warehouse()],
        "sap_b1/Items": [w.item("A", stock=70), w.item("M", made=True, stock=25)],
        "sap_b1/Orders": [
            w.document(1, w.line("A", 100, left=0, LineStatus="bost_Close"),
                       DocDate="2025-07-01T00:00:00Z", DocumentStatus="bost_Close",
                       ClosingDate="2025-08-20T00:00:00Z"),
            w.document(2, w.line("A", 10, left=10), DocDate="2025-08-05T00:00:00Z"),
            w.document(3, w.line("A", 7, left=7), DocDate="2025-07-05T00:00:00Z",
                       Cancelled="tYES", CancelStatus="csYes",
                       ClosingDate="2025-08-10T00:00:00Z"),
            w.document(4, w.line("A", 9, left=9), DocDate="2025-07-05T00:00:00Z",
                       Cancelled="tYES", CancelStatus="csYes",
                       ClosingDate="2025-07-20T00:00:00Z"),
        ],
        "sap_b1/DeliveryNotes": [
            w.document(5, w.line("A", 40, BaseType=17, BaseEntry=1, BaseLine=0),
                       DocDate="2025-07-20T00:00:00Z"),
            w.document(6, w.line("A", 60, BaseType=17, BaseEntry=1, BaseLine=0),
                       DocDate="2025-08-20T00:00:00Z"),
            # delivered by mistake on 25 July, cancelled by a second document on 28 July (K27)
            w.document(7, w.line("A", 5), DocDate="2025-07-25T00:00:00Z", Cancelled="tYES",
                       CancelStatus="csYes"),
            w.document(8, w.line("A", 5, BaseType=15, BaseEntry=7, BaseLine=0),
                       DocDate="2025-07-28T00:00:00Z", CancelStatus="csCancellation"),
        ],
        "sap_b1/PurchaseDeliveryNotes": [
            w.document(9, w.line("A", 30), DocDate="2025-08-22T00:00:00Z"),
        ],
        "sap_b1/ProductionOrders": [
            w.work_order(1, "M", 25, w.order_part("A", 25, 25),
                         ProductionOrderStatus="boposClosed", CompletedQuantity=25,
                         PostingDate="2025-07-10T00:00:00Z", ReleaseDate="2025-07-10T00:00:00Z",
                         ClosingDate="2025-08-15T00:00:00Z"),
        ],
        "sap_b1/InventoryGenEntries": [
            w.document(11, w.line("M", 10, BaseType=202, BaseEntry=1),
                       DocDate="2025-07-30T00:00:00Z"),
            w.document(12, w.line("M", 15, BaseType=202, BaseEntry=1),
                       DocDate="2025-08-14T00:00:00Z"),
        ],
        "salesforce/Opportunity": [
            w.deal("old", IsClosed=True, IsWon=True, StageName="Closed Won", Probability=100),
            w.deal("lost", IsClosed=True, StageName="Closed Lost", Probability=0),
            w.deal("new", CreatedDate="2025-08-10T08:00:00.000+0000"),
        ],
        "salesforce/OpportunityHistory": [
            {"Id": "h1", "OpportunityId": "old", "StageName": "Qualification", "Probability": 20,
             "CloseDate": "2025-09-15", "CreatedDate": "2025-07-15T08:00:00.000+0000"},
            {"Id": "h2", "OpportunityId": "old", "StageName": "Closed Won", "Probability": 100,
             "CloseDate": "2025-08-20", "CreatedDate": "2025-08-20T08:00:00.000+0000"},
        ],
    }  # fmt: skip
    for deal in records["salesforce/Opportunity"][:2]:
        deal["CreatedDate"] = "2025-07-15T08:00:00.000+0000"
    return build_company(
        "day_before", records, as_of="2025-08-01T06:00:00", placed=False,
        select=["+int_stock", "+int_sales_order_line", "+int_work_order", "+int_deal"],
    )  # fmt: skip


def test_k28_documents_of_later_days_are_not_seen(company: Any) -> None:
    found = company.rows(
        "select sales_order_line_id, ordered_qty, delivered_qty, open_qty"
        " from intermediate.int_sales_order_line order by 1"
    )
    assert found == [("SO-1-0", 100, 40, 60), ("SO-3-0", 7, 0, 7)]


def test_k27_k28_a_cancellation_counts_from_its_own_day_on(company: Any) -> None:
    found = company.rows(
        "select document_entry, is_live from intermediate.int_document"
        " where document_kind in ('sales_order', 'delivery_note') order by document_entry"
    )
    assert found == [
        (1, True), (2, False), (3, True), (4, False), (5, True), (6, False), (7, False), (8, False),
    ]  # fmt: skip


def test_k28_stock_is_unwound_and_labelled(company: Any) -> None:
    # A: 70 today, 60 left and 30 came since: 70 + 60 - 30 = 100; M: 25 - 15 = 10
    found = company.rows(
        "select item_code, in_stock_qty, grade from intermediate.int_stock order by item_code"
    )
    assert found == [("A", 100, "rebuilt"), ("M", 10, "rebuilt")]


def test_k28_a_work_order_closed_later_is_open(company: Any) -> None:
    assert company.one(
        "select status, completed_qty, remaining_qty from intermediate.int_work_order"
    ) == ("released", 10, 15)


def test_k28_a_deal_stands_in_the_stage_of_that_day(company: Any) -> None:
    assert company.rows(
        "select opportunity_id, sales_stage, is_closed, is_rebuilt from intermediate.int_deal"
        " order by opportunity_id"
    ) == [
        ("lost", "Closed Lost", True, False), ("old", "Qualification", False, True),
    ]  # fmt: skip
