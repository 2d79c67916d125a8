"""K17: a company that keeps no work centres is promised by lead time alone, and says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest


@pytest.fixture(scope="module")
def company(build_company: Callable[..., Any], wire: Any) -> Any:
    w = wire
    records = {
        **w.customer(),
        "sap_b1/Warehouses": [w.warehouse()],
        "sap_b1/Items": [
            w.item("MADE", made=True, stock=3, LeadTime=12) | {"LeadTime": 12},
            w.item("UNTIMED", made=True),
            w.item("PART"),
        ],
        "sap_b1/ProductTrees": [w.tree("MADE", w.part("PART", 1)), w.tree("UNTIMED")],
        "salesforce/Opportunity": [w.deal("a"), w.deal("b"), w.deal("c")],
        "salesforce/OpportunityLineItem": [
            w.deal_line("l-a", "a", "MADE", 10),
            w.deal_line("l-b", "b", "UNTIMED", 10),
        ],
        "salesforce/Product2": [w.product("MADE"), w.product("UNTIMED")],
    }
    return build_company("without_work_centres", records)


def test_k17_lead_time_only_and_capacity_not_checked(company: Any) -> None:
    # 3 on hand; for 7 the part takes 10 days, then its own 12, one to the customer: 24 September
    assert company.one(
        "select from_stock_qty, to_make_qty, to_buy_qty, delivered_date, is_capacity_checked,"
        " binding_kind from marts.fct_promise_line"
        " where line_item_id = 'l-a' and mode = 'alone'"
    ) == (3, 7, 0, date(2025, 9, 24), False, "material")
    assert company.one(
        "select split_text from marts.fct_promise_line"
        " where line_item_id = 'l-a' and mode = 'alone'"
    ) == ("2025-09-02: 3\n2025-09-24: 7",)


def test_k17_without_a_lead_time_there_is_a_reason(company: Any) -> None:
    assert company.one(
        "select status, reason_code from marts.fct_promise_deal"
        " where opportunity_id = 'b' and mode = 'alone'"
    ) == ("unplaced", "NO_BOM")


def test_a_deal_without_lines_says_so(company: Any) -> None:
    assert company.one(
        "select status, reason_code, delivered_date from marts.fct_promise_deal"
        " where opportunity_id = 'c' and mode = 'queue'"
    ) == ("no_lines", "NO_LINES", None)
