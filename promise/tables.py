"""Tables with natural keys to the arrays of `place` and its answers back to tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa

from promise.bill import levels_of
from promise.columns import Reader, Table, amount_column, day_column, key_column, number
from promise.compiled import place_fast
from promise.types import (
    CIRCULAR_BOM,
    FIRST_LOT,
    KIND_FIRM,
    KIND_QUESTION,
    KIND_WORK,
    LOT_DAY,
    LOT_EXPIRES,
    LOT_ID,
    LOT_LEFT,
    NEVER,
    NO_OPERATION,
    NONE,
    PLACED,
    SOURCE_BUY,
    SOURCE_MAKE,
    SOURCE_NONE,
    UNIT,
    Ints,
    Orders,
    Placement,
    Plant,
    State,
)

INPUT_TABLES: Final[dict[str, tuple[str, ...]]] = {
    "item": (
        "item_code", "source", "lead_time_days", "lot_min_qty", "lot_multiple_qty",
        "post_operation_days",
    ),
    "component": ("item_code", "component_code", "per_unit_qty", "fixed_qty", "stage_no"),
    "operation": (
        "item_code", "stage_no", "work_centre", "per_unit_load", "fixed_load", "waiting_days",
        "single_run_per_day",
    ),
    "capacity": ("work_centre", "day", "available", "is_working"),
    "supply": ("supply_id", "item_code", "available_day", "expires_day", "qty"),
    "work_order": (
        "work_order_id", "item_code", "remaining_qty", "start_day", "due_day", "rank",
    ),
    "work_order_operation": (
        "work_order_id", "stage_no", "work_centre", "remaining_load", "waiting_days",
        "single_run_per_day",
    ),
    "work_order_component": ("work_order_id", "component_code", "open_qty", "stage_no"),
    "demand": (
        "demand_id", "rank", "kind", "item_code", "qty", "due_day", "release_day", "transit_days",
    ),
}  # fmt: skip
"""Every table the engine reads, by name, with the columns it needs."""

OUTPUT_TABLES: Final = (
    "answer", "booking", "peg", "chain", "lift", "residual_capacity", "residual_supply",
)  # fmt: skip
"""Every table the engine answers with."""

MODES: Final = ("firm", "alone", "queue")
REASONS: Final = (
    None, "no_source", "no_lead_time", "no_operation", "no_capacity", "circular_bom",
)  # fmt: skip
CHAIN_KINDS: Final = (
    "material_wait", "queue", "run", "waiting", "non_working", "post_operation", "transit",
)  # fmt: skip
LIFT_KINDS: Final = ("work_centre", "item")
_SOURCES: Final = {"make": SOURCE_MAKE, "buy": SOURCE_BUY}
_NO_LIMIT: Final = 1 << 50


@dataclass(frozen=True)
class Keys:
    """The natural keys behind the numbers of one problem."""

    items: Sequence[str]
    work_centres: Sequence[str]
    lots: Sequence[str]
    orders: Sequence[str]
    stage_numbers: Ints


@dataclass(frozen=True)
class Problem:
    """One whole question to `place`, with the keys to read its answer by."""

    plant: Plant
    state: State
    orders: Orders
    keys: Keys


def place_tables(tables: Mapping[str, Table], as_of: date) -> dict[str, pa.Table]:
    """Place the demand of these tables (names of `INPUT_TABLES`) as of a day.

    Returns the tables of `OUTPUT_TABLES`. Raises PlacementInputError when a table or a column is
    missing or an amount is no number; unknown items and work centres become reasons, not errors.
    """
    problem = read_problem(tables, as_of)
    return write_tables(problem, place_fast(problem.plant, problem.state, problem.orders), as_of)


def read_problem(tables: Mapping[str, Table], as_of: date) -> Problem:
    """Number every key and sort every row so that arrays can stand for the tables."""
    read = {
        name: Reader(name, tables.get(name), required) for name, required in INPUT_TABLES.items()
    }
    items = _Items(read, as_of)
    work_centres = sorted(
        {*read["operation"].keys("work_centre"), *read["work_order_operation"].keys("work_centre")}
        | set(read["capacity"].keys("work_centre"))
    )
    plant, stage_numbers = _read_plant(read, items, number(work_centres), as_of)
    state, lots = _read_state(read, items, plant, as_of)
    orders, order_keys = _read_orders(read, items, len(lots), as_of)
    keys = Keys(
        items=items.names,
        work_centres=work_centres,
        lots=[*lots, *items.work_orders],
        orders=order_keys,
        stage_numbers=stage_numbers,
    )
    return Problem(plant, state, orders, keys)


class _Items:
    """The numbering of items: work orders first, as items of their own, then parents first."""

    def __init__(self, read: Mapping[str, Reader], as_of: date) -> None:
        codes = set(read["item"].keys("item_code"))
        for table, column in (
            ("component", "item_code"), ("component", "component_code"),
            ("operation", "item_code"), ("supply", "item_code"), ("work_order", "item_code"),
            ("work_order_component", "component_code"), ("demand", "item_code"),
        ):  # fmt: skip
            codes.update(read[table].keys(column))
        parents = read["component"].keys("item_code")
        components = read["component"].keys("component_code")
        level, self.circular = levels_of(codes, parents, components)
        self.codes = sorted(codes, key=lambda code: (level[code], code))
        orders = read["work_order"]
        self.work_orders = orders.keys("work_order_id")
        self.made_by = orders.keys("item_code")
        ranks = orders.whole("rank", 0)
        self.order_rows = sorted(
            range(orders.rows),
            key=lambda row: (-level[self.made_by[row]], int(ranks[row]), self.work_orders[row]),
        )
        self.first_code = orders.rows
        self.of_work_order = number(self.work_orders)
        self.of_code = {code: self.first_code + at for at, code in enumerate(self.codes)}
        self.names = [*self.made_by, *self.codes]
        self.count = len(self.names)

    def codes_of(self, keys: Sequence[str]) -> Ints:
        return np.array([self.of_code[key] for key in keys], np.int64)

    def work_orders_of(self, keys: Sequence[str]) -> Ints:
        return np.array([self.of_work_order.get(key, NONE) for key in keys], np.int64)


def _read_plant(
    read: Mapping[str, Reader], items: _Items, work_centre: Mapping[str, int], as_of: date
) -> tuple[Plant, Ints]:
    source = np.full(items.count, SOURCE_NONE, np.int64)
    source[: items.first_code] = SOURCE_MAKE
    lead_time = np.full(items.count, NONE, np.int64)
    lot_min = np.zeros(items.count, np.int64)
    lot_multiple = np.zeros(items.count, np.int64)
    post_operation = np.zeros(items.count, np.int64)
    table = read["item"]
    at = items.codes_of(table.keys("item_code"))
    source[at] = [_SOURCES.get(name, SOURCE_NONE) for name in table.keys("source")]
    lead_time[at] = np.maximum(table.whole("lead_time_days", NONE), NONE)
    lot_min[at] = np.maximum(table.amounts("lot_min_qty"), 0)
    lot_multiple[at] = np.maximum(table.amounts("lot_multiple_qty"), 0)
    post_operation[at] = np.maximum(table.whole("post_operation_days", 0), 0)

    operation = _operations(read, items, work_centre)
    component = _components(read, items)
    stages = _Stages(items, operation, source, lead_time)
    operation_stage = stages.of(operation.item, operation.stage)
    component_stage = stages.of(component.item, component.stage)
    by_operation = np.lexsort((operation.work_centre, operation_stage))
    by_component = np.lexsort((component.component, component_stage))
    capacity, is_working = _capacity(read["capacity"], work_centre, as_of)
    plant = Plant(
        items=_stack(
            source, lead_time, lot_min, lot_multiple, post_operation, stages.hindrance(items),
            stages.first,
        ),
        stages=_stack(
            stages.waiting,
            _offsets(operation_stage, len(stages.waiting)),
            _offsets(component_stage, len(stages.waiting)),
        ),
        operations=_stack(
            operation.per_unit, operation.fixed, operation.work_centre, operation.single_run
        ).take(by_operation, axis=1),
        components=_stack(component.per_unit, component.fixed, component.component).take(
            by_component, axis=1
        ),
        capacity=capacity,
        is_working=is_working,
    )  # fmt: skip
    return plant, stages.numbers


@dataclass(frozen=True)
class _Operations:
    item: Ints
    stage: Ints
    work_centre: Ints
    per_unit: Ints
    fixed: Ints
    waiting: Ints
    single_run: Ints


@dataclass(frozen=True)
class _Components:
    item: Ints
    stage: Ints
    component: Ints
    per_unit: Ints
    fixed: Ints


def _operations(
    read: Mapping[str, Reader], items: _Items, work_centre: Mapping[str, int]
) -> _Operations:
    own, orders = read["operation"], read["work_order_operation"]
    centres = [work_centre[key] for key in own.keys("work_centre")]
    centres += [work_centre[key] for key in orders.keys("work_centre")]
    none = np.zeros(orders.rows, np.int64)
    single = np.concatenate(
        [own.amounts("single_run_per_day", NONE), orders.amounts("single_run_per_day", NONE)]
    )
    rows = _Operations(
        item=np.concatenate(
            [items.codes_of(own.keys("item_code")),
             items.work_orders_of(orders.keys("work_order_id"))]
        ),
        stage=np.concatenate([own.whole("stage_no", 0), orders.whole("stage_no", 0)]),
        work_centre=np.array(centres, np.int64),
        per_unit=np.concatenate([own.amounts("per_unit_load"), none]),
        fixed=np.concatenate([own.amounts("fixed_load"), orders.amounts("remaining_load")]),
        waiting=np.concatenate([own.whole("waiting_days", 0), orders.whole("waiting_days", 0)]),
        single_run=np.where(single < 0, _NO_LIMIT, single),
    )  # fmt: skip
    known = rows.item != NONE
    return _Operations(
        item=rows.item[known],
        stage=rows.stage[known],
        work_centre=rows.work_centre[known],
        per_unit=np.maximum(rows.per_unit[known], 0),
        fixed=np.maximum(rows.fixed[known], 0),
        waiting=np.maximum(rows.waiting[known], 0),
        single_run=rows.single_run[known],
    )


def _components(read: Mapping[str, Reader], items: _Items) -> _Components:
    own, orders = read["component"], read["work_order_component"]
    parents = own.keys("item_code")
    per_unit = np.concatenate([own.amounts("per_unit_qty"), np.zeros(orders.rows, np.int64)])
    fixed = np.concatenate([own.amounts("fixed_qty"), orders.amounts("open_qty")])
    item = np.concatenate(
        [items.codes_of(parents), items.work_orders_of(orders.keys("work_order_id"))]
    )
    component = np.concatenate(
        [items.codes_of(own.keys("component_code")),
         items.codes_of(orders.keys("component_code"))]
    )  # fmt: skip
    stage = np.concatenate([own.whole("stage_no", 0), orders.whole("stage_no", 0)])
    # a negative line is a by-product, a receipt: nothing is needed for it (K8)
    wanted = (item != NONE) & ((per_unit > 0) | (fixed > 0))
    wanted[: own.rows] &= np.array([parent not in items.circular for parent in parents], np.bool_)
    return _Components(
        item=item[wanted],
        stage=stage[wanted],
        component=component[wanted],
        per_unit=np.maximum(per_unit[wanted], 0),
        fixed=np.maximum(fixed[wanted], 0),
    )


class _Stages:
    """Stages of every item in working order; an item without operations has one empty stage."""

    def __init__(
        self, items: _Items, operation: _Operations, source: Ints, lead_time: Ints
    ) -> None:
        with_stages = np.unique(np.stack([operation.item, operation.stage]), axis=1)
        bare = np.setdiff1d(np.arange(items.count), with_stages[0])
        item = np.concatenate([with_stages[0], bare])
        numbers = np.concatenate([with_stages[1], np.zeros(len(bare), np.int64)])
        order = np.lexsort((numbers, item))
        self.item, self.numbers = item[order], numbers[order]
        self.first = _offsets(self.item, items.count)
        self.waiting = np.zeros(len(self.item), np.int64)
        np.maximum.at(self.waiting, self.of(operation.item, operation.stage), operation.waiting)
        # what is made without a work centre takes its lead time (K17)
        empty = self.first[bare]
        self.waiting[empty] = np.where(source[bare] == SOURCE_MAKE, lead_time[bare], 0)
        self.without_way = bare[(lead_time[bare] < 0) & (bare >= items.first_code)]
        self.waiting = np.maximum(self.waiting, 0)

    def of(self, item: Ints, stage: Ints) -> Ints:
        """The stage of each row: its own number or the next one there is, else the item's last."""
        width = 1 << 20
        place = np.searchsorted(self.item * width + self.numbers, item * width + stage)
        return np.minimum(np.maximum(place, self.first[item]), self.first[item + 1] - 1)

    def hindrance(self, items: _Items) -> Ints:
        """Why an item can't be made, as a reason; 0 if it can."""
        why = np.full(items.count, PLACED, np.int64)
        why[self.without_way] = NO_OPERATION
        for code in items.circular:
            why[items.of_code[code]] = CIRCULAR_BOM
        return why


