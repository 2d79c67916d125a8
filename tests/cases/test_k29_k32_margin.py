"""K29-K32: hours that were measured or not, the work order, the bridge, cost at the quote."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

Record = dict[str, Any]
MARGIN = ["+fct_real_margin", "+fct_margin_bridge", "+fct_work_order", "+fct_work_centre_month",
          "+fct_sales_month", "+int_deal_real_margin", "+int_deal_line_margin"]  # fmt: skip


def day(text: str) -> str:
    """A day as the Service Layer writes it."""
    return f"{text}T00:00:00Z"


def made(w: Any, code: str, cost: float, **fields: object) -> Record:
    """An item that is made, with a standard cost."""
    return w.item(code, made=True, CostAccountingMethod="bis_Standard", ProdStdCost=cost,
                  AvgStdPrice=cost, **fields)  # fmt: skip


def bought(w: Any, code: str, cost: float, **fields: object) -> Record:
    """An item that is bought, with a standard cost."""
    return w.item(code, CostAccountingMethod="bis_Standard", AvgStdPrice=cost, **fields)


def sold(w: Any, entry: int, item: str, qty: float, price: float, on: str,
         order_fields: Record | None = None, **line_fields: object,
         ) -> dict[str, Record]:  # fmt: skip
    """An order, its delivery and its invoice of one line, all of one day."""
    amounts = {"LineTotal": qty * price, "Price": price, "UnitPrice": price, **line_fields}
    lots = {"BatchNumbers": amounts.pop("BatchNumbers", [])}
    return {
        "order": w.document(
            entry, w.line(item, qty, left=0, LineStatus="bost_Close", **amounts,
                          **(order_fields or {})),
            DocDate=day(on), DocumentStatus="bost_Close", ClosingDate=day(on),
        ),
        "delivery": w.document(
            entry, w.line(item, qty, left=0, BaseType=17, BaseEntry=entry, BaseLine=0, **amounts,
                          **lots),
            DocDate=day(on),
        ),
        "invoice": w.document(
            entry, w.line(item, qty, left=0, BaseType=15, BaseEntry=entry, BaseLine=0, **amounts),
            DocDate=day(on),
        ),
    }  # fmt: skip


def work(w: Any, entry: int, item: str, good: float, lines: list[Record], *, sales_order: int = 0,
         rejected: float = 0, status: str = "boposClosed", planned: float = 0,
         ) -> Record:  # fmt: skip
    """A work order of March to April 2025, closed unless said otherwise."""
    links = [{"BaseAbsEntry": sales_order, "BaseNumber": sales_order, "BaseLine": 0}]
    return w.work_order(
        entry, item, planned or good + rejected, *lines, CompletedQuantity=good,
        RejectedQuantity=rejected, ProductionOrderStatus=status,
        PostingDate=day("2025-03-10"), ReleaseDate=day("2025-03-10"), DueDate=day("2025-03-20"),
        ClosingDate=day("2025-03-24") if status == "boposClosed" else None,
        ProductionOrdersSalesOrderLines=links if sales_order else [],
    )  # fmt: skip


def used(w: Any, item: str, planned: float, issued: float, **fields: object) -> Record:
    """A component line of a work order."""
    return {**w.order_part(item, planned, issued), **fields}


def hours(w: Any, centre: str, planned: float, issued: float, *, backflush: bool = False) -> Record:
    """A work centre line of a work order."""
    method = "im_Backflush" if backflush else "im_Manual"
    return {**w.order_part(centre, planned, issued, is_work=True),
            "ProductionOrderIssueType": method}  # fmt: skip


def issued(w: Any, entry: int, work_order: int, *lines: tuple[int, str, float, float, str | None],
           ) -> Record:  # fmt: skip
    """A goods issue: (line of the work order, item, quantity, price, lot)."""
    return w.document(
        entry,
        *(
            w.line(item, qty, BaseType=202, BaseEntry=work_order, BaseLine=number, Price=price,
                   UnitPrice=price, LineTotal=qty * price, StockInmPrice=price,
                   BatchNumbers=[{"BatchNumberProperty": lot, "Quantity": qty}] if lot else [])
            for number, item, qty, price, lot in lines
        ),
        DocDate=day("2025-03-14"),
    )  # fmt: skip


@pytest.fixture(scope="module")
def company(build_company: Callable[..., Any], wire: Any) -> Any:
    """Five items, each a case; nothing is paid late, so that credit costs nothing but in one."""
    w = wire
    sales = {
        "K29-BF": sold(w, 291, "K29-BF", 100, 40, "2025-03-26", StockInmPrice=22),
        "K29-MN": sold(w, 292, "K29-MN", 100, 40, "2025-03-26", StockInmPrice=22),
        "K30-A": sold(w, 301, "K30-A", 60, 20, "2025-03-26"),
        "K30-B": sold(w, 302, "K30-B", 60, 20, "2025-03-26",
                      BatchNumbers=[{"BatchNumberProperty": "LOT-B", "Quantity": 60}]),
        "K30-C": sold(w, 303, "K30-C", 60, 20, "2025-03-26"),
        "K31": sold(w, 310, "K31", 90, 9.5, "2025-05-12",
                    {"BaseType": 23, "BaseEntry": 900, "BaseLine": 0}),
        "K32-MA": sold(w, 320, "K32-MA", 50, 9, "2025-05-19",
                       {"BaseType": 23, "BaseEntry": 901, "BaseLine": 0}, StockInmPrice=5),
        "OPEN": sold(w, 330, "OPEN", 40, 10, "2025-08-20"),
        "NOCOST": sold(w, 340, "NOCOST", 1, 100, "2025-05-19"),
    }  # fmt: skip
    per_hour = {"Cost1": 30, "Cost6": 10}
    records = {
        **w.customer(),
        "sap_b1/Warehouses": [w.warehouse()],
        "sap_b1/Resources": [
            {**w.work_centre(code), **per_hour, "Cost1": rate - 10}
            for code, rate in (("WC40", 40), ("WC20", 20))
        ],
        "sap_b1/Items": [
            made(w, "K29-BF", 22), made(w, "K29-MN", 22),
            made(w, "K30-A", 8), made(w, "K30-B", 8), made(w, "K30-C", 8),
            made(w, "K31", 6), made(w, "OPEN", 6),
            bought(w, "RAW", 2), bought(w, "STEEL", 2),
            w.item("K32-MA", CostAccountingMethod="bis_MovingAverage", AvgStdPrice=5,
                   MovingAveragePrice=5),
            w.item("NOCOST", AvgStdPrice=0),
            w.item("FREIGHT-OUT", InventoryItem="tNO", AvgStdPrice=0),
        ],
        "sap_b1/ProductTrees": [
            w.tree("K31", w.part("STEEL", 2), w.work("WC20", 0.1)),
            w.tree("OPEN", w.part("RAW", 2), w.work("WC20", 0.1)),
        ],
        "sap_b1/Quotations": [
            w.document(900, w.line("K31", 100, Price=10, UnitPrice=10, LineTotal=1000,
                                   StockInmPrice=6), DocDate=day("2025-04-01")),
            w.document(901, w.line("K32-MA", 50, Price=9, UnitPrice=9, LineTotal=450,
                                   StockInmPrice=5), DocDate=day("2025-05-05")),
        ],
        "sap_b1/Orders": [one["order"] for one in sales.values()],
        "sap_b1/DeliveryNotes": [one["delivery"] for one in sales.values()],
        "sap_b1/Invoices": [one["invoice"] for one in sales.values()],
        "sap_b1/CreditNotes": [
            # 10 of the 60 K30-A come back; for the K30-C ten euros are given, without goods
            w.document(1, w.line("K30-A", 10, BaseType=13, BaseEntry=301, BaseLine=0,
                                 LineTotal=200), DocDate=day("2025-04-10")),
            w.document(2, w.line("K30-C", 60, BaseType=13, BaseEntry=303, BaseLine=0, LineTotal=10,
                                 WithoutInventoryMovement="tYES"), DocDate=day("2025-04-10")),
        ],
        "sap_b1/ProductionOrders": [
            work(w, 291, "K29-BF", 100, [used(w, "RAW", 100, 100),
                                         hours(w, "WC40", 50, 50, backflush=True)],
                 sales_order=291),
            work(w, 292, "K29-MN", 100, [used(w, "RAW", 100, 100), hours(w, "WC40", 50, 56)],
                 sales_order=292),
            work(w, 301, "K30-A", 60, [used(w, "RAW", 60, 60), hours(w, "WC40", 9, 9.5)],
                 sales_order=301),
            work(w, 302, "K30-B", 60, [used(w, "RAW", 60, 60), hours(w, "WC40", 9, 9.5)]),
            work(w, 303, "K30-C", 60, [used(w, "RAW", 60, 60), hours(w, "WC40", 9, 9.5)]),
            work(w, 310, "K31", 90, [used(w, "STEEL", 180, 198), hours(w, "WC20", 9, 10.8)],
                 sales_order=310),
            # 100 planned, 40 done: all steel and half of the hours are in
            work(w, 330, "OPEN", 40, [used(w, "RAW", 200, 200), hours(w, "WC20", 10, 5)],
                 sales_order=330, status="boposReleased", planned=100),
        ],
        "sap_b1/InventoryGenExits": [
            issued(w, 1, 310, (0, "STEEL", 198, 2, "LOT-S"), (1, "WC20", 10.8, 21, None)),
        ],
        "sap_b1/InventoryGenEntries": [
            w.document(2, w.line("K30-B", 60, BaseType=202, BaseEntry=302,
                                 BatchNumbers=[{"BatchNumberProperty": "LOT-B", "Quantity": 60}]),
                       DocDate=day("2025-03-24")),
        ],
        "sap_b1/PurchaseDeliveryNotes": [
            w.document(1, w.line("STEEL", 198, LineTotal=415.8,
                                 BatchNumbers=[{"BatchNumberProperty": "LOT-S", "Quantity": 198}]),
                       DocDate=day("2025-03-12")),
            w.document(2, w.line("FREIGHT-OUT", 1, LineTotal=30), DocDate=day("2025-05-12"),
                       Reference2="310"),
        ],
        "salesforce/Product2": [w.product("K31")],
        "salesforce/Opportunity": [w.deal("006K31")],
        "salesforce/OpportunityLineItem": [w.deal_line("00k1", "006K31", "K31", 100)],
    }  # fmt: skip
    records["sap_b1/Orders"][5]["U_PRM_Deal"] = "006K31"
    return build_company("margins", records, placed=False, select=MARGIN)


def margin(company: Any, item: str, *columns: str) -> tuple[Any, ...]:
    """Columns of the item's only invoice line."""
    found: tuple[Any, ...] = company.one(
        f"select {', '.join(columns)} from marts.fct_real_margin where item_code = ?", item
    )
    return found


