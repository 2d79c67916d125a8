"""The replay notices a promise that can't be kept: each test spoils a sound one in one place."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from promise import place_tables
from tests.known_answers.promise.worked_plant import AS_OF, WorkedPlant
from tests.promise.resimulation import violations


def sound() -> tuple[WorkedPlant, dict[str, list[dict[str, Any]]]]:
    plant = WorkedPlant()
    plant.work_centre("A", 8)
    plant.work_centre("B", 8)
    plant.item("X", "make")
    plant.operation("X", "A", fixed=12, stage=1, single_run=6)
    plant.operation("X", "B", fixed=8, stage=2)
    plant.item("M", "buy", lead_time=3)
    plant.component("X", "M", per_unit=10)
    plant.supply("M", 4)
    plant.supply("X", 1, expires=20)
    plant.demand("F", "X", 2, kind="firm", due=9)
    placed = place_tables(plant.tables, AS_OF)
    return plant, {name: table.to_pylist() for name, table in placed.items()}


def seen(plant: WorkedPlant, placed: dict[str, list[dict[str, Any]]]) -> list[str]:
    tables = {
        name: {column: [row[column] for row in rows] for column in (rows[0] if rows else ())}
        for name, rows in placed.items()
    }
    return violations(plant.tables, tables, AS_OF)


def test_a_sound_placement_passes() -> None:
    assert seen(*sound()) == []


@pytest.mark.parametrize(
    ("table", "at", "change", "says"),
    [
        ("booking", 0, {"amount": Decimal(9)}, "overfull"),
        ("booking", 0, {"amount": Decimal(7)}, "load"),
        ("booking", 0, {"day": AS_OF + timedelta(days=3)}, "starts on day"),
        ("booking", 1, {"day": AS_OF + timedelta(days=9)}, "starts on day"),
        ("peg", 0, {"qty": Decimal(5)}, "pegged twice"),
        ("peg", 0, {"supply_id": "S99"}, "not there"),
        ("answer", 0, {"delivered_day": AS_OF + timedelta(days=8)}, "transit days"),
        ("answer", 0, {"ready_day": AS_OF + timedelta(days=25)}, "transit days"),
        ("answer", 0, {"delivered_day": None}, "placed without a date"),
        ("answer", 0, {"status": "unplaced", "delivered_day": None}, "neither date nor reason"),
        ("answer", 0, {"demand_id": "G"}, "answered as"),
        ("chain", 1, {"from_day": AS_OF}, "gap"),
    ],
)
def test_a_spoilt_one_is_noticed(table: str, at: int, change: dict[str, Any], says: str) -> None:
    plant, placed = sound()
    placed[table][at] |= change
    assert any(says in sentence for sentence in seen(plant, placed))


def test_single_run_and_expiry_are_noticed() -> None:
    plant, placed = sound()
    days = [row for row in placed["booking"] if row["work_centre"] == "A"]
    days[0]["amount"], days[1]["amount"] = Decimal(8), Decimal(4)
    assert any("single run" in sentence for sentence in seen(plant, placed))
    plant, placed = sound()
    plant.tables["supply"]["expires_day"][1] = AS_OF + timedelta(days=9)
    assert any("after expiry" in sentence for sentence in seen(plant, placed))


def test_material_that_is_not_there_yet_is_noticed() -> None:
    plant, placed = sound()
    plant.tables["item"]["lead_time_days"][1] = 8
    assert any("faster" in sentence for sentence in seen(plant, placed))
    plant, placed = sound()
    plant.tables["supply"]["available_day"][0] = AS_OF + timedelta(days=8)
    assert any("starts on day" in sentence for sentence in seen(plant, placed))
