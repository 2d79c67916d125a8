"""Write down what an order takes, forward as found or backward from its due day."""

from __future__ import annotations

from promise.amounts import lot_size
from promise.forward import add_needs, clear_fronts, make_item, move_on, settle_components
from promise.stages import move_capacity, run_stage_back
from promise.supply import move_lots, peg, write_purchase
from promise.types import (
    ACTUAL,
    BY_SUPPLY,
    COMPONENT,
    FIRST_COMPONENT,
    FIRST_STAGE,
    GIVE_BACK,
    HINDRANCE,
    LEAD_TIME,
    LOG_BOOKINGS,
    LOG_PEGS,
    LOT_MIN,
    LOT_MULTIPLE,
    MAKE,
    MEMBERS,
    NEED,
    NEED_BY,
    NEVER,
    NO,
    NONE,
    PLACED,
    POST_DAYS,
    READY,
    SOURCE,
    SOURCE_BUY,
    SOURCE_MAKE,
    STAGE_END,
    STAGE_READY,
    TAKE,
    TAKEN,
    USED_UNTIL,
    WAIT_DAYS,
    YES,
    Desk,
    Lift,
    Log,
    Plant,
    State,
)


def write_forward(
    plant: Plant, state: State, desk: Desk, log: Log, count: int, quantity: int, release: int,
    due: int, day: int, cut: int, until: int, lift: Lift, order: int, mode: int,
) -> None:  # fmt: skip
    """Write pegs and bookings of an order found forward; the state is left as it was.

    What is really taken and made is at most what the search reckoned with, from the same starts, so
    it fits where the search has been.
    """
    top = int(desk.items[MEMBERS, 0])
    desk.items[TAKEN, top] = peg(state, log, order, mode, top, quantity, due, day, day, YES)
    rest = lot_size(
        quantity - int(desk.items[TAKEN, top]),
        plant.items[LOT_MIN, top],
        plant.items[LOT_MULTIPLE, top],
    )
    desk.items[ACTUAL, top] = rest
    desk.items[BY_SUPPLY, top] = 1 if rest == 0 else 0
    if rest == 0:
        return
    if plant.items[SOURCE, top] == SOURCE_BUY:
        write_purchase(
            log, order, mode, top, rest, max(release, int(plant.items[LEAD_TIME, top])), YES
        )
        return
    settle_components(plant, state, desk, log, count, rest, release, cut, until, lift)
    for at in range(count):
        desk.items[NEED, desk.items[MEMBERS, at]] = 0
    add_needs(plant, desk, top, rest)
    for at in range(1, count):
        item = int(desk.items[MEMBERS, at])
        desk.items[TAKEN, item] = 0
        desk.items[ACTUAL, item] = 0
        if desk.items[NEED, item] > 0:
            _take_component(plant, state, desk, log, item, release, until, order, mode)
    clear_fronts(plant, desk, count)
    for at in range(count - 1, 0, -1):
        item = int(desk.items[MEMBERS, at])
        if plant.items[SOURCE, item] != SOURCE_MAKE:
            continue
        if desk.items[ACTUAL, item] > 0:
            make_item(
                plant, state, desk, log, item, int(desk.items[ACTUAL, item]), release, lift, NO,
                order, mode,
            )  # fmt: skip
        if desk.items[MAKE, item] > 0 and plant.items[HINDRANCE, item] == PLACED:
            move_on(plant, state, desk, log, item, release, lift)
    make_item(plant, state, desk, log, top, rest, release, lift, NO, order, mode)


def _take_component(
    plant: Plant, state: State, desk: Desk, log: Log, item: int, release: int, until: int,
    order: int, mode: int,
) -> None:  # fmt: skip
    need = int(desk.items[NEED, item])
    ready = int(desk.items[READY, item])
    desk.items[TAKEN, item] = peg(state, log, order, mode, item, need, ready, ready, until, NO)
    rest = lot_size(
        need - int(desk.items[TAKEN, item]),
        plant.items[LOT_MIN, item],
        plant.items[LOT_MULTIPLE, item],
    )
    desk.items[ACTUAL, item] = rest
    if rest == 0:
        return
    if plant.items[SOURCE, item] == SOURCE_BUY:
        arrival = max(release, int(plant.items[LEAD_TIME, item]))
        write_purchase(log, order, mode, item, rest, arrival, NO)
    else:
        add_needs(plant, desk, item, rest)


