"""The arrays that `place` takes and gives: amounts in millionths, days counted from the as-of day."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

UNIT: Final = 1_000_000
"""One whole piece, hour or cycle, as an integer amount."""

NEVER: Final = 1 << 40
"""A day that does not come: no date can be given."""

NONE: Final = -1
"""No such index: no work centre, no item, no day."""

SOURCE_NONE: Final = 0
SOURCE_MAKE: Final = 1
SOURCE_BUY: Final = 2

ORDER_WORK: Final = 0
ORDER_FIRM: Final = 1
ORDER_QUESTION: Final = 2

MODE_FIRM: Final = 0
MODE_ALONE: Final = 1
MODE_QUEUE: Final = 2

PLACED: Final = 0
NO_SOURCE: Final = 1
NO_LEAD_TIME: Final = 2
NO_OPERATION: Final = 3
NO_CAPACITY: Final = 4

MATERIAL_WAIT: Final = 0
QUEUE: Final = 1
RUN: Final = 2
WAITING: Final = 3
NON_WORKING: Final = 4
POST_OPERATION: Final = 5
TRANSIT: Final = 6

LIFT_WORK_CENTRE: Final = 0
LIFT_ITEM: Final = 1


class Plant(NamedTuple):
    """What does not change while orders are placed. A NamedTuple because Numba takes one apart.

    Items are numbered so that a component always has a higher number than what it goes into.
    Stages of item i are `stage_of_item[i] : stage_of_item[i + 1]`, in working order; work centres
    of stage s are rows `operation_of_stage[s] : operation_of_stage[s + 1]`, its components rows
    `component_of_stage[s] : component_of_stage[s + 1]`.
    """

    source: Ints
    lead_time: Ints
    lot_min: Ints
    lot_multiple: Ints
    post_operation: Ints
    can_make: Ints
    stage_of_item: Ints
    stage_waiting: Ints
    operation_of_stage: Ints
    operation_work_centre: Ints
    operation_per_unit: Ints
    operation_fixed: Ints
    operation_single_run: Ints
    component_of_stage: Ints
    component_item: Ints
    component_per_unit: Ints
    component_fixed: Ints
    capacity: Ints
    is_working: Ints


class State(NamedTuple):
    """What is still free, changed in place as orders are committed.

    Lots of item i are rows `lot_of_item[i] : lot_of_item[i] + lot_count[i]`, by available day; the
    space behind them up to `lot_of_item[i + 1]` is kept for receipts of work orders.
    """

    free: Ints
    lot_of_item: Ints
    lot_count: Ints
    lot_day: Ints
    lot_expires: Ints
    lot_left: Ints
    lot_id: Ints


class Orders(NamedTuple):
    """What asks, in the order in which it is served: work orders, firm demands, questions."""

    kind: Ints
    item: Ints
    quantity: Ints
    due: Ints
    release: Ints
    transit: Ints
    receipt_item: Ints
    receipt_quantity: Ints
    receipt_lot: Ints


class Placement(NamedTuple):
    """What `place` answers; one row each, columns named by the `*_COLUMNS` of this file."""

    answers: Ints
    bookings: Ints
    pegs: Ints
    chains: Ints
    lifts: Ints
    firm_free: Ints
    firm_left: Ints
    queue_free: Ints
    queue_left: Ints
    state: State


ANSWER_COLUMNS: Final = (
    "order", "mode", "reason", "reason_key", "ready", "delivered",
    "from_stock", "to_make", "to_buy", "make_ready", "is_backward",
)  # fmt: skip
BOOKING_COLUMNS: Final = ("order", "mode", "item", "stage", "work_centre", "day", "amount")
PEG_COLUMNS: Final = ("order", "mode", "item", "lot", "quantity", "day", "is_top")
CHAIN_COLUMNS: Final = (
    "order", "mode", "seq", "kind", "item", "work_centre", "from_day", "to_day",
)  # fmt: skip
LIFT_COLUMNS: Final = ("order", "mode", "kind", "key", "delivered")


class Log(NamedTuple):
    """Rows written so far; `count` holds how many of bookings, pegs, chains, lifts, trace."""

    bookings: Ints
    pegs: Ints
    chains: Ints
    lifts: Ints
    trace: Ints
    count: Ints


LOG_BOOKINGS: Final = 0
LOG_PEGS: Final = 1
LOG_CHAINS: Final = 2
LOG_LIFTS: Final = 3
LOG_TRACE: Final = 4


class Desk(NamedTuple):
    """Scratch paper for one order: by item, by stage, by work centre."""

    members: Ints
    is_member: Ints
    need: Ints
    make: Ints
    taken: Ints
    actual: Ints
    ready: Ints
    need_by: Ints
    used_until: Ints
    is_short: Ints
    by_supply: Ints
    reason: Ints
    reason_key: Ints
    stage_ready: Ints
    stage_waits_for: Ints
    stage_end: Ints
    front_day: Ints
    front_used: Ints
    load: Ints
    done: Ints
    last: Ints
    breaks: Ints
    sums: Ints


class Lift(NamedTuple):
    """One constraint imagined away: overtime on a work centre, or an item at hand on day 0."""

    work_centre: int
    item: int
