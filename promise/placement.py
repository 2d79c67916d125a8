"""`place`: every order in its turn on what those before it have left. No rule, no I/O, no clock."""

from __future__ import annotations

import numpy as np

from promise.chain import name_missing, walk_backward, walk_forward
from promise.commit import apply_rows, place_backward, write_forward
from promise.forward import earliest, gather
from promise.supply import receive
from promise.types import (
    ACTUAL,
    FIRST_LOT,
    FIRST_OPERATION,
    FIRST_ROW,
    FIRST_STAGE,
    KIND_FIRM,
    KIND_QUESTION,
    KIND_WORK,
    LIFT_ITEM,
    LIFT_WORK_CENTRE,
    LOG_BOOKINGS,
    LOG_CHAINS,
    LOG_LIFTS,
    LOG_PEGS,
    LOG_TRACE,
    LOT_COUNT,
    MATERIAL_WAIT,
    MEMBERS,
    MODE_ALONE,
    MODE_FIRM,
    MODE_QUEUE,
    NEVER,
    NO,
    NON_WORKING,
    NONE,
    ORDER_DUE,
    ORDER_ITEM,
    ORDER_KIND,
    ORDER_QUANTITY,
    ORDER_RECEIPT_ITEM,
    ORDER_RECEIPT_LOT,
    ORDER_RECEIPT_QUANTITY,
    ORDER_RELEASE,
    ORDER_TRANSIT,
    PLACED,
    POST_DAYS,
    QUEUE,
    REASON,
    REASON_KEY,
    RUN,
    SOURCE,
    SOURCE_BUY,
    TAKEN,
    TODAY,
    YES,
    Desk,
    Ints,
    Lift,
    Log,
    Orders,
    Placement,
    Plant,
    State,
)


def place(plant: Plant, state: State, orders: Orders, with_reasons: bool) -> Placement:
    """Place all orders in the order given; the arrays of `state` are used up in doing so.

    Work orders and firm demands go backward from their due day where that fits, else forward.
    Questions come after them: each one first alone, leaving no trace, then in queue, committed.
    Without `with_reasons` no chains and lifts are written. Amounts in millionths, days from as-of.
    """
    number = orders.rows.shape[1]
    desk = new_desk(plant, state)
    log = new_log(64)
    answers = np.zeros((2 * number, 11), np.int64)
    written = FIRST_ROW
    after_firm = copy_of(state)
    in_questions = False
    for order in range(number):
        if orders.rows[ORDER_KIND, order] == KIND_QUESTION and not in_questions:
            in_questions = True
            after_firm = copy_of(state)
        top = int(orders.rows[ORDER_ITEM, order])
        count = gather(plant, desk, top)
        log = make_room(plant, state, desk, log, count)
        if orders.rows[ORDER_KIND, order] == KIND_QUESTION:
            place_forward(
                plant, after_firm, desk, log, count, orders, order, MODE_ALONE, with_reasons,
                answers, written,
            )  # fmt: skip
            log = make_room(plant, state, desk, log, count)
            place_forward(
                plant, state, desk, log, count, orders, order, MODE_QUEUE, with_reasons,
                answers, written + 1,
            )  # fmt: skip
            written += 2
        else:
            place_firm(
                plant, state, desk, log, count, orders, order, with_reasons, answers, written
            )
            written += 1
    if not in_questions:
        after_firm = copy_of(state)
    return Placement(
        answers[:written],
        log.bookings[: log.used[LOG_BOOKINGS]],
        log.pegs[: log.used[LOG_PEGS]],
        log.chains[: log.used[LOG_CHAINS]],
        log.lifts[: log.used[LOG_LIFTS]],
        after_firm,
        state,
    )


def copy_of(state: State) -> State:
    """The state as it is now: what firm work leaves is what a question asked alone finds (K5)."""
    return State(state.free.copy(), state.items.copy(), state.lots.copy())


def new_desk(plant: Plant, state: State) -> Desk:
    """Clean scratch paper for this plant."""
    items = plant.items.shape[1]
    most_lots = 1
    for item in range(items - 1):
        lots = state.items[FIRST_LOT, item + 1] - state.items[FIRST_LOT, item]
        most_lots = max(most_lots, int(lots))
    most_operations = 1
    for stage in range(plant.stages.shape[1] - 1):
        rows = plant.stages[FIRST_OPERATION, stage + 1] - plant.stages[FIRST_OPERATION, stage]
        most_operations = max(most_operations, int(rows))
    return Desk(
        np.zeros((13, items), np.int64),
        np.zeros((3, plant.stages.shape[1]), np.int64),
        np.full((2, plant.capacity.shape[0]), NONE, np.int64),
        np.zeros((3, most_operations), np.int64),
        np.zeros((2, 2 * most_lots + 2), np.int64),
    )


