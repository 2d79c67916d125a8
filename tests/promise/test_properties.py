"""What must hold on any plant (engine.md, Properties), tried on plants that Hypothesis makes.

`PROMISE_PLANTS=2000` tries that many per property instead of the suite's few dozen.
"""

from __future__ import annotations

import copy
import os
import random
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from promise import compiled_place, place, place_tables
from promise.compiled import PlaceFunction
from promise.tables import read_problem
from tests.promise.generated_plants import AS_OF, HORIZON, Tables, add, day, draw_plant
from tests.promise.resimulation import violations

PLANTS = int(os.environ.get("PROMISE_PLANTS", "40"))
few = settings(
    max_examples=PLANTS,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
LATEST = day(10_000)


@st.composite
def plants(draw: Callable[[Any], Any]) -> Tables:
    """A generated plant; drawn from a seed, so that one draw gives a whole plant quickly."""
    return draw_plant(random.Random(draw(st.integers(0, 1 << 32))).randint)


def answers(tables: Tables, mode: str) -> dict[str, dict[str, Any]]:
    rows = place_tables(tables, AS_OF)["answer"].to_pylist()
    return {row["demand_id"]: row for row in rows if row["mode"] == mode}


def dates(tables: Tables, mode: str) -> dict[str, Any]:
    """Delivered day by demand; a demand that can't be placed comes after every date."""
    return {key: row["delivered_day"] or LATEST for key, row in answers(tables, mode).items()}


def without(tables: Tables, table: str, keep: Callable[[dict[str, Any]], bool]) -> Tables:
    changed = copy.deepcopy(tables)
    rows = zip(*tables[table].values(), strict=True)
    kept = [row for row in rows if keep(dict(zip(tables[table], row, strict=True)))]
    for at, column in enumerate(tables[table]):
        changed[table][column] = [row[at] for row in kept]
    return changed


@few
@given(plants())
def test_every_promise_can_be_kept(tables: Tables) -> None:
    """No day overfull, no operation before its material, nothing pegged twice, days add up."""
    assert violations(tables, place_tables(tables, AS_OF), AS_OF) == []


@few
@given(plants())
def test_alone_is_never_later_than_in_queue(tables: Tables) -> None:
    rows = place_tables(tables, AS_OF)["answer"].to_pylist()
    by_mode: dict[str, dict[str, Any]] = {"alone": {}, "queue": {}, "firm": {}}
    for row in rows:
        by_mode[row["mode"]][row["demand_id"]] = row["delivered_day"] or LATEST
    for demand, alone in by_mode["alone"].items():
        assert alone <= by_mode["queue"][demand]


@few
@given(plants())
def test_alone_is_never_earlier_than_in_an_empty_plant(tables: Tables) -> None:
    """Empty: no firm demand. Work orders stay, since their receipts are supply."""
    empty = without(tables, "demand", lambda row: row["kind"] == "question")
    busy, free = dates(tables, "alone"), dates(empty, "alone")
    assert all(free[demand] <= busy[demand] for demand in busy)


@few
@given(plants(), st.integers(1, 40))
def test_more_quantity_is_never_earlier(tables: Tables, more: int) -> None:
    bigger = copy.deepcopy(tables)
    bigger["demand"]["qty"] = [
        qty + more if kind == "question" else qty
        for qty, kind in zip(tables["demand"]["qty"], tables["demand"]["kind"], strict=True)
    ]
    before, after = dates(tables, "alone"), dates(bigger, "alone")
    assert all(before[demand] <= after[demand] for demand in before)


@few
@given(plants(), st.integers(0, HORIZON))
def test_the_requested_date_never_changes_an_alone_date(tables: Tables, other: int) -> None:
    asked = copy.deepcopy(tables)
    asked["demand"]["due_day"] = [
        day(other) if kind == "question" else due
        for due, kind in zip(tables["demand"]["due_day"], tables["demand"]["kind"], strict=True)
    ]
    assert answers(tables, "alone") == answers(asked, "alone")


@few
@given(plants(), st.integers(1, 60), st.booleans())
def test_a_lower_rank_changes_nothing_above_it(tables: Tables, qty: int, firm: bool) -> None:
    """A question added last changes no answer; a firm demand added last changes no firm one."""
    more = copy.deepcopy(tables)
    add(
        more["demand"], demand_id="LAST", rank=10_000, kind="firm" if firm else "question",
        item_code=tables["item"]["item_code"][0], qty=qty, due_day=day(20), release_day=AS_OF,
        transit_days=0,
    )  # fmt: skip
    for mode in ("firm",) if firm else ("firm", "alone", "queue"):
        after = answers(more, mode)
        after.pop("LAST", None)
        assert after == answers(tables, mode)


@few
@given(plants(), st.integers(0, 1 << 32))
def test_connected_components_are_independent(tables: Tables, seed: int) -> None:
    """Another plant beside it, sharing no item and no work centre, changes no answer."""
    other = draw_plant(random.Random(seed).randint, prefix="Z")
    both = {
        name: {column: table[column] + other[name][column] for column in table}
        for name, table in tables.items()
    }
    together = place_tables(both, AS_OF)
    apart = place_tables(tables, AS_OF)
    for name in ("answer", "booking", "peg", "chain", "lift"):
        own = [row for row in together[name].to_pylist() if not row["demand_id"].startswith("Z")]
        assert own == apart[name].to_pylist()


@few
@given(plants(), st.integers(0, 1 << 32))
def test_the_order_of_rows_changes_nothing(tables: Tables, seed: int) -> None:
    shuffled = copy.deepcopy(tables)
    order = random.Random(seed)
    for table in shuffled.values():
        rows = list(zip(*table.values(), strict=True))
        order.shuffle(rows)
        for at, column in enumerate(table):
            table[column] = [row[at] for row in rows]
    one, other = place_tables(tables, AS_OF), place_tables(shuffled, AS_OF)
    assert {name: table.to_pylist() for name, table in one.items()} == {
        name: table.to_pylist() for name, table in other.items()
    }


@few
@given(plants())
def test_the_chain_adds_up_to_the_date(tables: Tables) -> None:
    placed = place_tables(tables, AS_OF)
    days: dict[tuple[str, str], int] = {}
    for row in placed["chain"].to_pylist():
        key = (row["demand_id"], row["mode"])
        assert row["days"] == (row["to_day"] - row["from_day"]).days + 1 > 0
        days[key] = days.get(key, 0) + row["days"]
    for row in placed["answer"].to_pylist():
        if row["status"] == "placed":
            key = (row["demand_id"], row["mode"])
            assert days.get(key, 0) == (row["delivered_day"] - AS_OF).days


@few
@given(plants())
def test_what_cannot_be_had_gets_a_reason(tables: Tables) -> None:
    """Without stock, receipts, sources and work orders nothing has a date; each says which item."""
    bare = without(tables, "supply", lambda row: False)
    bare = without(bare, "work_order", lambda row: False)
    bare = without(bare, "work_order_operation", lambda row: False)
    bare["item"]["source"] = ["none"] * len(bare["item"]["source"])
    for row in place_tables(bare, AS_OF)["answer"].to_pylist():
        assert (row["status"], row["reason_code"]) == ("unplaced", "no_source")
        assert row["reason_key"] in bare["item"]["item_code"]


@few
@given(plants())
def test_a_lifted_constraint_never_makes_it_later(tables: Tables) -> None:
    placed = place_tables(tables, AS_OF)
    delivered = {
        (row["demand_id"], row["mode"]): row["delivered_day"]
        for row in placed["answer"].to_pylist()
    }
    for row in placed["lift"].to_pylist():
        assert row["delivered_day"] <= delivered[row["demand_id"], row["mode"]]


@few
@given(plants(), st.integers(0, 1 << 32))
def test_less_supply_or_capacity_never_makes_a_question_earlier(tables: Tables, seed: int) -> None:
    """Firm work and work orders left out, so that only what the question finds changes."""
    alone = without(tables, "demand", lambda row: row["kind"] == "question")
    for name in ("work_order", "work_order_operation", "work_order_component"):
        alone = without(alone, name, lambda row: False)
    scarcer = copy.deepcopy(alone)
    take = random.Random(seed)
    scarcer["supply"]["qty"] = [take.randint(0, qty) for qty in alone["supply"]["qty"]]
    scarcer["capacity"]["available"] = [
        hours if take.randint(0, 3) else 0 for hours in alone["capacity"]["available"]
    ]
    rich, poor = dates(alone, "alone"), dates(scarcer, "alone")
    assert all(rich[demand] <= poor[demand] for demand in rich)


@few
@given(plants())
def test_a_placed_firm_date_is_moved_by_no_question(tables: Tables) -> None:
    without_questions = without(tables, "demand", lambda row: row["kind"] == "firm")
    assert answers(tables, "firm") == answers(without_questions, "firm")


@pytest.fixture(scope="module")
def compiled() -> Iterator[PlaceFunction]:
    """Compiled on one plant, as it must stand for all: compiling takes half a minute."""
    one = read_problem(draw_plant(random.Random(0).randint), AS_OF)
    made: Any = compiled_place()
    made(one.plant, one.state, one.orders, True)
    yield made
    assert len(made.signatures) == 1, "a plant was compiled for on its own"


@few
@given(tables=plants())
def test_compiled_and_uncompiled_say_the_same(compiled: PlaceFunction, tables: Tables) -> None:
    plain = read_problem(tables, AS_OF)
    fast = read_problem(tables, AS_OF)
    one = place(plain.plant, plain.state, plain.orders, True)
    other = compiled(fast.plant, fast.state, fast.orders, True)
    for name in ("answers", "bookings", "pegs", "chains", "lifts"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    for name in ("after_firm", "after_queue"):
        for left, right in zip(getattr(one, name), getattr(other, name), strict=True):
            assert np.array_equal(left, right), name
