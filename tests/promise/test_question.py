"""A question against the published residual: the same answers as a question in the placement."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from promise import (
    PlacementInputError,
    Question,
    QuestionAnswer,
    ask,
    place_tables,
)
from tests.known_answers.promise.worked_plant import AS_OF, WorkedPlant
from tests.promise.generated_plants import add, draw_plant


def residual(plant_tables: dict[str, Any]) -> dict[str, Any]:
    placed = place_tables(plant_tables, AS_OF)
    return {
        **{name: plant_tables[name] for name in ("item", "component", "operation")},
        **{name: placed[name] for name in ("residual_capacity", "residual_supply")},
    }


def test_headline_question() -> None:
    """K4 again, asked of a plant in which nothing else is wanted: 3 Oct, held by the lathe."""
    plant = WorkedPlant()
    plant.work_centre("LATHE", 8, weekend=False)
    plant.item("X", "make")
    plant.operation("X", "LATHE", per_unit=0.32)
    plant.supply("X", 500)
    question = Question("X", Decimal(1_026), AS_OF + timedelta(days=30), transit_days=2)
    answer = ask(question, residual(plant.tables), AS_OF).alone
    assert answer.delivered_day == AS_OF + timedelta(days=32)
    assert answer.is_in_time is False
    assert [(part.source, part.qty) for part in answer.split] == [("S1", 500), ("make:X", 526)]
    assert sum(step.days for step in answer.chain) == 32
    assert [(o.kind, o.key) for o in answer.openings] == [("work_centre", "LATHE")]


@pytest.mark.parametrize("seed", range(40))
def test_asked_later_or_placed_with_the_rest(seed: int) -> None:
    """A question ranked last in the placement and one put to its residual have the same date."""
    tables = draw_plant(random.Random(seed).randint)
    published = residual(tables)
    code = tables["item"]["item_code"][0]
    question = Question(code, Decimal(17), transit_days=1)
    asked: QuestionAnswer = ask(question, published, AS_OF)
    add(
        tables["demand"], demand_id="LAST", rank=10_000, kind="question", item_code=code, qty=17,
        due_day=None, release_day=AS_OF, transit_days=1,
    )  # fmt: skip
    rows = place_tables(tables, AS_OF)["answer"].to_pylist()
    placed = {row["mode"]: row for row in rows if row["demand_id"] == "LAST"}
    for mode, answer in (("alone", asked.alone), ("queue", asked.queue)):
        for field in ("delivered_day", "reason_code", "from_stock_qty", "to_make_qty"):
            assert getattr(answer, field) == placed[mode][field]


def big_plant() -> WorkedPlant:
    """200 items on three levels, 12 work centres, 180 days, as in the demo company."""
    draw = random.Random(7)
    plant = WorkedPlant(horizon=180)
    for n in range(12):
        plant.work_centre(f"W{n}", 16, weekend=False)
    for n in range(200):
        code = f"I{n:03}"
        is_bought = n >= 120
        plant.item(code, "buy" if is_bought else "make", lead_time=draw.randint(3, 30))
        plant.supply(code, draw.randint(1, 50))
        plant.supply(code, draw.randint(1, 50), arrives=draw.randint(1, 40))
        if is_bought:
            continue
        for stage in (1, 2, 3):
            plant.operation(code, f"W{draw.randint(0, 11)}", per_unit=0.2, fixed=1, stage=stage)
        lowest = 40 if n < 40 else 120
        for _ in range(4):
            plant.component(code, f"I{draw.randint(lowest, lowest + 79):03}", per_unit=2)
    for n in range(150):
        kind = "firm" if n < 100 else "question"
        plant.demand(f"D{n}", f"I{draw.randint(0, 39):03}", 20, kind=kind, due=draw.randint(5, 90))
    return plant


def test_a_question_takes_under_a_tenth_of_a_second() -> None:
    published = residual(big_plant().tables)
    ask(Question("I000", Decimal(10)), published, AS_OF)
    taken = []
    for n in range(9):
        start = time.process_time()
        answer = ask(Question(f"I{n:03}", Decimal(300)), published, AS_OF)
        taken.append(time.process_time() - start)
        assert answer.alone.delivered_day is not None
    assert sorted(taken)[4] < 0.1


def test_one_question_costs_no_import_of_the_compiler() -> None:
    code = "import sys, promise; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_question_without_a_quantity_is_refused_in_words() -> None:
    with pytest.raises(PlacementInputError, match="quantity above zero"):
        ask(Question("X", Decimal(0)), residual(WorkedPlant().tables), AS_OF)


def test_a_missing_column_is_named() -> None:
    plant = WorkedPlant()
    del plant.tables["supply"]["qty"]
    with pytest.raises(PlacementInputError, match=r"'supply' lacks the column\(s\) qty"):
        place_tables(plant.tables, AS_OF)