def new_log(rows: int) -> Log:
    """An empty log with room for some rows."""
    return Log(
        bookings=np.zeros((rows, 7), np.int64),
        pegs=np.zeros((rows, 7), np.int64),
        chains=np.zeros((rows, 8), np.int64),
        lifts=np.zeros((rows, 5), np.int64),
        trace=np.zeros((rows, 4), np.int64),
        used=np.zeros(5, np.int64),
    )


def make_room(plant: Plant, state: State, desk: Desk, log: Log, count: int) -> Log:
    """The log with room for whatever one more order could write."""
    horizon = state.free.shape[1] + 2
    operations = 1
    stages = 1
    lots = 1
    for at in range(count):
        item = desk.items[MEMBERS, at]
        first = plant.items[FIRST_STAGE, item]
        last = plant.items[FIRST_STAGE, item + 1]
        stages += last - first
        operations += plant.stages[FIRST_OPERATION, last] - plant.stages[FIRST_OPERATION, first]
        lots += state.items[LOT_COUNT, item] + 1
    log.used[LOG_TRACE] = 0
    return Log(
        bookings=with_room(log.bookings, log.used[LOG_BOOKINGS], operations * horizon),
        pegs=with_room(log.pegs, log.used[LOG_PEGS], lots + count),
        chains=with_room(log.chains, log.used[LOG_CHAINS], stages * (horizon + 6) + 2 * count),
        lifts=with_room(log.lifts, log.used[LOG_LIFTS], operations + count),
        trace=with_room(log.trace, TODAY, stages * horizon),
        used=log.used,
    )


def with_room(rows: Ints, used: int, more: int) -> Ints:
    """The same rows, in a bigger array when `more` would not fit behind the used ones."""
    if used + more <= rows.shape[0]:
        return rows
    bigger = np.empty((2 * int(used) + int(more), rows.shape[1]), np.int64)
    bigger[:used] = rows[:used]
    return bigger


def place_firm(
    plant: Plant, state: State, desk: Desk, log: Log, count: int, orders: Orders, order: int,
    with_reasons: bool, answers: Ints, row: int,
) -> None:  # fmt: skip
    """Place a work order or firm demand, backward if its due day allows, else forward."""
    top = int(orders.rows[ORDER_ITEM, order])
    post = int(plant.items[POST_DAYS, top])
    transit = int(orders.rows[ORDER_TRANSIT, order])
    ready = int(orders.rows[ORDER_DUE, order]) - transit - post
    first_booking = int(log.used[LOG_BOOKINGS])
    first_day = max(0, int(orders.rows[ORDER_RELEASE, order])) + 1
    quantity = int(orders.rows[ORDER_QUANTITY, order])
    if orders.rows[ORDER_DUE, order] != NONE and place_backward(
        plant, state, desk, log, count, quantity, first_day, ready, order, MODE_FIRM
    ):
        delivered = ready + post + transit
        if with_reasons:
            walk_backward(
                plant, desk, log, first_booking, order, MODE_FIRM, ready, delivered, transit
            )
        write_answer(
            plant, desk, log, answers, row, order, MODE_FIRM, ready, delivered,
            ready if desk.items[ACTUAL, top] > 0 else NONE, YES,
        )  # fmt: skip
    else:
        place_forward(
            plant, state, desk, log, count, orders, order, MODE_FIRM, with_reasons, answers, row
        )
    receipt = int(orders.rows[ORDER_RECEIPT_QUANTITY, order])
    is_made = orders.rows[ORDER_KIND, order] == KIND_WORK and answers[row, 2] == PLACED
    if is_made and receipt > 0:
        item = int(orders.rows[ORDER_RECEIPT_ITEM, order])
        lot = int(orders.rows[ORDER_RECEIPT_LOT, order])
        day = max(int(orders.rows[ORDER_DUE, order]), int(answers[row, 4]))
        receive(state, item, lot, day, receipt)


