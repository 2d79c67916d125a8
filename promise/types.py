"""The arrays that `place` takes and gives: amounts in millionths, days counted from as-of."""

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

NO: Final = 0
YES: Final = 1
TODAY: Final = 0
FIRST_ROW: Final = 0
TAKE: Final = -1
GIVE_BACK: Final = 1

SOURCE_NONE: Final = 0
SOURCE_MAKE: Final = 1
SOURCE_BUY: Final = 2

KIND_WORK: Final = 0
KIND_FIRM: Final = 1
KIND_QUESTION: Final = 2

MODE_FIRM: Final = 0
MODE_ALONE: Final = 1
MODE_QUEUE: Final = 2

PLACED: Final = 0
NO_SOURCE: Final = 1
NO_LEAD_TIME: Final = 2
NO_OPERATION: Final = 3
NO_CAPACITY: Final = 4
CIRCULAR_BOM: Final = 5

MATERIAL_WAIT: Final = 0
QUEUE: Final = 1
RUN: Final = 2
WAITING: Final = 3
NON_WORKING: Final = 4
POST_OPERATION: Final = 5
TRANSIT: Final = 6

LIFT_WORK_CENTRE: Final = 0
LIFT_ITEM: Final = 1


# rows of Plant.items
SOURCE: Final = 0
LEAD_TIME: Final = 1
LOT_MIN: Final = 2
LOT_MULTIPLE: Final = 3
POST_DAYS: Final = 4
HINDRANCE: Final = 5
FIRST_STAGE: Final = 6

# rows of Plant.stages
WAIT_DAYS: Final = 0
FIRST_OPERATION: Final = 1
FIRST_COMPONENT: Final = 2

# rows of Plant.operations and Plant.components
PER_UNIT: Final = 0
FIXED: Final = 1
WORK_CENTRE: Final = 2
SINGLE_RUN: Final = 3

COMPONENT: Final = 2

# rows of State.items
FIRST_LOT: Final = 0
LOT_COUNT: Final = 1

# rows of State.lots
LOT_DAY: Final = 0
LOT_EXPIRES: Final = 1
LOT_LEFT: Final = 2
LOT_ID: Final = 3

# rows of Orders.rows
ORDER_KIND: Final = 0
ORDER_ITEM: Final = 1
ORDER_QUANTITY: Final = 2
ORDER_DUE: Final = 3
ORDER_RELEASE: Final = 4
ORDER_TRANSIT: Final = 5
ORDER_RECEIPT_ITEM: Final = 6
ORDER_RECEIPT_QUANTITY: Final = 7
ORDER_RECEIPT_LOT: Final = 8

# rows of Desk.items
MEMBERS: Final = 0
IS_MEMBER: Final = 1
NEED: Final = 2
MAKE: Final = 3
TAKEN: Final = 4
ACTUAL: Final = 5
READY: Final = 6
NEED_BY: Final = 7
USED_UNTIL: Final = 8
IS_SHORT: Final = 9
BY_SUPPLY: Final = 10
REASON: Final = 11
REASON_KEY: Final = 12

# rows of Desk.stages
STAGE_READY: Final = 0
STAGE_WAITS_FOR: Final = 1
STAGE_END: Final = 2

# rows of Desk.fronts
FRONT_DAY: Final = 0
FRONT_USED: Final = 1

# rows of Desk.loads
LOAD: Final = 0
DONE: Final = 1
LAST: Final = 2

# rows of Desk.breaks
BREAK_DAY: Final = 0
BREAK_STOCK: Final = 1


class Plant(NamedTuple):
    """What does not change while orders are placed. A NamedTuple because Numba takes one apart.

    Each array holds one field a row, named by the constants below, one item (stage, …) a column:
    few big arrays compile many times faster than many small ones. Items are numbered so that a
    component always has a higher number than what it goes into. Stages of item i are
    `items[FIRST_STAGE, i] : items[FIRST_STAGE, i + 1]`, in working order; work centres and
    components of stage s likewise by FIRST_OPERATION and FIRST_COMPONENT.
    """

    items: Ints
    stages: Ints
    operations: Ints
    components: Ints
    capacity: Ints
    is_working: Ints


class State(NamedTuple):
    """What is still free, changed in place as orders are committed.

    `free` by work centre and day. Lots of item i begin at `items[FIRST_LOT, i]`, LOT_COUNT of them
    by available day; the space behind them is kept for receipts of work orders.
    """

    free: Ints
    items: Ints
    lots: Ints


class Orders(NamedTuple):
    """What asks, in the order in which it is served: work orders, firm demands, questions."""

    rows: Ints


class Placement(NamedTuple):
    """What `place` answers; one row each, columns named by the `*_COLUMNS` of this file."""

    answers: Ints
    bookings: Ints
    pegs: Ints
    chains: Ints
    lifts: Ints
    after_firm: State
    after_queue: State


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
    """Rows written so far; `used` holds how many of bookings, pegs, chains, lifts, trace."""

    bookings: Ints
    pegs: Ints
    chains: Ints
    lifts: Ints
    trace: Ints
    used: Ints


LOG_BOOKINGS: Final = 0
LOG_PEGS: Final = 1
LOG_CHAINS: Final = 2
LOG_LIFTS: Final = 3
LOG_TRACE: Final = 4


class Desk(NamedTuple):
    """Scratch paper for one order: by item, by stage, by work centre, by row of a stage."""

    items: Ints
    stages: Ints
    fronts: Ints
    loads: Ints
    breaks: Ints


class Lift(NamedTuple):
    """One constraint imagined away: overtime on a work centre, or an item at hand on day 0."""

    work_centre: int
    item: int