def _stack(*fields: Ints) -> Ints:
    """Fields of one table as rows of one array; the shorter ones end in a zero.

    Reorder it with `take`: an index would turn it in memory, and Numba compiles `place` anew for
    each combination of arrays that lie otherwise.
    """
    stacked = np.zeros((len(fields), max(len(field) for field in fields)), np.int64)
    for row, field in enumerate(fields):
        stacked[row, : len(field)] = field
    return stacked


def _offsets(sorted_keys: Ints, count: int) -> Ints:
    return np.concatenate(
        [np.zeros(1, np.int64), np.cumsum(np.bincount(sorted_keys, minlength=count))]
    ).astype(np.int64)


def _capacity(table: Reader, work_centre: Mapping[str, int], as_of: date) -> tuple[Ints, Ints]:
    day = table.days("day", as_of, NONE)
    row = np.array([work_centre[key] for key in table.keys("work_centre")], np.int64)
    available = np.maximum(table.amounts("available"), 0)
    is_working = table.flags("is_working")
    horizon = int(day.max(initial=0))
    capacity = np.zeros((len(work_centre), horizon + 1), np.int64)
    working = np.zeros((len(work_centre), horizon + 1), np.int64)
    ahead = day > 0
    capacity[row[ahead], day[ahead]] = available[ahead]
    working[row[ahead], day[ahead]] = is_working[ahead]
    return capacity, working


