"""Making: K7-K9 bill and lot size, K13-K17 stages and single run, work orders, reasons."""

from __future__ import annotations

import pytest

from tests.known_answers.promise.worked_plant import WorkedPlant


def test_k7_a_kit_takes_its_parts_and_no_time() -> None:
    """A kit of 2 A and 1 B, put together in no time: there when its parts are."""
    plant = WorkedPlant()
    plant.item("KIT", "make", lead_time=0)
    plant.item("A", "none")
    plant.item("B", "none")
    plant.component("KIT", "A", per_unit=2)
    plant.component("KIT", "B", per_unit=1)
    plant.supply("A", 20)
    plant.supply("B", 10, arrives=3)
    plant.demand("Q", "KIT", 10)
    answered = plant.placed()
    assert answered.delivered("Q") == 3
    assert answered.pegged("Q") == [("S1", 20, 0), ("S2", 10, 3)]


@pytest.mark.parametrize(("stock", "day"), [(1_255, 1), (1_254.999, None)])
def test_k8_need_per_tree_quantity_plus_additional(stock: float, day: int | None) -> None:
    """Tree per 100, line 250 kg, additional 5: 500 pieces take 2.5 x 500 + 5 = 1,255 kg."""
    plant = WorkedPlant()
    plant.work_centre("A", 8)
    plant.item("X", "make")
    plant.operation("X", "A", fixed=8)
    plant.item("KG", "none")
    plant.component("X", "KG", per_unit=2.5, fixed=5)
    plant.supply("KG", stock)
    plant.demand("Q", "X", 500)
    assert plant.placed().delivered("Q") == day


def test_k9_lot_size_and_its_surplus() -> None:
    """make(130, min 100, multiple 50) = 150 at 0.08 h = 12 h: two days. The 20 left are nobody's.

    The next deal wants 20: it must make 100 of its own (8 h) behind the 12 h, ending on day 3.
    """
    plant = WorkedPlant()
    plant.work_centre("A", 8)
    plant.item("X", "make", lot_min=100, lot_multiple=50)
    plant.operation("X", "A", per_unit=0.08)
    plant.demand("Q1", "X", 130)
    plant.demand("Q2", "X", 20)
    answered = plant.placed()
    assert answered.answer("Q1", "queue")["to_make_qty"] == 150
    assert answered.delivered("Q1", "queue") == 2
    assert answered.answer("Q2", "queue")["to_make_qty"] == 100
    assert answered.delivered("Q2", "queue") == 3
    assert answered.booked("Q2", "queue") == {("A", 2): 4, ("A", 3): 4}


def test_k14_work_centres_of_a_stage_run_together() -> None:
    """Machine 40 h and operator 20 h, 8 h a day each: 5 days, 8 h and 4 h a day."""
    plant = WorkedPlant()
    plant.work_centre("MACHINE", 8)
    plant.work_centre("OPERATOR", 8)
    plant.item("X", "make")
    plant.operation("X", "MACHINE", fixed=40)
    plant.operation("X", "OPERATOR", fixed=20)
    plant.demand("Q", "X", 1)
    answered = plant.placed()
    assert answered.delivered("Q") == 5
    assert answered.booked("Q") == {("MACHINE", d): 8 for d in range(1, 6)} | {
        ("OPERATOR", d): 4 for d in range(1, 6)
    }


def test_k14_a_slow_helper_sets_the_pace() -> None:
    """Machine 16 h, operator 16 h, but the operator is there 4 h a day: 4 days of 4 h on both."""
    plant = WorkedPlant()
    plant.work_centre("MACHINE", 8)
    plant.work_centre("OPERATOR", 4)
    plant.item("X", "make")
    plant.operation("X", "MACHINE", fixed=16)
    plant.operation("X", "OPERATOR", fixed=16)
    plant.demand("Q", "X", 1)
    answered = plant.placed()
    assert answered.delivered("Q") == 4
    assert set(answered.booked("Q").values()) == {4}
    assert answered.lifts("Q")["work_centre", "OPERATOR"] == 2


def test_k13_k16_cycles_and_single_run() -> None:
    """64 cycles a day in all, one order 32: 160 cycles take 5 days; two orders run side by side."""
    plant = WorkedPlant()
    plant.work_centre("PRESS", 64)
    plant.item("X", "make")
    plant.operation("X", "PRESS", per_unit=1, single_run=32)
    plant.demand("Q1", "X", 160)
    plant.demand("Q2", "X", 160)
    answered = plant.placed()
    assert answered.delivered("Q1", "queue") == 5
    assert answered.delivered("Q2", "queue") == 5
    assert answered.booked("Q1", "queue") == {("PRESS", d): 32 for d in range(1, 6)}


def test_waiting_days_and_weekends() -> None:
    """As of Monday: stage 1 Tue-Fri (32 h), two days drying Sat Sun, stage 2 Mon, day 7."""
    plant = WorkedPlant()
    plant.work_centre("A", 8, weekend=False)
    plant.item("X", "make", post_operation=1)
    plant.operation("X", "A", fixed=32, stage=1, waiting=2)
    plant.operation("X", "A", fixed=8, stage=2)
    plant.demand("Q", "X", 1, transit=3)
    answered = plant.placed()
    assert answered.delivered("Q") == 7 + 1 + 3
    assert answered.chain("Q") == {"run": 5, "waiting": 2, "post_operation": 1, "transit": 3}


