"""What is left of lots and receipts: how much by a day, and which of them a need takes."""

from __future__ import annotations

from promise.types import (
    FIRST_LOT,
    LOG_PEGS,
    LOT_COUNT,
    LOT_DAY,
    LOT_EXPIRES,
    LOT_ID,
    LOT_LEFT,
    NEVER,
    NONE,
    Log,
    State,
)


def available(state: State, item: int, day: int, until: int) -> int:
    """Quantity that is there by `day` and does not expire by `until`."""
    total = 0
    first = state.items[FIRST_LOT, item]
    for lot in range(first, first + state.items[LOT_COUNT, item]):
        if state.lots[LOT_DAY, lot] > day:
            break
        if state.lots[LOT_EXPIRES, lot] > until:
            total += int(state.lots[LOT_LEFT, lot])
    return total


def next_arrival(state: State, item: int, day: int) -> int:
    """First day after `day` on which something of the item that is still free arrives."""
    first = state.items[FIRST_LOT, item]
    for lot in range(first, first + state.items[LOT_COUNT, item]):
        if state.lots[LOT_DAY, lot] > day and state.lots[LOT_LEFT, lot] > 0:
            return int(state.lots[LOT_DAY, lot])
    return NEVER


def last_arrival(state: State, item: int, day: int) -> int:
    """Last arrival by `day`, whether or not anything is left of it; 0 without one.

    It must not depend on what others have taken: see `README.md`, why dates are monotone.
    """
    latest = 0
    first = state.items[FIRST_LOT, item]
    for lot in range(first, first + state.items[LOT_COUNT, item]):
        if state.lots[LOT_DAY, lot] > day:
            break
        latest = int(state.lots[LOT_DAY, lot])
    return latest


def expires_between(state: State, item: int, after: int, until: int) -> bool:
    """Whether anything free of the item expires in (after, until]."""
    first = state.items[FIRST_LOT, item]
    for lot in range(first, first + state.items[LOT_COUNT, item]):
        if after < state.lots[LOT_EXPIRES, lot] <= until and state.lots[LOT_LEFT, lot] > 0:
            return True
    return False


def peg(
    state: State, log: Log, order: int, mode: int, item: int, wanted: int, due: int, day: int,
    until: int, is_top: int,
) -> int:  # fmt: skip
    """Write down which lots give `wanted`; returns how much they give. Takes nothing yet.

    Lots that expire go first, the earliest expiry first (K3); then what has arrived by `due`, the
    latest first, so that early supply stays free; then, for a late need, what arrives up to `day`.
    For lots without expiry this leaves exactly ATP(t) = max(0, min over u ≥ t of PAB(u)), in
    whatever order the needs come.
    """
    first = state.items[FIRST_LOT, item]
    stop = first + state.items[LOT_COUNT, item]
    rest = int(wanted)
    floor_expiry = until
    floor_lot = stop
    while rest > 0:
        chosen = NONE
        for lot in range(first, stop):
            if state.lots[LOT_DAY, lot] > day:
                break
            expiry = state.lots[LOT_EXPIRES, lot]
            if expiry == NEVER or state.lots[LOT_LEFT, lot] <= 0:
                continue
            later = expiry > floor_expiry or (expiry == floor_expiry and lot > floor_lot)
            if later and (chosen == NONE or expiry < state.lots[LOT_EXPIRES, chosen]):
                chosen = lot
        if chosen == NONE:
            break
        floor_expiry = state.lots[LOT_EXPIRES, chosen]
        floor_lot = chosen
        rest -= _write_peg(state, log, order, mode, item, chosen, rest, is_top)
    lot = stop - 1
    while rest > 0 and lot >= first:
        usable = state.lots[LOT_DAY, lot] <= min(due, day) and state.lots[LOT_EXPIRES, lot] == NEVER
        if usable and state.lots[LOT_LEFT, lot] > 0:
            rest -= _write_peg(state, log, order, mode, item, lot, rest, is_top)
        lot -= 1
    lot = first
    while rest > 0 and lot < stop and state.lots[LOT_DAY, lot] <= day:
        usable = state.lots[LOT_DAY, lot] > due and state.lots[LOT_EXPIRES, lot] == NEVER
        if usable and state.lots[LOT_LEFT, lot] > 0:
            rest -= _write_peg(state, log, order, mode, item, lot, rest, is_top)
        lot += 1
    return int(wanted) - rest


def _write_peg(
    state: State, log: Log, order: int, mode: int, item: int, lot: int, rest: int, is_top: int
) -> int:
    given = min(int(rest), int(state.lots[LOT_LEFT, lot]))
    row = log.used[LOG_PEGS]
    log.pegs[row, 0] = order
    log.pegs[row, 1] = mode
    log.pegs[row, 2] = item
    log.pegs[row, 3] = state.lots[LOT_ID, lot]
    log.pegs[row, 4] = given
    log.pegs[row, 5] = state.lots[LOT_DAY, lot]
    log.pegs[row, 6] = is_top
    log.used[LOG_PEGS] = row + 1
    return given


def write_purchase(
    log: Log, order: int, mode: int, item: int, quantity: int, day: int, is_top: int
) -> None:
    """Write down a purchase still to be placed that arrives on `day`."""
    row = log.used[LOG_PEGS]
    log.pegs[row, 0] = order
    log.pegs[row, 1] = mode
    log.pegs[row, 2] = item
    log.pegs[row, 3] = NONE
    log.pegs[row, 4] = quantity
    log.pegs[row, 5] = day
    log.pegs[row, 6] = is_top
    log.used[LOG_PEGS] = row + 1


def move_lots(state: State, log: Log, first_row: int, sign: int) -> None:
    """Take the pegged quantities of the rows from `first_row` on (sign −1), or give back (+1)."""
    for row in range(first_row, log.used[LOG_PEGS]):
        if log.pegs[row, 3] == NONE:
            continue
        item = log.pegs[row, 2]
        lot = state.items[FIRST_LOT, item]
        while state.lots[LOT_ID, lot] != log.pegs[row, 3]:
            lot += 1
        state.lots[LOT_LEFT, lot] += sign * log.pegs[row, 4]


def receive(state: State, item: int, lot_id: int, day: int, quantity: int) -> None:
    """Enter the receipt of a work order among the item's lots, by its day."""
    first = state.items[FIRST_LOT, item]
    place = first + state.items[LOT_COUNT, item]
    while place > first and state.lots[LOT_DAY, place - 1] > day:
        state.lots[LOT_DAY, place] = state.lots[LOT_DAY, place - 1]
        state.lots[LOT_EXPIRES, place] = state.lots[LOT_EXPIRES, place - 1]
        state.lots[LOT_LEFT, place] = state.lots[LOT_LEFT, place - 1]
        state.lots[LOT_ID, place] = state.lots[LOT_ID, place - 1]
        place -= 1
    state.lots[LOT_DAY, place] = day
    state.lots[LOT_EXPIRES, place] = NEVER
    state.lots[LOT_LEFT, place] = quantity
    state.lots[LOT_ID, place] = lot_id
    state.items[LOT_COUNT, item] += 1