def _read_state(
    read: Mapping[str, Reader], items: _Items, plant: Plant, as_of: date
) -> tuple[State, list[str]]:
    table = read["supply"]
    names = table.keys("supply_id")
    item = items.codes_of(table.keys("item_code"))
    day = np.maximum(table.days("available_day", as_of, 0), 0)
    expires = table.days("expires_day", as_of, NEVER)
    left = np.maximum(table.amounts("qty"), 0)
    receipts = np.bincount(items.codes_of(items.made_by), minlength=items.count)
    counts = np.bincount(item, minlength=items.count).astype(np.int64)
    first = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts + receipts)]).astype(np.int64)
    by_name = np.argsort(np.array(names, dtype=object), kind="stable") if names else item
    order = by_name[np.lexsort((expires[by_name], day[by_name], item[by_name]))]
    place = first[item[order]] + np.arange(len(order)) - (np.cumsum(counts) - counts)[item[order]]
    lots = np.empty((4, int(first[-1])), np.int64)
    lots[[LOT_DAY, LOT_EXPIRES]] = NEVER
    lots[LOT_LEFT] = 0
    lots[LOT_ID] = NONE
    lots[:, place] = np.stack([day[order], expires[order], left[order], order])
    state = State(free=plant.capacity.copy(), items=_stack(first, counts), lots=lots)
    return state, names


