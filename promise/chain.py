"""What held an order: every day from today to delivery, or the component it can't have."""

from __future__ import annotations

from promise.types import (
    ACTUAL,
    BY_SUPPLY,
    FIRST_STAGE,
    LOG_BOOKINGS,
    LOG_CHAINS,
    LOG_TRACE,
    MATERIAL_WAIT,
    MEMBERS,
    NEVER,
    NO_CAPACITY,
    NON_WORKING,
    NONE,
    POST_DAYS,
    POST_OPERATION,
    QUEUE,
    READY,
    REASON,
    REASON_KEY,
    RUN,
    SOURCE,
    SOURCE_MAKE,
    STAGE_END,
    STAGE_READY,
    STAGE_WAITS_FOR,
    TODAY,
    TRANSIT,
    WAIT_DAYS,
    WAITING,
    Desk,
    Log,
    Plant,
)


def add_days(
    log: Log, start: int, order: int, mode: int, kind: int, item: int, work_centre: int,
    first_day: int, last_day: int,
) -> None:  # fmt: skip
    """Add days `first_day`..`last_day`, going back in time; joins the row before if it is alike."""
    if last_day < first_day:
        return
    row = log.used[LOG_CHAINS]
    if row > start:
        before = row - 1
        alike = log.chains[before, 3] == kind and log.chains[before, 4] == item
        if alike and log.chains[before, 5] == work_centre:
            log.chains[before, 6] = first_day
            return
    log.chains[row, 0] = order
    log.chains[row, 1] = mode
    log.chains[row, 2] = 0
    log.chains[row, 3] = kind
    log.chains[row, 4] = item
    log.chains[row, 5] = work_centre
    log.chains[row, 6] = first_day
    log.chains[row, 7] = last_day
    log.used[LOG_CHAINS] = row + 1


def number_rows(log: Log, start: int) -> None:
    """Number the rows of one chain forward in time, from 1."""
    stop = log.used[LOG_CHAINS]
    for row in range(start, stop):
        log.chains[row, 2] = stop - row


def add_stage_days(
    plant: Plant, log: Log, start: int, order: int, mode: int, item: int, stage: int
) -> None:
    """Days of one stage placed forward, as traced: run, queue or non-working."""
    first = NONE
    last = NONE
    for row in range(log.used[LOG_TRACE]):
        if log.trace[row, 0] == stage:
            if first == NONE:
                first = row
            last = row
    if first == NONE:
        return
    for row in range(last, first - 1, -1):
        day = log.trace[row, 1]
        work_centre = log.trace[row, 2]
        if log.trace[row, 3] == 1:
            kind = RUN
        elif plant.is_working[work_centre, day] == 0:
            kind = NON_WORKING
        else:
            kind = QUEUE
        add_days(log, start, order, mode, kind, item, work_centre, day, day)


def name_missing(desk: Desk, count: int) -> None:
    """Instead of a full work centre, the component that can't be had, if there is one.

    Its parent's load closes work centres to the rest of the order (`move_on`), so a full one may be
    met before the component is; a plant with more time would still lack it.
    """
    top = int(desk.items[MEMBERS, 0])
    if desk.items[REASON, top] != NO_CAPACITY:
        return
    for at in range(1, count):
        item = int(desk.items[MEMBERS, at])
        if desk.items[READY, item] >= NEVER and desk.items[REASON, item] != NO_CAPACITY:
            desk.items[REASON, top] = desk.items[REASON, item]
            desk.items[REASON_KEY, top] = desk.items[REASON_KEY, item]
            return


def walk_forward(
    plant: Plant, desk: Desk, log: Log, order: int, mode: int, ready: int, made: int, release: int,
    delivered: int, transit: int,
) -> None:  # fmt: skip
    """Walk back from the delivered day of an order that was placed forward."""
    start = int(log.used[LOG_CHAINS])
    item = int(desk.items[MEMBERS, 0])
    add_days(log, start, order, mode, TRANSIT, item, NONE, delivered - transit + 1, delivered)
    add_days(log, start, order, mode, POST_OPERATION, item, NONE, ready + 1, delivered - transit)
    cursor = ready
    by_supply = made < ready or desk.items[ACTUAL, item] == 0
    is_top = True
    while cursor > 0:
        if by_supply or plant.items[SOURCE, item] != SOURCE_MAKE or desk.items[ACTUAL, item] == 0:
            waits = cursor > release or not is_top
            kind = MATERIAL_WAIT if waits else WAITING
            add_days(log, start, order, mode, kind, item, NONE, TODAY + 1, cursor)
            break
        following = NONE
        end = int(desk.stages[STAGE_END, plant.items[FIRST_STAGE, item + 1] - 1])
        end += int(plant.stages[WAIT_DAYS, plant.items[FIRST_STAGE, item + 1] - 1])
        post = 0 if is_top else int(plant.items[POST_DAYS, item])
        add_days(log, start, order, mode, MATERIAL_WAIT, item, NONE, end + post + 1, cursor)
        add_days(log, start, order, mode, POST_OPERATION, item, NONE, end + 1, end + post)
        cursor = end
        stage = int(plant.items[FIRST_STAGE, item + 1]) - 1
        while stage >= plant.items[FIRST_STAGE, item]:
            ended = int(desk.stages[STAGE_END, stage])
            add_days(log, start, order, mode, WAITING, item, NONE, ended + 1, cursor)
            add_stage_days(plant, log, start, order, mode, item, stage)
            cursor = int(desk.stages[STAGE_READY, stage])
            following = int(desk.stages[STAGE_WAITS_FOR, stage])
            if following != NONE:
                break
            stage -= 1
        if following == NONE:
            add_days(log, start, order, mode, WAITING, item, NONE, TODAY + 1, cursor)
            break
        item = following
        by_supply = desk.items[BY_SUPPLY, item] == 1
        is_top = False
    number_rows(log, start)


def walk_backward(
    plant: Plant, desk: Desk, log: Log, first_booking: int, order: int, mode: int, ready: int,
    delivered: int, transit: int,
) -> None:  # fmt: skip
    """The chain of an order placed backward: its last work, and before it the days in hand.

    It is placed as late as its due day allows, so days without work are slack, not a hold-up.
    """
    start = int(log.used[LOG_CHAINS])
    top = int(desk.items[MEMBERS, 0])
    add_days(log, start, order, mode, TRANSIT, top, NONE, delivered - transit + 1, delivered)
    add_days(log, start, order, mode, POST_OPERATION, top, NONE, ready + 1, delivered - transit)
    cursor = ready
    row = int(log.used[LOG_BOOKINGS])
    while cursor > 0:
        latest = NONE
        for at in range(first_booking, row):
            day = log.bookings[at, 5]
            if day <= cursor and (latest == NONE or day > log.bookings[latest, 5]):
                latest = at
        if latest == NONE:
            add_days(log, start, order, mode, WAITING, top, NONE, TODAY + 1, cursor)
            break
        day = int(log.bookings[latest, 5])
        item = int(log.bookings[latest, 2])
        work_centre = int(log.bookings[latest, 4])
        for idle in range(cursor, day, -1):
            kind = NON_WORKING if _is_rest(plant, work_centre, idle) else WAITING
            add_days(log, start, order, mode, kind, item, NONE, idle, idle)
        add_days(log, start, order, mode, RUN, item, work_centre, day, day)
        cursor = day - 1
    number_rows(log, start)


def _is_rest(plant: Plant, work_centre: int, day: int) -> bool:
    return day < plant.is_working.shape[1] and bool(plant.is_working[work_centre, day] == 0)