def apply_rows(state: State, log: Log, first_booking: int, first_peg: int) -> None:
    """Take from the state what the rows since these two say."""
    move_capacity(state, log, first_booking, TAKE)
    move_lots(state, log, first_peg, TAKE)


def place_backward(
    plant: Plant, state: State, desk: Desk, log: Log, count: int, quantity: int, first_day: int,
    ready: int, order: int, mode: int,
) -> bool:  # fmt: skip
    """Place the order so that it is ready on `ready`, as late as that allows, and commit it.

    Components are there the day before the stage that takes them starts. False, and no trace left,
    when something would have to start before `first_day` or can't be had in time.
    """
    booking = int(log.used[LOG_BOOKINGS])
    pegs = int(log.used[LOG_PEGS])
    for at in range(count):
        item = desk.items[MEMBERS, at]
        desk.items[NEED, item] = 0
        desk.items[NEED_BY, item] = NEVER
        desk.items[USED_UNTIL, item] = NONE
        desk.items[TAKEN, item] = 0
        desk.items[ACTUAL, item] = 0
    clear_fronts(plant, desk, count)
    top = int(desk.items[MEMBERS, 0])
    desk.items[NEED, top] = quantity
    desk.items[NEED_BY, top] = ready
    desk.items[USED_UNTIL, top] = ready
    fits = ready >= first_day - 1
    for at in range(count):
        item = int(desk.items[MEMBERS, at])
        if fits and desk.items[NEED, item] > 0:
            fits = _place_item_backward(plant, state, desk, log, item, first_day, order, mode)
    if not fits:
        move_capacity(state, log, booking, GIVE_BACK)
        log.used[LOG_BOOKINGS] = booking
        log.used[LOG_PEGS] = pegs
        return False
    move_lots(state, log, pegs, TAKE)
    return True


def _place_item_backward(
    plant: Plant, state: State, desk: Desk, log: Log, item: int, first_day: int, order: int,
    mode: int,
) -> bool:  # fmt: skip
    need = int(desk.items[NEED, item])
    by = int(desk.items[NEED_BY, item])
    if by < 0:
        return False
    is_top = YES if item == desk.items[MEMBERS, 0] else NO
    until = int(desk.items[USED_UNTIL, item])
    desk.items[TAKEN, item] = peg(state, log, order, mode, item, need, by, by, until, is_top)
    rest = lot_size(
        need - int(desk.items[TAKEN, item]),
        plant.items[LOT_MIN, item],
        plant.items[LOT_MULTIPLE, item],
    )
    desk.items[ACTUAL, item] = rest
    desk.items[READY, item] = by
    if rest == 0:
        return True
    if plant.items[SOURCE, item] == SOURCE_BUY:
        if plant.items[LEAD_TIME, item] < 0 or plant.items[LEAD_TIME, item] > by:
            return False
        write_purchase(log, order, mode, item, rest, by, is_top)
        return True
    if plant.items[SOURCE, item] != SOURCE_MAKE or plant.items[HINDRANCE, item] != PLACED:
        return False
    end = by if is_top == YES else by - int(plant.items[POST_DAYS, item])
    lift = Lift(NONE, NONE)
    for stage in range(
        plant.items[FIRST_STAGE, item + 1] - 1, plant.items[FIRST_STAGE, item] - 1, -1
    ):
        last_day = end - int(plant.stages[WAIT_DAYS, stage])
        start = run_stage_back(
            plant, state, desk, log, stage, rest, last_day, first_day, lift, order, mode, item
        )
        if start == NONE or start < first_day:
            return False
        desk.stages[STAGE_READY, stage] = start - 1
        desk.stages[STAGE_END, stage] = last_day
        for row in range(
            plant.stages[FIRST_COMPONENT, stage], plant.stages[FIRST_COMPONENT, stage + 1]
        ):
            component = plant.components[COMPONENT, row]
            desk.items[NEED_BY, component] = min(int(desk.items[NEED_BY, component]), start - 1)
            desk.items[USED_UNTIL, component] = max(int(desk.items[USED_UNTIL, component]), start)
        end = start - 1
    add_needs(plant, desk, item, rest)
    return True