def _read_orders(
    read: Mapping[str, Reader], items: _Items, lots: int, as_of: date
) -> tuple[Orders, list[str]]:
    work, demand = read["work_order"], read["demand"]
    by_order = np.array(items.order_rows, np.int64)
    names = demand.keys("demand_id")
    kind = np.array(
        [KIND_QUESTION if key == "question" else KIND_FIRM for key in demand.keys("kind")],
        np.int64,
    )
    rank = demand.whole("rank", 0)
    by_name = sorted(range(demand.rows), key=lambda row: names[row])
    by_rank = np.array(sorted(by_name, key=lambda row: (kind[row], rank[row])), np.int64)
    start = np.maximum(work.days("start_day", as_of, 0) - 1, 0)
    none = np.full(demand.rows, NONE, np.int64)
    due = np.maximum(demand.days("due_day", as_of, NONE), NONE)
    work_due = np.maximum(work.days("due_day", as_of, NONE), NONE)
    transit = np.maximum(demand.whole("transit_days", 0), 0)
    quantity = np.maximum(demand.amounts("qty"), 0)
    release = demand.days("release_day", as_of, 0)
    receipt = np.maximum(work.amounts("remaining_qty"), 0)
    work_rows = [
        np.full(work.rows, KIND_WORK, np.int64),
        np.arange(work.rows),
        np.full(work.rows, UNIT, np.int64),
        work_due,
        start,
        np.zeros(work.rows, np.int64),
        items.codes_of(items.made_by),
        receipt,
        lots + np.arange(work.rows),
    ]
    item = items.codes_of(demand.keys("item_code"))
    demand_rows = [kind, item, quantity, due, release, transit, none, none, none]
    orders = Orders(
        np.concatenate(
            [
                _stack(*work_rows).take(by_order, axis=1),
                _stack(*demand_rows).take(by_rank, axis=1),
            ],
            axis=1,
        )
    )
    order_keys = [items.work_orders[row] for row in by_order]
    return orders, order_keys + [names[row] for row in by_rank]


