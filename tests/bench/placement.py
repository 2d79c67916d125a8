"""Processor seconds to place 10,000, 100,000 and 1,000,000 demands, and how many come late.

A generated two-level plant: made items of two bought or stocked parts, shared between items,
minimum lots, single run, 80 % loaded. Lateness stands beside seconds because speed alone is easily
had: the same demand is placed backward from its due day and then forward, and once forward only.
"""

from __future__ import annotations

import resource
import sys
import time
from dataclasses import dataclass

import numpy as np

from promise import compiled_place, place
from promise.types import (
    KIND_FIRM,
    NEVER,
    NONE,
    SOURCE_BUY,
    SOURCE_MAKE,
    UNIT,
    Ints,
    Orders,
    Plant,
    State,
)

ITEMS = 400
PARTS = 200
WORK_CENTRES = 20
HORIZON = 250
SIZES = (10_000, 100_000, 1_000_000)


@dataclass(frozen=True)
class Figure:
    """One measurement."""

    demands: int
    way: str
    seconds: float
    bookings: int
    late_share: float
    megabytes: float


def two_level_plant(demands: int, seed: int = 1) -> tuple[Plant, State, Orders]:
    """A plant that can just bear the demand: about 80 % of its capacity is asked for."""
    draw = np.random.default_rng(seed)
    count = ITEMS + PARTS
    stage_of_item = np.concatenate(
        [np.arange(0, 2 * ITEMS + 1, 2), 2 * ITEMS + np.arange(1, PARTS + 1)]
    )
    stages = int(stage_of_item[-1])
    source = np.concatenate([np.full(ITEMS, SOURCE_MAKE), np.full(PARTS, SOURCE_BUY)])
    lead_time = np.concatenate([np.full(ITEMS, NONE), draw.integers(3, 30, PARTS)])
    lot_min = np.where(draw.random(count) < 0.2, 20 * UNIT, 0)
    is_made_stage = np.arange(stages) < 2 * ITEMS
    with_parts = is_made_stage & (np.arange(stages) % 2 == 0)
    operations = int(is_made_stage.sum())
    components = 2 * int(with_parts.sum())
    per_unit = draw.integers(5, 50, operations) * UNIT // 100
    work_centre = draw.integers(0, WORK_CENTRES, operations)
    quantity = draw.integers(1, 20, demands) * UNIT
    item = draw.integers(0, ITEMS, demands)
    load_of_item = np.zeros((ITEMS, WORK_CENTRES))
    np.add.at(load_of_item, (np.arange(operations) // 2, work_centre), per_unit / UNIT)
    asked = np.bincount(item, np.maximum(quantity, lot_min[item]) / UNIT, ITEMS) @ load_of_item
    working = np.arange(HORIZON + 1) % 7 < 5
    working[0] = False
    daily = np.ceil(asked / 0.8 / working.sum()).astype(np.int64) + 8
    capacity = np.outer(daily * UNIT, working).astype(np.int64)
    plant = Plant(
        items=_rows(
            source, lead_time, lot_min, np.zeros(count), np.zeros(count), np.zeros(count),
            stage_of_item,
        ),
        stages=_rows(
            np.zeros(stages),
            np.concatenate([[0], np.cumsum(is_made_stage)]),
            np.concatenate([[0], np.cumsum(2 * with_parts)]),
        ),
        operations=_rows(
            per_unit, np.zeros(operations), work_centre, daily[work_centre] * UNIT // 2
        ),
        components=_rows(
            draw.integers(1, 4, components) * UNIT, np.zeros(components),
            ITEMS + draw.integers(0, PARTS, components),
        ),
        capacity=capacity,
        is_working=np.broadcast_to(working, capacity.shape).astype(np.int64),
    )  # fmt: skip
    lots = np.full((4, 3 * count), NEVER, np.int64)
    lots[0] = np.tile([0, 20, 60], count)
    lots[2] = draw.integers(0, demands * 20 // count + 1, 3 * count) * UNIT
    lots[2, : 3 * ITEMS] //= 10
    lots[3] = np.arange(3 * count)
    state = State(capacity.copy(), _rows(np.arange(0, 3 * count + 1, 3), np.full(count, 3)), lots)
    due = np.sort(draw.integers(10, HORIZON - 20, demands))
    none = np.full(demands, NONE)
    orders = Orders(
        _rows(np.full(demands, KIND_FIRM), item, quantity, due, np.zeros(demands),
              np.full(demands, 2), none, none, none)
    )  # fmt: skip
    return plant, state, orders


def _rows(*fields: Ints | np.ndarray) -> Ints:
    rows = np.zeros((len(fields), max(len(field) for field in fields)), np.int64)
    for at, field in enumerate(fields):
        rows[at, : len(field)] = field
    return rows


def measure(demands: int, way: str, is_compiled: bool = True) -> Figure:
    """Place so many demands; `way` is 'backward, then forward' or 'forward only'."""
    plant, state, orders = two_level_plant(demands)
    due = orders.rows[3].copy()
    if way == "forward only":
        orders.rows[3] = NONE
    chosen = compiled_place() if is_compiled else place
    start = time.process_time()
    placement = chosen(plant, state, orders, False)
    seconds = time.process_time() - start
    delivered = placement.answers[:, 5]
    late = (delivered > due) | (placement.answers[:, 2] != 0)
    return Figure(
        demands, way, seconds, len(placement.bookings), float(late.mean()),
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )  # fmt: skip


def main(sizes: tuple[int, ...] = SIZES) -> list[Figure]:
    """Measure and print; compiling is done before and printed apart."""
    start = time.perf_counter()
    measure(10, "forward only")
    print(f"compiling or loading the compiled engine: {time.perf_counter() - start:.1f} s")
    figures = []
    for demands in sizes:
        for way in ("backward, then forward", "forward only"):
            figure = measure(demands, way)
            figures.append(figure)
            print(
                f"{figure.demands:>9,} demands, {figure.way:<22}: {figure.seconds:7.2f} s,"
                f" {figure.bookings:>9,} bookings, {100 * figure.late_share:5.1f} % late,"
                f" peak {figure.megabytes:,.0f} MB"
            )
    return figures


if __name__ == "__main__":
    main(tuple(int(size) for size in sys.argv[1:]) or SIZES)
