"""ATP(t) = max(0, min over u ≥ t of PAB(u)); K3 lots that expire; K5 two answers; split dates."""

from __future__ import annotations

from datetime import date

import pytest

from tests.known_answers.promise.worked_plant import WorkedPlant

SUPPLY = (6, 4, 2, 4, 8, 4, 4, 4)
DEMAND = (6, 2, 3, 6, 6, 1, 2, 2)
ATP = (0, 0, 0, 0, 1, 4, 6, 8)


def eight_periods(order_of_demand: list[int]) -> WorkedPlant:
    """Period n is day n; PAB is 0 2 1 −1 1 4 6 8: in period 4 one piece is short."""
    plant = WorkedPlant()
    plant.item("X", "none")
    for day, qty in enumerate(SUPPLY, 1):
        plant.supply("X", qty, arrives=day)
    for day in order_of_demand:
        plant.demand(f"F{day}", "X", DEMAND[day - 1], kind="firm", due=day)
    return plant


def test_atp_of_eight_periods() -> None:
    answered = eight_periods(list(range(1, 9))).placed()
    left = {
        answered.number(row["available_day"]): float(row["qty"])
        for row in answered.tables["residual_supply"]
        if row["mode"] == "firm"
    }
    assert tuple(sum(left[u] for u in range(1, t + 1)) for t in range(1, 9)) == ATP


@pytest.mark.parametrize(
    ("wanted", "day"), [(1, 5), (2, 6), (4, 6), (5, 7), (6, 7), (7, 8), (8, 8), (9, None)]
)
def test_asked_for(wanted: int, day: int | None) -> None:
    """The first period whose ATP is at least what is wanted."""
    plant = eight_periods(list(range(1, 9)))
    plant.demand("Q", "X", wanted)
    assert plant.placed().delivered("Q") == day


def test_split_dates() -> None:
    """350 wanted; 200 arrive on 23 Aug, 100 on 25, 50 on 28: three parts, complete on 28 Aug."""
    plant = WorkedPlant(as_of=date(2025, 8, 20))
    plant.item("X", "none")
    plant.supply("X", 200, arrives=3)
    plant.supply("X", 100, arrives=5)
    plant.supply("X", 50, arrives=8)
    plant.demand("Q", "X", 350)
    answered = plant.placed()
    assert answered.answer("Q", "alone")["delivered_day"] == date(2025, 8, 28)
    assert answered.pegged("Q") == [("S1", 200, 3), ("S2", 100, 5), ("S3", 50, 8)]


def expiring() -> WorkedPlant:
    """300 in a lot that dies on day 10; 100 ordered for day 5, 150 for day 20."""
    plant = WorkedPlant()
    plant.item("X", "none")
    plant.supply("X", 300, expires=10)
    plant.demand("F5", "X", 100, kind="firm", due=5)
    plant.demand("F20", "X", 150, kind="firm", due=20)
    return plant


def test_k3_day_20_is_short_although_pab_is_50() -> None:
    answered = expiring().placed()
    assert answered.delivered("F5", "firm") == 5
    assert answered.delivered("F20", "firm") is None
    assert answered.reason("F20", "firm") == ("no_source", "X")


@pytest.mark.parametrize(
    ("wanted", "release", "day"), [(200, 6, 6), (200, 9, 9), (200, 10, None), (201, 6, None)]
)
def test_k3_200_more_can_be_sold_until_day_9(wanted: int, release: int, day: int | None) -> None:
    plant = expiring()
    plant.demand("Q", "X", wanted, release=release)
    assert plant.placed().delivered("Q") == day


def test_k3_first_expired_first_out() -> None:
    """For day 5: the lot that dies on day 8 before the one of day 12, stock without end last."""
    plant = WorkedPlant()
    plant.item("X", "none")
    plant.supply("X", 50)
    plant.supply("X", 50, expires=12)
    plant.supply("X", 50, expires=8)
    plant.demand("F", "X", 110, kind="firm", due=5)
    pegs = {(lot, qty) for lot, qty, _ in plant.placed().pegged("F", "firm")}
    assert pegs == {("S3", 50), ("S2", 50), ("S1", 10)}


def test_k3_a_component_must_keep_until_it_is_used() -> None:
    """M dies on day 4; X waits for N until day 6 and would use both on day 7: buy M anew."""
    plant = WorkedPlant()
    plant.work_centre("A", 8)
    plant.item("X", "make")
    plant.operation("X", "A", fixed=8)
    plant.item("M", "buy", lead_time=9)
    plant.item("N", "none")
    plant.component("X", "M")
    plant.component("X", "N")
    plant.supply("M", 1, expires=4)
    plant.supply("N", 1, arrives=6)
    plant.demand("Q", "X", 1)
    answered = plant.placed()
    assert answered.delivered("Q") == 10
    assert ("buy:M", 1, 9) in answered.pegged("Q")


def test_k5_alone_and_in_queue() -> None:
    """Two deals of 500 see the same 500. Alone each has them today; in queue one does."""
    plant = WorkedPlant()
    plant.item("X", "buy", lead_time=12)
    plant.supply("X", 500)
    plant.demand("D1", "X", 500)
    plant.demand("D2", "X", 500)
    answered = plant.placed()
    assert [answered.delivered(deal, "alone") for deal in ("D1", "D2")] == [0, 0]
    assert [answered.delivered(deal, "queue") for deal in ("D1", "D2")] == [0, 12]
    assert answered.answer("D2", "queue")["to_buy_qty"] == 500


def test_rank_and_not_the_order_of_rows_decides() -> None:
    """The sort key: rank first; the row that stands first has rank 2 and gets nothing."""
    plant = WorkedPlant()
    plant.item("X", "none")
    plant.supply("X", 10)
    plant.demand("first row", "X", 10, rank=2)
    plant.demand("second row", "X", 10, rank=1)
    answered = plant.placed()
    assert answered.delivered("second row", "queue") == 0
    assert answered.delivered("first row", "queue") is None


def test_a_question_of_any_rank_stands_behind_firm_orders() -> None:
    plant = WorkedPlant()
    plant.item("X", "none")
    plant.supply("X", 10)
    plant.demand("Q", "X", 10, rank=1)
    plant.demand("F", "X", 10, kind="firm", due=30, rank=2)
    answered = plant.placed()
    assert answered.delivered("F", "firm") == 30
    assert answered.delivered("Q", "alone") is None


def test_due_date_before_priority() -> None:
    """Orders that fill days 1-30, 15 due at once a day each: by due date none is late.

    Ranked by priority (here: the later due, the higher), each takes the days of the earlier ones
    only where it must; order 1, due on day 1 and served last, still finds its day free, because
    firm work is placed backward. Ranked so and placed forward, 14 of 15 would be late.
    """
    for by_due in (True, False):
        plant = WorkedPlant()
        plant.work_centre("A", 8)
        plant.item("X", "make")
        plant.operation("X", "A", fixed=8)
        days = list(range(1, 16))
        for day in days if by_due else reversed(days):
            plant.demand(f"F{day}", "X", 1, kind="firm", due=day)
        answered = plant.placed()
        assert [answered.delivered(f"F{day}", "firm") for day in days] == days
