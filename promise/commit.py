"""Write down what an order takes, forward as found or backward from its due day."""

from __future__ import annotations

from promise.amounts import lot_size
from promise.forward import add_needs, clear_fronts, make_item, move_on, settle_components
from promise.stages import move_capacity, run_stage_back
from promise.supply import move_lots, peg, write_purchase
from promise.types import (
    LOG_BOOKINGS,
    LOG_PEGS,
    NEVER,
    NONE,
    SOURCE_BUY,
    SOURCE_MAKE,
    Desk,
    Lift,
    Log,
    Plant,
    State,
)


def write_forward(
    plant: Plant, state: State, desk: Desk, log: Log, count: int, quantity: int, release: int,
    day: int, cut: int, until: int, lift: Lift, order: int, mode: int,
) -> None:  # fmt: skip
    """Write pegs and bookings of an order found forward; the state is left as it was.

    What is really taken and made is at most what the search reckoned with, from the same starts, so
    it fits where the search has been.
    """
    top = int(desk.members[0])
    desk.taken[top] = peg(state, log, order, mode, top, quantity, day, day, 1)
    rest = lot_size(quantity - int(desk.taken[top]), plant.lot_min[top], plant.lot_multiple[top])
    desk.actual[top] = rest
    desk.by_supply[top] = 1 if rest == 0 else 0
    if rest == 0:
        return
    if plant.source[top] == SOURCE_BUY:
        write_purchase(log, order, mode, top, rest, max(release, int(plant.lead_time[top])), 1)
        return
    settle_components(plant, state, desk, log, count, rest, release, cut, until, lift)
    for at in range(count):
        desk.need[desk.members[at]] = 0
    add_needs(plant, desk, top, rest)
    for at in range(1, count):
        item = int(desk.members[at])
        desk.taken[item] = 0
        desk.actual[item] = 0
        if desk.need[item] > 0:
            _take_component(plant, state, desk, log, item, release, until, order, mode)
    clear_fronts(plant, desk, count)
    for at in range(count - 1, 0, -1):
        item = int(desk.members[at])
        if plant.source[item] != SOURCE_MAKE:
            continue
        if desk.actual[item] > 0:
            make_item(
                plant, state, desk, log, item, int(desk.actual[item]), release, lift, False,
                order, mode,
            )  # fmt: skip
        if desk.make[item] > 0 and plant.can_make[item] != 0:
            move_on(plant, state, desk, log, item, release, lift)
    make_item(plant, state, desk, log, top, rest, release, lift, False, order, mode)


def _take_component(
    plant: Plant, state: State, desk: Desk, log: Log, item: int, release: int, until: int,
    order: int, mode: int,
) -> None:  # fmt: skip
    need = int(desk.need[item])
    ready = int(desk.ready[item])
    desk.taken[item] = peg(state, log, order, mode, item, need, ready, until, 0)
    rest = lot_size(need - int(desk.taken[item]), plant.lot_min[item], plant.lot_multiple[item])
    desk.actual[item] = rest
    if rest == 0:
        return
    if plant.source[item] == SOURCE_BUY:
        arrival = max(release, int(plant.lead_time[item]))
        write_purchase(log, order, mode, item, rest, arrival, 0)
    else:
        add_needs(plant, desk, item, rest)


def apply_rows(state: State, log: Log, first_booking: int, first_peg: int) -> None:
    """Take from the state what the rows since these two say."""
    move_capacity(state, log, first_booking, -1)
    move_lots(state, log, first_peg, -1)


def place_backward(
    plant: Plant, state: State, desk: Desk, log: Log, count: int, quantity: int, first_day: int,
    ready: int, order: int, mode: int,
) -> bool:  # fmt: skip
    """Place the order so that it is ready on `ready`, as late as that allows, and commit it.

    Components are there the day before the stage that takes them starts. False, and no trace left,
    when something would have to start before `first_day` or can't be had in time.
    """
    booking = int(log.count[LOG_BOOKINGS])
    pegs = int(log.count[LOG_PEGS])
    for at in range(count):
        item = desk.members[at]
        desk.need[item] = 0
        desk.need_by[item] = NEVER
        desk.used_until[item] = NONE
        desk.taken[item] = 0
        desk.actual[item] = 0
    clear_fronts(plant, desk, count)
    top = int(desk.members[0])
    desk.need[top] = quantity
    desk.need_by[top] = ready
    desk.used_until[top] = ready
    fits = ready >= first_day - 1
    for at in range(count):
        item = int(desk.members[at])
        if fits and desk.need[item] > 0:
            fits = _place_item_backward(plant, state, desk, log, item, first_day, order, mode)
    if not fits:
        move_capacity(state, log, booking, 1)
        log.count[LOG_BOOKINGS] = booking
        log.count[LOG_PEGS] = pegs
        return False
    move_lots(state, log, pegs, -1)
    return True


def _place_item_backward(
    plant: Plant, state: State, desk: Desk, log: Log, item: int, first_day: int, order: int,
    mode: int,
) -> bool:  # fmt: skip
    need = int(desk.need[item])
    by = int(desk.need_by[item])
    if by < 0:
        return False
    is_top = 1 if item == desk.members[0] else 0
    until = int(desk.used_until[item])
    desk.taken[item] = peg(state, log, order, mode, item, need, by, until, is_top)
    rest = lot_size(need - int(desk.taken[item]), plant.lot_min[item], plant.lot_multiple[item])
    desk.actual[item] = rest
    desk.ready[item] = by
    if rest == 0:
        return True
    if plant.source[item] == SOURCE_BUY:
        if plant.lead_time[item] < 0 or plant.lead_time[item] > by:
            return False
        write_purchase(log, order, mode, item, rest, by, is_top)
        return True
    if plant.source[item] != SOURCE_MAKE or plant.can_make[item] == 0:
        return False
    end = by if is_top == 1 else by - int(plant.post_operation[item])
    lift = Lift(NONE, NONE)
    for stage in range(plant.stage_of_item[item + 1] - 1, plant.stage_of_item[item] - 1, -1):
        last_day = end - int(plant.stage_waiting[stage])
        start = run_stage_back(
            plant, state, desk, log, stage, rest, last_day, first_day, lift, order, mode, item
        )
        if start == NONE or start < first_day:
            return False
        desk.stage_ready[stage] = start - 1
        desk.stage_end[stage] = last_day
        for row in range(plant.component_of_stage[stage], plant.component_of_stage[stage + 1]):
            component = plant.component_item[row]
            desk.need_by[component] = min(int(desk.need_by[component]), start - 1)
            desk.used_until[component] = max(int(desk.used_until[component]), start)
        end = start - 1
    add_needs(plant, desk, item, rest)
    return True