def test_k29_backflushed_hours_are_plan_times_completed(company: Any) -> None:
    # both planned 50 h at 40: one shows its plan, the other 56 h of its own
    columns = "actual_hours, measured_hours, efficiency_amount"
    rows = dict(
        (number, rest)
        for number, *rest in company.rows(
            f"select work_order_number, {columns} from marts.fct_work_order"
            " where work_order_number in (291, 292)"
        )
    )
    assert rows == {291: [50, 0, 0], 292: [56, 56, -240]}
    assert margin(company, "K29-BF", "measured_hours", "total_hours", "margin_amount") == (
        0, 50, 1800,
    )  # fmt: skip
    assert margin(company, "K29-MN", "measured_hours", "total_hours", "margin_amount") == (
        56, 56, 1560,
    )  # fmt: skip


def test_k29_all_ten_cost_fields_count_and_fixed_ones_stay_out_of_contribution(
    company: Any,
) -> None:
    # 50 h at 30 variable + 10 fixed: margin 1,800, contribution 1,800 + 500
    assert margin(company, "K29-BF", "fixed_cost_amount", "contribution_amount") == (500, 2300)


def test_k30_the_peg_order(company: Any) -> None:
    # A: the work order names the sales order; B: the delivered lot came from it; C: the average
    # of the period. Each cost 60 x 2 + 9.5 h x 40 = 500.00
    columns = ("cost_link", "linked_qty", "round(product_cost_amount / net_qty * 60, 4)")
    assert margin(company, "K30-A", *columns) == ("sales_order", 60, 500)
    assert margin(company, "K30-B", *columns) == ("lot", 60, 500)
    assert margin(company, "K30-C", *columns) == ("average", 0, 500)


