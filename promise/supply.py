"""What is left of lots and receipts: how much by a day, and which of them a need takes."""

from __future__ import annotations

from promise.types import LOG_PEGS, NEVER, NONE, Log, State


def available(state: State, item: int, day: int, until: int) -> int:
    """Quantity that is there by `day` and does not expire by `until`."""
    total = 0
    first = state.lot_of_item[item]
    for lot in range(first, first + state.lot_count[item]):
        if state.lot_day[lot] > day:
            break
        if state.lot_expires[lot] > until:
            total += int(state.lot_left[lot])
    return total


def next_arrival(state: State, item: int, day: int) -> int:
    """First day after `day` on which something of the item that is still free arrives."""
    first = state.lot_of_item[item]
    for lot in range(first, first + state.lot_count[item]):
        if state.lot_day[lot] > day and state.lot_left[lot] > 0:
            return int(state.lot_day[lot])
    return NEVER


def last_arrival(state: State, item: int, day: int) -> int:
    """Last arrival by `day`, whether or not anything is left of it; 0 without one.

    It must not depend on what others have taken: see `README.md`, why dates are monotone.
    """
    latest = 0
    first = state.lot_of_item[item]
    for lot in range(first, first + state.lot_count[item]):
        if state.lot_day[lot] > day:
            break
        latest = int(state.lot_day[lot])
    return latest


def expires_between(state: State, item: int, after: int, until: int) -> bool:
    """Whether anything free of the item expires in (after, until]."""
    first = state.lot_of_item[item]
    for lot in range(first, first + state.lot_count[item]):
        if after < state.lot_expires[lot] <= until and state.lot_left[lot] > 0:
            return True
    return False


def peg(
    state: State, log: Log, order: int, mode: int, item: int, wanted: int, day: int, until: int,
    is_top: int,
) -> int:  # fmt: skip
    """Write down which lots give `wanted`; returns how much they give. Takes nothing yet.

    Lots that expire go first, the earliest expiry first (K3); then the latest arrival first, so
    that early supply stays free. For lots without expiry this leaves exactly
    ATP(t) = min over u ≥ t of PAB(u), in whatever order the needs come.
    """
    first = state.lot_of_item[item]
    stop = first + state.lot_count[item]
    rest = int(wanted)
    floor_expiry = until
    floor_lot = stop
    while rest > 0:
        chosen = NONE
        for lot in range(first, stop):
            if state.lot_day[lot] > day:
                break
            expiry = state.lot_expires[lot]
            if expiry == NEVER or state.lot_left[lot] <= 0:
                continue
            later = expiry > floor_expiry or (expiry == floor_expiry and lot > floor_lot)
            if later and (chosen == NONE or expiry < state.lot_expires[chosen]):
                chosen = lot
        if chosen == NONE:
            break
        floor_expiry = state.lot_expires[chosen]
        floor_lot = chosen
        rest -= _write_peg(state, log, order, mode, item, chosen, rest, is_top)
    lot = stop - 1
    while rest > 0 and lot >= first:
        usable = state.lot_day[lot] <= day and state.lot_expires[lot] == NEVER
        if usable and state.lot_left[lot] > 0:
            rest -= _write_peg(state, log, order, mode, item, lot, rest, is_top)
        lot -= 1
    return int(wanted) - rest


def _write_peg(
    state: State, log: Log, order: int, mode: int, item: int, lot: int, rest: int, is_top: int
) -> int:
    given = min(int(rest), int(state.lot_left[lot]))
    row = log.count[LOG_PEGS]
    log.pegs[row, 0] = order
    log.pegs[row, 1] = mode
    log.pegs[row, 2] = item
    log.pegs[row, 3] = state.lot_id[lot]
    log.pegs[row, 4] = given
    log.pegs[row, 5] = state.lot_day[lot]
    log.pegs[row, 6] = is_top
    log.count[LOG_PEGS] = row + 1
    return given


def write_purchase(
    log: Log, order: int, mode: int, item: int, quantity: int, day: int, is_top: int
) -> None:
    """Write down a purchase still to be placed that arrives on `day`."""
    row = log.count[LOG_PEGS]
    log.pegs[row, 0] = order
    log.pegs[row, 1] = mode
    log.pegs[row, 2] = item
    log.pegs[row, 3] = NONE
    log.pegs[row, 4] = quantity
    log.pegs[row, 5] = day
    log.pegs[row, 6] = is_top
    log.count[LOG_PEGS] = row + 1


def move_lots(state: State, log: Log, first_row: int, sign: int) -> None:
    """Take the pegged quantities of the rows from `first_row` on (sign −1), or give back (+1)."""
    for row in range(first_row, log.count[LOG_PEGS]):
        if log.pegs[row, 3] == NONE:
            continue
        item = log.pegs[row, 2]
        lot = state.lot_of_item[item]
        while state.lot_id[lot] != log.pegs[row, 3]:
            lot += 1
        state.lot_left[lot] += sign * log.pegs[row, 4]


def receive(state: State, item: int, lot_id: int, day: int, quantity: int) -> None:
    """Enter the receipt of a work order among the item's lots, by its day."""
    first = state.lot_of_item[item]
    place = first + state.lot_count[item]
    while place > first and state.lot_day[place - 1] > day:
        state.lot_day[place] = state.lot_day[place - 1]
        state.lot_expires[place] = state.lot_expires[place - 1]
        state.lot_left[place] = state.lot_left[place - 1]
        state.lot_id[place] = state.lot_id[place - 1]
        place -= 1
    state.lot_day[place] = day
    state.lot_expires[place] = NEVER
    state.lot_left[place] = quantity
    state.lot_id[place] = lot_id
    state.lot_count[item] += 1