def write_tables(problem: Problem, placement: Placement, as_of: date) -> dict[str, pa.Table]:
    """The placement as tables with natural keys, days as dates, amounts as DECIMAL(18,6)."""
    keys = problem.keys
    return {
        "answer": _answer_table(keys, placement.answers, as_of),
        "booking": _booking_table(keys, placement.bookings, as_of),
        "peg": _peg_table(keys, placement.pegs, as_of),
        "chain": _chain_table(keys, placement.chains, as_of),
        "lift": _lift_table(keys, placement.lifts, as_of),
        "residual_capacity": _residual_capacity_table(problem, placement, as_of),
        "residual_supply": _residual_supply_table(keys, placement, as_of),
    }


def _names(names: Sequence[str | None], rows: Ints) -> pa.Array:
    return key_column(names, rows)


def _answer_table(keys: Keys, rows: Ints, as_of: date) -> pa.Table:
    reason = rows[:, 2]
    is_placed = reason == 0
    reason_key = np.where(is_placed, NONE, rows[:, 3])
    is_capacity = reason == 4
    names = [*keys.items, *keys.work_centres]
    key_rows = np.where(is_capacity & (reason_key >= 0), reason_key + len(keys.items), reason_key)
    return pa.table(
        {
            "demand_id": _names(keys.orders, rows[:, 0]),
            "mode": _names(MODES, rows[:, 1]),
            "status": _names(("placed", "unplaced"), np.where(is_placed, 0, 1)),
            "reason_code": _names(REASONS, reason),
            "reason_key": _names(names, key_rows),
            "ready_day": day_column(rows[:, 4], as_of),
            "delivered_day": day_column(rows[:, 5], as_of),
            "from_stock_qty": amount_column(np.maximum(rows[:, 6], 0)),
            "to_make_qty": amount_column(np.maximum(rows[:, 7], 0)),
            "to_buy_qty": amount_column(np.maximum(rows[:, 8], 0)),
            "make_ready_day": day_column(rows[:, 9], as_of),
        }
    )


def _booking_table(keys: Keys, rows: Ints, as_of: date) -> pa.Table:
    return pa.table(
        {
            "demand_id": _names(keys.orders, rows[:, 0]),
            "mode": _names(MODES, rows[:, 1]),
            "item_code": _names(keys.items, rows[:, 2]),
            "stage_no": pa.array(keys.stage_numbers[rows[:, 3]], pa.int32()),
            "work_centre": _names(keys.work_centres, rows[:, 4]),
            "day": day_column(rows[:, 5], as_of),
            "amount": amount_column(rows[:, 6]),
        }
    )