def test_k17_without_work_centres_the_lead_time_alone() -> None:
    plant = WorkedPlant()
    plant.item("X", "make", lead_time=15)
    plant.item("M", "buy", lead_time=4)
    plant.component("X", "M")
    plant.demand("Q", "X", 1)
    assert plant.placed().delivered("Q") == 19


def test_levels_share_a_work_centre() -> None:
    """X needs P and R, both made on A (16 h each), then X itself 8 h on A: 2 + 2 + 1 days."""
    plant = WorkedPlant()
    plant.work_centre("A", 8)
    for part in ("P", "R"):
        plant.item(part, "make")
        plant.operation(part, "A", fixed=16)
        plant.component("X", part)
    plant.item("X", "make")
    plant.operation("X", "A", fixed=8)
    plant.demand("Q", "X", 1)
    answered = plant.placed()
    assert answered.delivered("Q") == 5
    assert answered.lifts("Q")["work_centre", "A"] == 3


def test_wait_for_a_receipt_or_make() -> None:
    """40 of 100 on hand, 60 arrive on day 4. To make 60 at 1 h on A takes until day 8: wait.

    Were they to arrive on day 9, making is sooner.
    """
    for arrives, day in ((4, 4), (9, 8)):
        plant = WorkedPlant()
        plant.work_centre("A", 8)
        plant.item("X", "make")
        plant.operation("X", "A", per_unit=1)
        plant.supply("X", 40)
        plant.supply("X", 60, arrives=arrives)
        plant.demand("Q", "X", 100)
        assert plant.placed().delivered("Q") == day


def test_a_work_order_keeps_its_dates_and_its_receipt_is_supply() -> None:
    """WO of 50, 24 h on A, ERP dates day 3 to day 10: days 8-10; 50 X are there on day 10.

    A question for 50 X alone takes 50 h to make: days 1-7 (seven days of 8 h, 6 full and 2 h).
    For 60 X at 1 h: 10 to make beside the receipt, there on day 10.
    """
    plant = WorkedPlant()
    plant.work_centre("A", 8)
    plant.item("X", "make")
    plant.operation("X", "A", per_unit=1)
    plant.work_order("WO1", "X", 50, start=3, due=10, loads=[("A", 24)])
    plant.demand("Q50", "X", 50)
    plant.demand("Q60", "X", 60)
    answered = plant.placed()
    assert answered.booked("WO1", "firm") == {("A", 8): 8, ("A", 9): 8, ("A", 10): 8}
    assert answered.delivered("Q50") == 7
    assert answered.delivered("Q60") == 10
    assert answered.answer("Q60", "alone")["from_stock_qty"] == 50
    assert answered.pegged("Q60") == [("WO1", 50, 10)]


def test_a_work_order_that_is_overdue_starts_tomorrow() -> None:
    plant = WorkedPlant()
    plant.work_centre("A", 8)
    plant.item("X", "make")
    plant.operation("X", "A", per_unit=1)
    plant.item("M", "none")
    plant.supply("M", 50)
    plant.work_order("WO1", "X", 50, -20, -5, loads=[("A", 20)], components=[("M", 50)])
    plant.demand("F", "X", 50, kind="firm", due=-3)
    answered = plant.placed()
    assert answered.booked("WO1", "firm") == {("A", 1): 8, ("A", 2): 8, ("A", 3): 4}
    assert answered.pegged("WO1", "firm") == [("S1", 50, 0)]
    assert answered.delivered("F", "firm") == 3


def test_a_late_firm_order_is_placed_forward() -> None:
    """40 h due on day 3: it can't be; days 1-5."""
    plant = WorkedPlant()
    plant.work_centre("A", 8)
    plant.item("X", "make")
    plant.operation("X", "A", fixed=40)
    plant.demand("F", "X", 1, kind="firm", due=3)
    answered = plant.placed()
    assert answered.delivered("F", "firm") == 5
    assert answered.chain("F", "firm") == {"run": 5}


def test_reasons_instead_of_dates() -> None:
    plant = WorkedPlant(horizon=10)
    plant.work_centre("A", 8)
    plant.item("NOWHERE", "none")
    plant.item("NO-SUPPLIER", "buy")
    plant.item("NO-ROUTE", "make")
    plant.item("TOO-MUCH", "make")
    plant.operation("TOO-MUCH", "A", fixed=81)
    plant.item("DEEP", "make")
    plant.operation("DEEP", "A", fixed=1)
    plant.component("DEEP", "NO-SUPPLIER")
    for item in ("NOWHERE", "NO-SUPPLIER", "NO-ROUTE", "TOO-MUCH", "DEEP", "UNHEARD-OF"):
        plant.demand(item, item, 1)
    answered = plant.placed()
    assert {row["demand_id"]: answered.reason(row["demand_id"]) for row in
            answered.tables["answer"]} == {
        "NOWHERE": ("no_source", "NOWHERE"),
        "NO-SUPPLIER": ("no_lead_time", "NO-SUPPLIER"),
        "NO-ROUTE": ("no_operation", "NO-ROUTE"),
        "TOO-MUCH": ("no_capacity", "A"),
        "DEEP": ("no_lead_time", "NO-SUPPLIER"),
        "UNHEARD-OF": ("no_source", "UNHEARD-OF"),
    }  # fmt: skip


def test_an_item_that_contains_itself_has_a_reason() -> None:
    plant = WorkedPlant()
    plant.work_centre("A", 8)
    for item, component in (("X", "Y"), ("Y", "X")):
        plant.item(item, "make")
        plant.operation(item, "A", fixed=1)
        plant.component(item, component)
    plant.demand("Q", "X", 1)
    assert plant.placed().reason("Q") == ("circular_bom", "X")