def place_forward(
    plant: Plant, state: State, desk: Desk, log: Log, count: int, orders: Orders, order: int,
    mode: int, with_reasons: bool, answers: Ints, row: int,
) -> None:  # fmt: skip
    """Place one order as early as can be and write its answer; commit it unless asked alone."""
    top = int(orders.rows[ORDER_ITEM, order])
    post = int(plant.items[POST_DAYS, top])
    transit = int(orders.rows[ORDER_TRANSIT, order])
    release = max(0, int(orders.rows[ORDER_RELEASE, order]))
    if orders.rows[ORDER_KIND, order] == KIND_WORK:
        release = 0
    quantity = int(orders.rows[ORDER_QUANTITY, order])
    not_before = release
    if orders.rows[ORDER_KIND, order] == KIND_FIRM:
        # an order is not served before it is due, so a lot that expires by then is none of its own
        not_before = max(release, int(orders.rows[ORDER_DUE, order]) - transit - post)
    lift = Lift(NONE, NONE)
    ready, made, cut, until = earliest(
        plant, state, desk, log, count, quantity, release, not_before, lift
    )
    answers[row, 0] = order
    answers[row, 1] = mode
    if ready >= NEVER:
        name_missing(desk, count)
        answers[row, 2] = desk.items[REASON, top]
        answers[row, 3] = desk.items[REASON_KEY, top]
        for column in range(4, 10):
            answers[row, column] = NONE
        return
    due = ready
    if orders.rows[ORDER_KIND, order] == KIND_FIRM:
        due = int(orders.rows[ORDER_DUE, order]) - transit - post
    first_booking = int(log.used[LOG_BOOKINGS])
    first_peg = int(log.used[LOG_PEGS])
    first_chain = int(log.used[LOG_CHAINS])
    log.used[LOG_TRACE] = 0
    write_forward(
        plant,
        state,
        desk,
        log,
        count,
        quantity,
        release,
        due,
        ready,
        cut,
        until,
        lift,
        order,
        mode,
    )
    delivered = ready + post + transit
    write_answer(
        plant, desk, log, answers, row, order, mode, ready, delivered,
        made if desk.items[ACTUAL, top] > 0 else NONE, NO,
    )  # fmt: skip
    if with_reasons:
        walk_forward(plant, desk, log, order, mode, ready, made, not_before, delivered, transit)
        if mode != MODE_FIRM:
            write_lifts(
                plant, state, desk, log, count, quantity, release, post + transit, first_chain,
                order, mode,
            )  # fmt: skip
    if mode != MODE_ALONE:
        apply_rows(state, log, first_booking, first_peg)


def write_answer(
    plant: Plant, desk: Desk, log: Log, answers: Ints, row: int, order: int, mode: int,
    ready: int, delivered: int, made: int, is_backward: int,
) -> None:  # fmt: skip
    """Write the answer of a placed order; what it takes from stock is read off the desk."""
    top = int(desk.items[MEMBERS, 0])
    answers[row, 0] = order
    answers[row, 1] = mode
    answers[row, 2] = PLACED
    answers[row, 3] = NONE
    answers[row, 4] = ready
    answers[row, 5] = delivered
    answers[row, 6] = desk.items[TAKEN, top]
    is_bought = plant.items[SOURCE, top] == SOURCE_BUY
    answers[row, 7] = 0 if is_bought else desk.items[ACTUAL, top]
    answers[row, 8] = desk.items[ACTUAL, top] if is_bought else 0
    answers[row, 9] = made
    answers[row, 10] = is_backward


def write_lifts(
    plant: Plant, state: State, desk: Desk, log: Log, count: int, quantity: int, release: int,
    after: int, first_chain: int, order: int, mode: int,
) -> None:  # fmt: skip
    """For every work centre and item on the chain, the day with that one constraint lifted."""
    first_lift = int(log.used[LOG_LIFTS])
    for row in range(first_chain, log.used[LOG_CHAINS]):
        kind = log.chains[row, 3]
        if kind == MATERIAL_WAIT:
            which = LIFT_ITEM
            key = int(log.chains[row, 4])
        elif kind in (QUEUE, RUN, NON_WORKING):
            which = LIFT_WORK_CENTRE
            key = int(log.chains[row, 5])
        else:
            continue
        is_known = False
        for line in range(first_lift, log.used[LOG_LIFTS]):
            if log.lifts[line, 2] == which and log.lifts[line, 3] == key:
                is_known = True
        if is_known:
            continue
        lift = Lift(NONE, key) if which == LIFT_ITEM else Lift(key, NONE)
        ready, _, _, _ = earliest(plant, state, desk, log, count, quantity, release, release, lift)
        line = log.used[LOG_LIFTS]
        log.lifts[line, 0] = order
        log.lifts[line, 1] = mode
        log.lifts[line, 2] = which
        log.lifts[line, 3] = key
        log.lifts[line, 4] = ready + after
        log.used[LOG_LIFTS] = line + 1