def _peg_table(keys: Keys, rows: Ints, as_of: date) -> pa.Table:
    lot_names = [*keys.lots, *(f"buy:{item}" for item in keys.items)]
    lots = np.where(rows[:, 3] == NONE, rows[:, 2] + len(keys.lots), rows[:, 3])
    return pa.table(
        {
            "demand_id": _names(keys.orders, rows[:, 0]),
            "mode": _names(MODES, rows[:, 1]),
            "item_code": _names(keys.items, rows[:, 2]),
            "supply_id": _names(lot_names, lots),
            "qty": amount_column(rows[:, 4]),
            "day": day_column(rows[:, 5], as_of),
            "is_top": pa.array(rows[:, 6] == 1),
        }
    )


def _chain_table(keys: Keys, rows: Ints, as_of: date) -> pa.Table:
    return pa.table(
        {
            "demand_id": _names(keys.orders, rows[:, 0]),
            "mode": _names(MODES, rows[:, 1]),
            "seq": pa.array(rows[:, 2], pa.int32()),
            "kind": _names(CHAIN_KINDS, rows[:, 3]),
            "days": pa.array(rows[:, 7] - rows[:, 6] + 1, pa.int32()),
            "item_code": _names(keys.items, rows[:, 4]),
            "work_centre": _names(keys.work_centres, rows[:, 5]),
            "from_day": day_column(rows[:, 6], as_of),
            "to_day": day_column(rows[:, 7], as_of),
        }
    )


def _lift_table(keys: Keys, rows: Ints, as_of: date) -> pa.Table:
    names = [*keys.work_centres, *keys.items]
    key_rows = np.where(rows[:, 2] == 1, rows[:, 3] + len(keys.work_centres), rows[:, 3])
    return pa.table(
        {
            "demand_id": _names(keys.orders, rows[:, 0]),
            "mode": _names(MODES, rows[:, 1]),
            "kind": _names(LIFT_KINDS, rows[:, 2]),
            "key": _names(names, key_rows),
            "delivered_day": day_column(rows[:, 4], as_of),
        }
    )


def _residual_capacity_table(problem: Problem, placement: Placement, as_of: date) -> pa.Table:
    capacity = problem.plant.capacity
    centres, days = capacity.shape
    centre, day = np.divmod(np.arange(centres * max(days - 1, 0)), max(days - 1, 1))
    day = day + 1
    parts = []
    for mode, free in ((0, placement.after_firm.free), (2, placement.after_queue.free)):
        parts.append(
            pa.table(
                {
                    "mode": _names(MODES, np.full(len(day), mode)),
                    "work_centre": _names(problem.keys.work_centres, centre),
                    "day": day_column(day, as_of),
                    "available": amount_column(free[centre, day]),
                    "capacity": amount_column(capacity[centre, day]),
                    "is_working": pa.array(problem.plant.is_working[centre, day] == 1),
                }
            )
        )
    return pa.concat_tables(parts)


def _residual_supply_table(keys: Keys, placement: Placement, as_of: date) -> pa.Table:
    state = placement.after_queue
    item = np.repeat(np.arange(len(keys.items)), np.diff(state.items[FIRST_LOT]))
    is_lot = state.lots[LOT_ID] != NONE
    parts = []
    for mode, left in (
        (0, placement.after_firm.lots[LOT_LEFT]),
        (2, placement.after_queue.lots[LOT_LEFT]),
    ):
        parts.append(
            pa.table(
                {
                    "mode": _names(MODES, np.full(int(is_lot.sum()), mode)),
                    "supply_id": _names(keys.lots, state.lots[LOT_ID][is_lot]),
                    "item_code": _names(keys.items, item[is_lot]),
                    "available_day": day_column(state.lots[LOT_DAY][is_lot], as_of),
                    "expires_day": day_column(state.lots[LOT_EXPIRES][is_lot], as_of),
                    "qty": amount_column(left[is_lot]),
                }
            )
        )
    return pa.concat_tables(parts)
