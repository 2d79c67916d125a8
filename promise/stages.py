"""One stage of one order on its work centres, day by day, forward or backward.

Work centres of a stage run together (K14): each day the stage advances by the share that every one
of them can follow, so loads stay in proportion and the slowest sets the length. On a day one order
takes at most its single run (K16). Progress is counted in units of the largest load, exactly.
"""

from __future__ import annotations

from promise.amounts import multiply_divide, multiply_divide_up, requirement
from promise.types import (
    DONE,
    FIRST_OPERATION,
    FIXED,
    FRONT_DAY,
    FRONT_USED,
    LAST,
    LOAD,
    LOG_BOOKINGS,
    LOG_TRACE,
    NEVER,
    NO,
    NO_CAPACITY,
    NONE,
    PER_UNIT,
    REASON,
    REASON_KEY,
    SINGLE_RUN,
    TAKE,
    WORK_CENTRE,
    YES,
    Desk,
    Lift,
    Log,
    Plant,
    State,
)


def load_stage(plant: Plant, desk: Desk, stage: int, quantity: int) -> int:
    """Put the loads of the stage on the desk; returns the largest of them."""
    first = plant.stages[FIRST_OPERATION, stage]
    largest = 0
    for row in range(first, plant.stages[FIRST_OPERATION, stage + 1]):
        load = requirement(quantity, plant.operations[PER_UNIT, row], plant.operations[FIXED, row])
        desk.loads[LOAD, row - first] = load
        desk.loads[DONE, row - first] = 0
        desk.loads[LAST, row - first] = 0
        largest = max(largest, load)
    return largest


def reach_today(
    plant: Plant, state: State, desk: Desk, stage: int, day: int, largest: int, lift: int
) -> tuple[int, int]:
    """How far the stage can have come by the end of the day, and the work centre that limits it."""
    first = plant.stages[FIRST_OPERATION, stage]
    tightest = largest
    limit = NONE
    for row in range(first, plant.stages[FIRST_OPERATION, stage + 1]):
        load = int(desk.loads[LOAD, row - first])
        if load == 0:
            continue
        work_centre = plant.operations[WORK_CENTRE, row]
        spare = int(state.free[work_centre, day])
        single = int(plant.operations[SINGLE_RUN, row])
        if work_centre == lift:
            spare += int(plant.capacity[work_centre, day])
            single *= 2
        if day == desk.fronts[FRONT_DAY, work_centre]:
            spare -= int(desk.fronts[FRONT_USED, work_centre])
        spare = max(0, min(spare, single))
        done = int(desk.loads[DONE, row - first])
        if load == largest:
            bound = done + spare
        elif spare == 0:
            bound = 0
        else:
            bound = multiply_divide_up(done + spare + 1, largest, load) - 1
        if limit == NONE or bound < tightest:
            tightest = bound
            limit = work_centre
    return min(tightest, largest), limit


def advance(
    plant: Plant, desk: Desk, log: Log, stage: int, day: int, reach: int, largest: int,
    order: int, mode: int, item: int,
) -> None:  # fmt: skip
    """Move every work centre of the stage to the reach; write bookings unless `order` is NONE."""
    first = plant.stages[FIRST_OPERATION, stage]
    for row in range(first, plant.stages[FIRST_OPERATION, stage + 1]):
        at = row - first
        load = int(desk.loads[LOAD, at])
        if load == 0:
            continue
        target = reach if load == largest else multiply_divide(reach, load, largest)
        amount = target - int(desk.loads[DONE, at])
        desk.loads[DONE, at] = target
        desk.loads[LAST, at] = amount
        if order != NONE and amount > 0:
            line = log.used[LOG_BOOKINGS]
            log.bookings[line, 0] = order
            log.bookings[line, 1] = mode
            log.bookings[line, 2] = item
            log.bookings[line, 3] = stage
            log.bookings[line, 4] = plant.operations[WORK_CENTRE, row]
            log.bookings[line, 5] = day
            log.bookings[line, 6] = amount
            log.used[LOG_BOOKINGS] = line + 1