def test_k30_credit_notes_are_netted_with_the_goods_or_without(company: Any) -> None:
    # A: 50 of 60 remain: 1,200 - 200 - 500 x 50/60; C: 1,200 - 10 - 500
    net = ("net_qty", "net_amount", "margin_amount")
    assert margin(company, "K30-A", *net) == (50, 1000, Decimal("583.333333"))
    assert margin(company, "K30-C", *net) == (60, 1190, 690)


def test_k30_an_open_work_order_keeps_the_rest_in_process(company: Any) -> None:
    # 200 x 2 + 5 h x 20 = 500 issued; 40 of 100 done take 80 x 2 + 4 h x 20 = 240; 260 in process
    assert company.one(
        "select total_cost_amount, wip_amount, unit_cost, is_open, is_late, days_late"
        " from marts.fct_work_order where work_order_number = 330"
    ) == (500, 260, 6, True, True, 165)


def test_k30_provisional_until_closed_and_past_the_credit_note_window(company: Any) -> None:
    assert margin(company, "OPEN", "is_provisional") == (True,)
    assert margin(company, "K31", "is_provisional") == (False,)


def test_k31_the_bridge_adds_up_to_the_cent(company: Any) -> None:
    # quoted 100 @ 10 with 2 kg x 2 + 0.1 h x 20; real 90 @ 9.50, 198 kg @ 2.10, 10.8 h @ 21, 30
    steps = company.rows(
        "select step, amount from marts.fct_margin_bridge where item_code = 'K31' order by step_no"
    )
    assert [(step, float(amount)) for step, amount in steps] == [
        ("quoted", 400.00), ("price", -45.00), ("volume", -40.00), ("purchase_price", -19.80),
        ("usage", -36.00), ("labour_rate", -10.80), ("efficiency", -36.00), ("standard", 0),
        ("rebate", 0), ("freight", -30.00), ("credit", 0), ("real", 182.40),
    ]  # fmt: skip
    assert company.one(
        "select real_margin_amount, real_margin_pct, is_provisional"
        " from intermediate.int_deal_real_margin where opportunity_id = '006K31'"
    ) == (Decimal("182.400000"), 21.3333, False)


