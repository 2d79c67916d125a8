"""Small plants of every shape the engine must stand: levels, shared parts, lots, holidays.

One generator for both users: Hypothesis draws its numbers (and shrinks them), the soak test lets a
seeded random generator draw them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from promise import INPUT_TABLES

Tables = dict[str, dict[str, list[Any]]]
Draw = Callable[[int, int], int]

AS_OF = date(2025, 9, 1)
HORIZON = 60


def empty_tables() -> Tables:
    return {name: {column: [] for column in columns} for name, columns in INPUT_TABLES.items()}


def add(table: dict[str, list[Any]], **row: Any) -> None:
    for column in table:
        table[column].append(row[column])


def day(number: int) -> date:
    return AS_OF + timedelta(days=number)


def hundredths(numerator: int, denominator: int) -> Decimal:
    return (Decimal(numerator) / Decimal(denominator)).quantize(Decimal("0.01"))


def draw_plant(draw: Draw, prefix: str = "") -> Tables:
    """A plant with 1-4 levels, its supply, its work orders and what is asked of it."""
    tables = empty_tables()
    centres = [f"{prefix}W{n}" for n in range(draw(1, 3))]
    _draw_capacity(draw, tables, centres)
    levels = draw(1, 4)
    items = [
        [f"{prefix}L{level}I{n}" for n in range(draw(1, 3 if level else 2))]
        for level in range(levels)
    ]
    for level, codes in enumerate(items):
        below = [code for deeper in items[level + 1 :] for code in deeper]
        for code in codes:
            _draw_item(draw, tables, code, below, centres, is_last=level == levels - 1)
    codes = [code for level in items for code in level]
    _draw_supply(draw, tables, codes, prefix)
    _draw_work_orders(draw, tables, codes, centres, prefix)
    _draw_demand(draw, tables, codes, items[0], prefix)
    return tables


def _draw_capacity(draw: Draw, tables: Tables, centres: list[str]) -> None:
    for centre in centres:
        hours = draw(1, 3) * 4
        holiday = draw(1, HORIZON)
        seven_days = draw(0, 3) == 0
        for number in range(1, HORIZON + 1):
            works = (seven_days or day(number).weekday() < 5) and number not in (
                holiday, holiday + 1,
            )  # fmt: skip
            add(
                tables["capacity"], work_centre=centre, day=day(number),
                available=hours if works else 0, is_working=works,
            )  # fmt: skip


def _draw_item(
    draw: Draw, tables: Tables, code: str, below: list[str], centres: list[str], is_last: bool
) -> None:
    kind = draw(0, 9)
    bought = kind < 7 if is_last else kind < 1
    source = "none" if kind == 9 and draw(0, 2) == 0 else "buy" if bought else "make"
    lead = draw(0, 20)
    add(
        tables["item"], item_code=code, source=source,
        lead_time_days=None if lead == 20 else lead,
        lot_min_qty=draw(0, 3) * 10 if draw(0, 2) == 0 else 0,
        lot_multiple_qty=draw(0, 3) * 5 if draw(0, 2) == 0 else 0,
        post_operation_days=draw(0, 2) if draw(0, 2) == 0 else 0,
    )  # fmt: skip
    if source != "make":
        return
    stages = draw(0, 3) if draw(0, 4) == 0 else draw(1, 2)
    for stage in range(1, stages + 1):
        together = 1 + (draw(0, 3) == 0 and len(centres) > 1)
        at = draw(0, len(centres) - 1)
        waiting = draw(0, 2) if draw(0, 3) == 0 else 0
        for n in range(together):
            single = draw(1, 4) if draw(0, 3) == 0 else None
            add(
                tables["operation"], item_code=code, stage_no=stage * 10,
                work_centre=centres[(at + n) % len(centres)],
                per_unit_load=hundredths(draw(0, 8), draw(1, 3) * 10),
                fixed_load=draw(0, 2) if draw(0, 2) == 0 else 0,
                waiting_days=waiting, single_run_per_day=single,
            )  # fmt: skip
    for component in below:
        if draw(0, 2) == 0:
            add(
                tables["component"], item_code=code, component_code=component,
                per_unit_qty=hundredths(draw(1, 6), 2), fixed_qty=draw(0, 2),
                stage_no=draw(0, 3) * 10,
            )  # fmt: skip


def _draw_supply(draw: Draw, tables: Tables, codes: list[str], prefix: str) -> None:
    for code in codes:
        for n in range(draw(0, 3)):
            arrives = 0 if draw(0, 1) == 0 else draw(0, 30)
            expires = arrives + draw(1, 25) if draw(0, 3) == 0 else None
            add(
                tables["supply"], supply_id=f"{prefix}S-{code}-{n}", item_code=code,
                available_day=day(arrives),
                expires_day=None if expires is None else day(expires), qty=draw(1, 40),
            )  # fmt: skip


def _draw_work_orders(
    draw: Draw, tables: Tables, codes: list[str], centres: list[str], prefix: str
) -> None:
    for n in range(draw(0, 2)):
        number = f"{prefix}WO{n}"
        start = draw(-5, 15)
        add(
            tables["work_order"], work_order_id=number, item_code=codes[draw(0, len(codes) - 1)],
            remaining_qty=draw(1, 30), start_day=day(start), due_day=day(start + draw(0, 15)),
            rank=n,
        )  # fmt: skip
        for stage in range(1, draw(0, 2) + 1):
            add(
                tables["work_order_operation"], work_order_id=number, stage_no=stage,
                work_centre=centres[draw(0, len(centres) - 1)], remaining_load=draw(0, 20),
                waiting_days=0, single_run_per_day=None,
            )  # fmt: skip


def _draw_demand(
    draw: Draw, tables: Tables, codes: list[str], tops: list[str], prefix: str
) -> None:
    firm = sorted(draw(0, 40) for _ in range(draw(0, 4)))
    dues: list[tuple[str, int | None]] = [("firm", due) for due in firm]
    dues += [("question", draw(0, 50) if draw(0, 3) else None) for _ in range(draw(1, 3))]
    for rank, (kind, due) in enumerate(dues):
        code = tops[draw(0, len(tops) - 1)] if draw(0, 2) else codes[draw(0, len(codes) - 1)]
        add(
            tables["demand"], demand_id=f"{prefix}{kind[0].upper()}{rank}", rank=rank, kind=kind,
            item_code=code, qty=draw(1, 60), due_day=None if due is None else day(due),
            release_day=day(draw(0, 4) if draw(0, 5) == 0 else 0), transit_days=draw(0, 3),
        )  # fmt: skip