def run_stage(
    plant: Plant, state: State, desk: Desk, log: Log, stage: int, quantity: int, first_day: int,
    lift: Lift, order: int, mode: int, item: int,
) -> int:  # fmt: skip
    """Last day of the stage when it starts on `first_day` or later; NEVER beyond the horizon.

    A stage without load takes no day: it ends on the day before `first_day`.
    """
    largest = load_stage(plant, desk, stage, quantity)
    if largest == 0:
        return first_day - 1
    day = first_day
    for row in range(
        plant.stages[FIRST_OPERATION, stage], plant.stages[FIRST_OPERATION, stage + 1]
    ):
        if desk.loads[LOAD, row - plant.stages[FIRST_OPERATION, stage]] > 0:
            day = max(day, int(desk.fronts[FRONT_DAY, plant.operations[WORK_CENTRE, row]]))
    if order != NONE:
        # days behind the order's own earlier work on the work centre are days in its queue
        for idle in range(first_day, day):
            limit = plant.operations[WORK_CENTRE, plant.stages[FIRST_OPERATION, stage]]
            write_trace(log, stage, idle, limit, NO)
    first = plant.stages[FIRST_OPERATION, stage]
    if order == NONE and plant.stages[FIRST_OPERATION, stage + 1] == first + 1:
        return search_stage(plant, state, desk, first, largest, day, lift, item)
    horizon = state.free.shape[1]
    progress = 0
    while progress < largest:
        if day >= horizon:
            _, limit = reach_today(
                plant, state, desk, stage, horizon - 1, largest, lift.work_centre
            )
            desk.items[REASON, item] = NO_CAPACITY
            desk.items[REASON_KEY, item] = limit
            return NEVER
        reach, limit = reach_today(plant, state, desk, stage, day, largest, lift.work_centre)
        if order != NONE:
            write_trace(log, stage, day, limit, YES if reach > progress else NO)
        if reach > progress:
            advance(plant, desk, log, stage, day, reach, largest, order, mode, item)
            progress = reach
        day += 1
    return day - 1


def search_stage(
    plant: Plant, state: State, desk: Desk, row: int, load: int, day: int, lift: Lift, item: int
) -> int:
    """`run_stage` for a stage of one work centre of which nothing is written: the common search."""
    work_centre = plant.operations[WORK_CENTRE, row]
    single = int(plant.operations[SINGLE_RUN, row])
    if work_centre == lift.work_centre:
        free = state.free[work_centre] + plant.capacity[work_centre]
        single *= 2
    else:
        free = state.free[work_centre]
    horizon = free.shape[0]
    used = int(desk.fronts[FRONT_USED, work_centre])
    if day != desk.fronts[FRONT_DAY, work_centre]:
        used = 0
    rest = load
    last = 0
    while rest > 0:
        if day >= horizon:
            desk.items[REASON, item] = NO_CAPACITY
            desk.items[REASON_KEY, item] = work_centre
            return NEVER
        last = min(int(free[day]) - used, single, rest)
        if last > 0:
            rest -= last
        used = 0
        day += 1
    desk.loads[LAST, 0] = last
    return day - 1


def write_trace(log: Log, stage: int, day: int, work_centre: int, is_run: int) -> None:
    """Note what held the stage on a day, for the critical chain."""
    row = log.used[LOG_TRACE]
    log.trace[row, 0] = stage
    log.trace[row, 1] = day
    log.trace[row, 2] = work_centre
    log.trace[row, 3] = is_run
    log.used[LOG_TRACE] = row + 1


def move_fronts(plant: Plant, desk: Desk, stage: int, end: int) -> None:
    """After a stage that ended on `end`, where the order's next work on its work centres begins."""
    first = plant.stages[FIRST_OPERATION, stage]
    for row in range(first, plant.stages[FIRST_OPERATION, stage + 1]):
        if desk.loads[LOAD, row - first] == 0:
            continue
        work_centre = plant.operations[WORK_CENTRE, row]
        if desk.fronts[FRONT_DAY, work_centre] == end:
            desk.fronts[FRONT_USED, work_centre] += desk.loads[LAST, row - first]
        else:
            desk.fronts[FRONT_DAY, work_centre] = end
            desk.fronts[FRONT_USED, work_centre] = desk.loads[LAST, row - first]


def run_stage_back(
    plant: Plant, state: State, desk: Desk, log: Log, stage: int, quantity: int, last_day: int,
    first_day: int, lift: Lift, order: int, mode: int, item: int,
) -> int:  # fmt: skip
    """Book the stage from `last_day` backward, straight into `free`; its first day.

    Returns NONE when it would have to start before `first_day`; what was booked till then stands
    in the log and is for the caller to take back. A stage without load starts the day after.
    """
    largest = load_stage(plant, desk, stage, quantity)
    if largest == 0:
        return last_day + 1
    first = plant.stages[FIRST_OPERATION, stage]
    work_centre = plant.operations[WORK_CENTRE, first]
    is_needed = desk.loads[LOAD, 0] > 0
    day = min(last_day, state.free.shape[1] - 1)
    progress = 0
    while progress < largest:
        if day < first_day:
            return NONE
        if is_needed and state.free[work_centre, day] <= 0:
            day -= 1
            continue
        reach, _ = reach_today(plant, state, desk, stage, day, largest, lift.work_centre)
        if reach > progress:
            line = log.used[LOG_BOOKINGS]
            advance(plant, desk, log, stage, day, reach, largest, order, mode, item)
            move_capacity(state, log, line, TAKE)
            progress = reach
        day -= 1
    return int(day) + 1


def move_capacity(state: State, log: Log, first_row: int, sign: int) -> None:
    """Take the booked amounts of the rows from `first_row` on (sign −1), or give back (+1)."""
    for row in range(first_row, log.used[LOG_BOOKINGS]):
        state.free[log.bookings[row, 4], log.bookings[row, 5]] += sign * log.bookings[row, 6]