def test_k31_every_bridge_adds_up(company: Any) -> None:
    assert company.rows(
        "select sold_line_id, sum(case kind when 'end' then -amount else amount end) as rest"
        " from marts.fct_margin_bridge group by all having rest <> 0"
    ) == []  # fmt: skip


def test_k32_a_moving_average_item_starts_from_its_cost_at_the_quote(company: Any) -> None:
    assert margin(company, "K32-MA", "cost_link", "standard_source", "quoted_margin_amount") == (
        "moving_average", "document", 200,
    )  # fmt: skip


def test_k32_without_history_the_standard_is_todays_and_says_so(company: Any) -> None:
    assert margin(company, "K30-A", "standard_source") == ("current",)


def test_k32_rebates_are_unknown_never_zero(company: Any) -> None:
    assert margin(company, "K31", "rebate_amount", "rebate_source") == (None, "unknown")


def test_an_item_without_any_cost_has_no_margin(company: Any) -> None:
    assert margin(company, "NOCOST", "is_cost_known", "margin_amount", "cost_link") == (
        False, None, "none",
    )  # fmt: skip
    assert company.rows("select 1 from marts.fct_margin_bridge where item_code = 'NOCOST'") == []


def test_a_deals_margin_is_at_todays_cost(company: Any) -> None:
    # 100 x 10 less 100 x (4 + 0.1 h x 20); of the hour, 10 of 20 are fixed
    assert company.one(
        "select full_cost_amount, variable_cost_amount, margin_amount, contribution_amount,"
        " is_cost_known from intermediate.int_deal_line_margin"
    ) == (600, 500, 400, 500, True)


def test_sales_by_month_are_net_of_credit_notes(company: Any) -> None:
    # invoiced in March: 2 x 4,000 + 3 x 1,200; credited in April: 210, of which 10 pieces at 8 back
    assert company.rows(
        "select month_start_date::varchar, line_count, net_amount, standard_margin_amount"
        " from marts.fct_sales_month where basis = 'invoiced' and month_start_date < '2025-05-01'"
        " order by 1"
    ) == [
        ("2025-03-01", 5, 11600, 11600 - 2 * 2200 - 3 * 480),
        ("2025-04-01", 2, -210, -210 + 80),
    ]


def test_hours_stand_in_the_month_they_were_reported(company: Any) -> None:
    # closed in March: 50 + 56 + 3 x 9.5 h on WC40
    assert company.one(
        "select actual_hours, measured_hours, work_order_count from marts.fct_work_centre_month"
        " where work_centre = 'WC40' and month_start_date = '2025-03-01'"
    ) == (Decimal("134.5"), Decimal("84.5"), 5)
