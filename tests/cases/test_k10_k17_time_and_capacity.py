"""K10-K17 and K24: receipts that are late or stale, work orders, and the work centre's own days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest


@pytest.fixture(scope="module")
def company(build_company: Callable[..., Any], wire: Any) -> Any:
    w = wire
    lot = {"WhsCode": "01", "DistNumber": "LOTE-1000", "SysNumber": 1, "Status": "0"}
    deals = {
        "k4": ("K4", 1000, "2025-10-01"),
        "k4more": ("K4B", 1026, "2025-10-01"),
        "k13": ("K13", 128, None),
        "k14": ("K14", 100, None),
        "k16": ("K16", 160, None),
        "k17": ("K17", 300, None),
        "k10": ("K10", 150, None),
        "bespoke": ("BESPOKE", 10, "2025-09-30"),
        "unlike": ("UNLIKE", 10, "2025-09-30"),
    }
    kept = [
        {"Id": n, "Code": code, "Warehouse": "01", "Type": kind, "Date": f"{day}T00:00:00Z",
         "Capacity": amount}
        for n, (code, kind, day, amount) in enumerate(
            [("K15-WC", "rctInternal", "2025-09-02", 8),
             ("K15-WC", "rctCommitted", "2025-09-02", 6),
             ("K15-WC", "rctConsumed", "2025-09-02", 6),
             ("K17-WC", "rctInternal", "2025-09-19", 8)]
            + [("K17-WC", "rctInternal", f"2025-09-{day:02}", 8)
               for day in (2, 3, 4, 5, 8, 9, 10, 11, 12, 15, 16, 17, 18)],
            start=1,
        )
    ]  # fmt: skip
    stage = {"WaitingDays": 0}
    records = {
        **w.customer(),
        "sap_b1/Warehouses": [w.warehouse()],
        "sap_b1/Items": [
            w.item("K4", made=True, stock=500), w.item("K4B", made=True, stock=500),
            w.item("K10", stock=40, lead=60), w.item("K10-HIST"),
            w.item("K11", made=True),
            w.item("K12-X", stock=80, ManageBatchNumbers="tYES"),
            w.item("K12-Y", stock=50, ManageBatchNumbers="tYES"),
            w.item("K13", made=True), w.item("K14", made=True), w.item("K15", made=True),
            w.item("K16", made=True), w.item("K17", made=True), w.item("K24", stock=500),
            w.item("GALV", lead=5, InventoryItem="tNO"),
            *[w.item(code, made=True, ItemsGroupCode=77) for code in ("BESPOKE", "OLD-1", "OLD-2")],
            w.item("BAR", stock=100), w.item("RING", stock=100),
            w.item("UNLIKE", made=True, ItemsGroupCode=78),
        ],
        "sap_b1/LotQuantities": [
            {**lot, "ItemCode": "K12-X", "Quantity": 80},
            {**lot, "ItemCode": "K12-Y", "Quantity": 50, "Status": "2"},
        ],
        "sap_b1/ProductTrees": [
            w.tree("K4", w.work("K4-WC", 0.32)), w.tree("K4B", w.work("K4B-WC", 0.32)),
            w.tree("K11", w.work("K11-WC", 0.5)),
            w.tree("K13", w.work("K13-WC", 1)),
            w.tree("K14", w.work("MACHINE", 0.4, StageID=1), w.work("OPERATOR", 0.2, StageID=1),
                   w.part("GALV", 1, StageID=2), w.work("FINISH", 0.08, StageID=2),
                   stages=[{**stage, "StageID": 1, "SequenceNumber": 1, "WaitingDays": 2},
                           {**stage, "StageID": 2, "SequenceNumber": 2}]),
            w.tree("K15", w.work("K15-WC", 0.1)),
            w.tree("K16", w.work("K16-WC", 1)),
            w.tree("K17", w.work("K17-WC", 1)),
            w.tree("OLD-1", w.part("BAR", 9), w.work("LATHE", 9)),
            w.tree("OLD-2", w.part("BAR", 9), w.work("LATHE", 9)),
        ],
        "sap_b1/Resources": [
            w.work_centre("K4-WC"), w.work_centre("K4B-WC"), w.work_centre("K11-WC"),
            w.work_centre("K13-WC", 64, unit="cycle"), w.work_centre("MACHINE"),
            w.work_centre("OPERATOR"), w.work_centre("FINISH"), w.work_centre("K15-WC"),
            w.work_centre("K16-WC", 64, single_run=32, unit="cycle"), w.work_centre("K17-WC"),
            w.work_centre("LATHE"),
        ],
        "sap_b1/ResourceCapacities": kept,
        "sap_b1/Holidays": [{
            "HolidayCode": "ES", "WeekendFrom": "Saturday", "WeekendTO": "Sunday",
            "SetWeekendsAsWorkDays": "tNO",
            "HolidayDates": [
                {"StartDate": f"{day}T00:00:00Z", "EndDate": f"{day}T00:00:00Z"}
                for day in ("2025-10-13", "2025-09-17")
            ],
        }],
        "sap_b1/PurchaseOrders": [
            w.document(1, w.line("K10", 400, "2021-04-15"), CardCode="S1",
                       DocDate="2021-03-01T00:00:00Z"),
            w.document(2, w.line("K10", 100, "2025-08-20"), CardCode="S1"),
            w.document(3, w.line("K10", 60, "2025-09-05"), CardCode="S1"),
            *[w.document(10 + n, w.line("K10-HIST", 1, "2025-06-02", left=0,
                                        LineStatus="bost_Close"),
                         CardCode="S1", DocDate="2025-05-01T00:00:00Z",
                         DocumentStatus="bost_Close") for n in range(3)],
        ],
        # three receipts of that supplier: 2, 4 and 9 days late; the median is 4
        "sap_b1/PurchaseDeliveryNotes": [
            w.document(10 + n, w.line("K10-HIST", 1, BaseType=22, BaseEntry=10 + n, BaseLine=0),
                       CardCode="S1", DocDate=f"2025-06-{2 + late:02}T00:00:00Z")
            for n, late in enumerate((2, 4, 9))
        ],
        "sap_b1/ProductionOrders": [
            w.work_order(1, "K11", 100, w.order_part("K11-WC", 50, 21.5, is_work=True),
                         CompletedQuantity=40, RejectedQuantity=3),
            w.work_order(2, "K15", 60, w.order_part("K15-WC", 6, is_work=True),
                         DueDate="2025-09-02T00:00:00Z"),
            w.work_order(3, "K11", 10, w.order_part("K11-WC", 5, is_work=True),
                         DueDate="2025-05-01T00:00:00Z", PostingDate="2025-04-01T00:00:00Z",
                         ReleaseDate="2025-04-02T00:00:00Z"),
            *similar_orders(w),
        ],
        "sap_b1/Orders": [
            w.document(50, w.line("K24", 30), U_PRM_Deal="006linked"),
            w.document(51, w.line("K24", 45)),
        ],
        "sap_b1/Drafts": [
            w.document(60, w.line("K24", 12), DocObjectCode="oOrders", U_PRM_Deal="006drafted",
                       AuthorizationStatus="dasPending"),
        ],
        "salesforce/Opportunity": [
            *[w.deal(name) for name in deals],
            w.deal("006drafted"),
            *[w.deal(key, IsClosed=True, IsWon=True, StageName="Closed Won",
                     CloseDate="2025-08-20") for key in ("006linked", "006unlinked", "006waiting")],
        ],
        "salesforce/OpportunityLineItem": [
            *[w.deal_line(f"l-{name}", name, *asked) for name, asked in deals.items()],
            w.deal_line("l-drafted", "006drafted", "K24", 12),
            w.deal_line("l-linked", "006linked", "K24", 30),
            w.deal_line("l-unlinked", "006unlinked", "K24", 45),
            w.deal_line("l-waiting", "006waiting", "K24", 7),
        ],
        "salesforce/Product2": [
            w.product(code) for code in (
                "K4", "K4B", "K10", "K13", "K14", "K16", "K17", "K24", "BESPOKE", "UNLIKE",
            )
        ],
    }  # fmt: skip
    return build_company("time_and_capacity", records)


def similar_orders(w: Any) -> list[Any]:
    """Three closed orders of item group 77: bars and rings issued, hours on the lathe, days taken.

    By piece 2, 3 and 2 bars, 0, 1 and 0 rings, 0.5, 0.6 and 0.8 hours; in 8, 10 and 14 days.
    """
    return [
        w.work_order(entry, item, qty, w.order_part("BAR", bars, bars),
                     w.order_part("RING", rings, rings),
                     w.order_part("LATHE", hours, hours, is_work=True), CompletedQuantity=qty,
                     ProductionOrderStatus="boposClosed", PostingDate=f"{start}T00:00:00Z",
                     ReleaseDate=f"{start}T00:00:00Z", StartDate=f"{start}T00:00:00Z",
                     DueDate=f"{end}T00:00:00Z", ClosingDate=f"{end}T00:00:00Z")
        for entry, item, qty, bars, rings, hours, start, end in (
            (71, "OLD-1", 10, 20, 0, 5, "2025-06-02", "2025-06-10"),
            (72, "OLD-2", 20, 60, 20, 12, "2025-06-16", "2025-06-26"),
            (73, "OLD-1", 10, 20, 0, 8, "2025-07-01", "2025-07-15"),
        )
    ]  # fmt: skip


def promise(company: Any, line: str, columns: str, mode: str = "alone") -> tuple[Any, ...]:
    found: tuple[Any, ...] = company.one(
        f"select {columns} from marts.fct_promise_line where line_item_id = ? and mode = ?",
        f"l-{line}", mode,
    )  # fmt: skip
    return found


def work_days(company: Any, line: str) -> list[tuple[date, float]]:
    return [
        (day, float(load))
        for day, load in company.rows(
            "select day, sum(booked_load) from marts.fct_promise_booking"
            " where promise_line_id = ? and mode = 'alone' group by day order by day",
            f"DL-l-{line}",
        )
    ]


def test_k4_a_thousand_in_thirty_days(company: Any) -> None:
    # a holiday on 17 September takes one day from the 20; without it 29 September and day 30
    columns = "from_stock_qty, to_make_qty, make_ready_date, delivered_date"
    assert promise(company, "k4", columns) == (500, 500, date(2025, 9, 30), date(2025, 10, 1))
    assert len(work_days(company, "k4")) == 20


def test_k4_the_reason_adds_up_and_names_the_work_centre(company: Any) -> None:
    days, day_number = company.one(
        "select sum(r.days), any_value(l.day_number) from marts.fct_promise_reason r"
        " join marts.fct_promise_line l using (promise_line_id, mode)"
        " where l.line_item_id = 'l-k4more' and mode = 'queue'"
    )
    assert days == day_number == 32
    assert promise(
        company, "k4more", "days_late, binding_kind, binding_key, binding_days", "queue"
    ) == (2, "capacity", "K4B-WC", 22)


def test_k10_stale_receipts_leave_supply_and_overdue_ones_move(company: Any) -> None:
    found = company.rows(
        "select receipt_id, standing, available_date, delay_days, delay_origin, open_amount"
        " from marts.fct_expected_receipt order by receipt_id"
    )
    assert found == [
        ("PO-1-0", "stale", None, None, None, 4000),
        ("PO-2-0", "moved", date(2025, 9, 5), 4, "measured", 1000),
        ("PO-3-0", "counted", date(2025, 9, 5), None, None, 600),
    ]
    # 150 = 40 on hand + 110 of the 160 that still come; the stale 400 are nobody's
    assert promise(company, "k10", "from_stock_qty, to_buy_qty, delivered_date") == (
        150, 0, date(2025, 9, 6),
    )  # fmt: skip


def test_k11_remaining_supply_is_planned_less_completed_less_rejected(company: Any) -> None:
    assert company.one(
        "select remaining_qty from intermediate.int_placement_work_order"
        " where work_order_id = 'WO-1'"
    ) == (57,)
    assert company.one(
        "select remaining_load from intermediate.int_placement_work_order_operation"
        " where work_order_id = 'WO-1'"
    ) == (28.5,)


def test_k10_a_work_order_nobody_touches_is_stale(company: Any) -> None:
    assert company.one(
        "select is_stale from intermediate.int_work_order where work_order_id = 'WO-3'"
    ) == (True,)
    assert (
        company.rows(
            "select 1 from intermediate.int_placement_work_order where work_order_id = 'WO-3'"
        )
        == []
    )


def test_k12_a_lot_is_an_item_and_its_number(company: Any) -> None:
    found = company.rows(
        "select item_code, usable_qty, unusable_reason from marts.fct_lot_position"
        " where lot_number = 'LOTE-1000' order by item_code"
    )
    assert found == [("K12-X", 80, None), ("K12-Y", 0, "held")]


def test_k13_cycles_stay_cycles(company: Any) -> None:
    assert work_days(company, "k13") == [(date(2025, 9, 2), 64), (date(2025, 9, 3), 64)]
    assert promise(company, "k13", "delivered_date") == (date(2025, 9, 4),)
    units = company.one(
        "select distinct unit_of_measure from marts.fct_capacity_load where work_centre = 'K13-WC'"
    )
    assert units == ("cycle",)


def test_k14_work_centres_of_a_stage_run_together(company: Any) -> None:
    loads = dict(
        company.rows(
            "select work_centre, sum(booked_load) from marts.fct_promise_booking"
            " where promise_line_id = 'DL-l-k14' and mode = 'alone' group by work_centre"
        )
    )
    assert loads == {"MACHINE": 40, "OPERATOR": 20, "FINISH": 8}
    # stage 1: 2-8 September; 2 waiting days; stage 2 on the 11th; outside processing 5 days
    spans = company.rows(
        "select stage_no, min(day), max(day) from marts.fct_promise_booking"
        " where promise_line_id = 'DL-l-k14' and mode = 'alone' group by stage_no order by stage_no"
    )
    assert spans[0] == (1, date(2025, 9, 2), date(2025, 9, 8))
    assert spans[1] == (2, date(2025, 9, 11), date(2025, 9, 11))
    assert promise(company, "k14", "ready_date, delivered_date") == (
        date(2025, 9, 16), date(2025, 9, 17),
    )  # fmt: skip


def test_k15_committed_capacity_is_not_taken_off_twice(company: Any) -> None:
    available, firm, erp = company.one(
        "select available_load, firm_load, erp_committed_load from marts.fct_capacity_load"
        " where work_centre = 'K15-WC' and grain = 'day' and period_date = date '2025-09-02'"
    )
    assert (available, firm, available - firm, erp) == (8, 6, 2, 6)


def test_k16_single_run_limits_one_order(company: Any) -> None:
    assert [load for _, load in work_days(company, "k16")] == [32, 32, 32, 32, 32]
    assert promise(company, "k16", "delivered_date") == (date(2025, 9, 9),)


def test_k17_beyond_the_kept_days_capacity_is_assumed(company: Any) -> None:
    # 14 kept days (the 17th is one of them, kept rows win over the holiday) give 112 h until
    # 19 September; 188 h more at 8 h a day are 24 working days from the 22nd, without 13 October
    days = work_days(company, "k17")
    assert len(days) == 38
    assert days[-1][0] == date(2025, 10, 24)
    assert promise(company, "k17", "is_capacity_assumed") == (True,)
    assert promise(company, "k13", "is_capacity_checked") == (True,)


def test_an_item_without_a_bill_is_estimated_from_similar_orders(company: Any) -> None:
    # medians: 2 bars and 0.6 h a piece, no ring; 10 days in all, 8 of them without work (8 - 1,
    # 10 - 2, 14 - 1). 10 pieces: 6 h on 2 September, 8 days on to the 10th, a day to the customer;
    # with the shortest lead time (8) 2 days sooner, with the longest (14) 4 days later
    assert work_days(company, "bespoke") == [(date(2025, 9, 2), 6)]
    assert promise(
        company, "bespoke", "status, delivered_date, is_estimated, estimate_low_date,"
        " estimate_high_date",
    ) == ("placed", date(2025, 9, 11), True, date(2025, 9, 9), date(2025, 9, 15))  # fmt: skip
    assert company.rows(
        "select component_code, is_work_centre, per_unit_qty from intermediate.int_estimate_line"
        " where item_code = 'BESPOKE' order by component_code"
    ) == [("BAR", False, 2), ("LATHE", True, 0.6)]
    assert company.one(
        "select is_estimated, estimate_low_date, estimate_high_date from marts.fct_promise_deal"
        " where opportunity_id = 'bespoke' and mode = 'queue'"
    ) == (True, date(2025, 9, 9), date(2025, 9, 15))
    assert promise(company, "k13", "is_estimated") == (False,)


def test_without_similar_orders_there_is_no_estimate(company: Any) -> None:
    assert promise(company, "unlike", "status, reason_code, is_estimated, delivered_date") == (
        "unplaced", "NO_BOM", False, None,
    )  # fmt: skip


def test_k24_a_won_deal_and_its_order_are_one_demand(company: Any) -> None:
    found = company.rows(
        "select demand_line_id, demand_class, demand_qty from intermediate.int_demand"
        " where item_code = 'K24' order by demand_rank"
    )
    assert found == [
        ("SO-50-0", "firm", 30), ("SO-51-0", "firm", 45), ("DR-60-0", "draft", 12),
        ("DL-l-waiting", "won", 7),
    ]  # fmt: skip
    assert company.one(
        "select has_order, has_suspected_order from intermediate.int_deal_line"
        " where line_item_id = 'l-unlinked'"
    ) == (False, True)


def test_every_proof_holds(company: Any) -> None:
    assert company.rows("select * from marts.fct_promise_proof") == []
