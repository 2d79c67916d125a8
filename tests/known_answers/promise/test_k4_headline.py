"""K4, the headline example: 1,000 wanted in 30 days, 500 in stock, 500 to make in 20 working days.

As of Monday 2025-09-01. One work centre, 0.32 h a piece, 8 h a day Monday to Friday, work starts
the next day, transit 2 calendar days.

- 1,000 wanted: 500 from stock, 500 to make = 160 h = 20 working days, Tue 2 Sep to Mon 29 Sep;
  two days on the road: Wed 1 Oct, day 30.
- 1,026 wanted: 526 to make = 168.32 h = 22 working days, to Wed 1 Oct; with the customer on
  Fri 3 Oct: two days late, held by the work centre and by no material.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from promise import INPUT_TABLES, place_tables

AS_OF = date(2025, 9, 1)


def plant(wanted: int) -> dict[str, dict[str, list[Any]]]:
    tables: dict[str, dict[str, list[Any]]] = {
        name: {column: [] for column in columns} for name, columns in INPUT_TABLES.items()
    }
    tables["item"] = {
        "item_code": ["X"], "source": ["make"], "lead_time_days": [None], "lot_min_qty": [0],
        "lot_multiple_qty": [0], "post_operation_days": [0],
    }  # fmt: skip
    tables["operation"] = {
        "item_code": ["X"], "stage_no": [1], "work_centre": ["LATHE"],
        "per_unit_load": [Decimal("0.32")], "fixed_load": [0], "waiting_days": [0],
        "single_run_per_day": [None],
    }  # fmt: skip
    days = [AS_OF + timedelta(days=day) for day in range(1, 120)]
    tables["capacity"] = {
        "work_centre": ["LATHE"] * len(days), "day": days,
        "available": [8 if day.weekday() < 5 else 0 for day in days],
        "is_working": [day.weekday() < 5 for day in days],
    }  # fmt: skip
    tables["supply"] = {
        "supply_id": ["S1"], "item_code": ["X"], "available_day": [AS_OF], "expires_day": [None],
        "qty": [500],
    }  # fmt: skip
    tables["demand"] = {
        "demand_id": ["Q"], "rank": [1], "kind": ["question"], "item_code": ["X"], "qty": [wanted],
        "due_day": [date(2025, 10, 1)], "release_day": [AS_OF], "transit_days": [2],
    }  # fmt: skip
    return tables


@pytest.mark.parametrize(
    ("wanted", "to_make", "last_operation", "with_customer", "day_number"),
    [
        (1_000, 500, date(2025, 9, 29), date(2025, 10, 1), 30),
        (1_026, 526, date(2025, 10, 1), date(2025, 10, 3), 32),
        (500, 0, None, date(2025, 9, 3), 2),
    ],
)
def test_k4_date(
    wanted: int, to_make: int, last_operation: date | None, with_customer: date, day_number: int
) -> None:
    answers = place_tables(plant(wanted), AS_OF)["answer"].to_pylist()
    for answer in answers:
        assert answer["status"] == "placed"
        assert answer["from_stock_qty"] == 500
        assert answer["to_make_qty"] == to_make
        assert answer["make_ready_day"] == last_operation
        assert answer["delivered_day"] == with_customer == AS_OF + timedelta(days=day_number)


def test_k4_is_bound_by_the_work_centre() -> None:
    tables = place_tables(plant(1_026), AS_OF)
    chain = [row for row in tables["chain"].to_pylist() if row["mode"] == "alone"]
    days = {kind: sum(row["days"] for row in chain if row["kind"] == kind) for kind in
            ("run", "non_working", "transit", "material_wait", "queue")}  # fmt: skip
    assert days == {"run": 22, "non_working": 8, "transit": 2, "material_wait": 0, "queue": 0}
    assert {row["work_centre"] for row in chain if row["kind"] == "run"} == {"LATHE"}


def test_k4_overtime_would_open_it() -> None:
    """With the lathe's 8 h doubled, 168.32 h take 11 working days: Tue 16 Sep, Thu 18 Sep there."""
    lifts = place_tables(plant(1_026), AS_OF)["lift"].to_pylist()
    alone = [row for row in lifts if row["mode"] == "alone"]
    assert alone == [
        {"demand_id": "Q", "mode": "alone", "kind": "work_centre", "key": "LATHE",
         "delivered_day": date(2025, 9, 18)}
    ]  # fmt: skip
