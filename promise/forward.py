"""The earliest day for one order: its whole bill of materials, forward, on what is left.

Written so that every step is monotone: more quantity, less capacity or less supply never gives an
earlier day (README.md says why that shapes the search). `cut` is the day up to which arrivals of
made components are counted on instead of making them; `until` the day up to which lots of
components must keep.
"""

from __future__ import annotations

from promise.amounts import lot_size, requirement
from promise.stages import move_fronts, run_stage
from promise.supply import available, expires_between, last_arrival, next_arrival
from promise.types import (
    BREAK_DAY,
    BREAK_STOCK,
    BY_SUPPLY,
    COMPONENT,
    FIRST_COMPONENT,
    FIRST_LOT,
    FIRST_OPERATION,
    FIRST_STAGE,
    FIXED,
    FRONT_DAY,
    FRONT_USED,
    HINDRANCE,
    IS_MEMBER,
    IS_SHORT,
    LEAD_TIME,
    LOT_COUNT,
    LOT_DAY,
    LOT_EXPIRES,
    LOT_LEFT,
    LOT_MIN,
    LOT_MULTIPLE,
    MAKE,
    MEMBERS,
    NEED,
    NEVER,
    NO,
    NO_LEAD_TIME,
    NO_SOURCE,
    NONE,
    PER_UNIT,
    PLACED,
    POST_DAYS,
    READY,
    REASON,
    REASON_KEY,
    SOURCE,
    SOURCE_BUY,
    SOURCE_MAKE,
    STAGE_END,
    STAGE_READY,
    STAGE_WAITS_FOR,
    TODAY,
    WAIT_DAYS,
    WORK_CENTRE,
    YES,
    Desk,
    Lift,
    Log,
    Plant,
    State,
)


def gather(plant: Plant, desk: Desk, top: int) -> int:
    """Put the item and all its components on the desk, parents before components; how many."""
    count = 1
    desk.items[MEMBERS, 0] = top
    desk.items[IS_MEMBER, top] = 1
    at = 0
    while at < count:
        parent = desk.items[MEMBERS, at]
        first = plant.stages[FIRST_COMPONENT, plant.items[FIRST_STAGE, parent]]
        last = plant.stages[FIRST_COMPONENT, plant.items[FIRST_STAGE, parent + 1]]
        for row in range(first, last):
            item = plant.components[COMPONENT, row]
            if desk.items[IS_MEMBER, item] == 0:
                desk.items[IS_MEMBER, item] = 1
                place = count
                while place > at + 1 and desk.items[MEMBERS, place - 1] > item:
                    desk.items[MEMBERS, place] = desk.items[MEMBERS, place - 1]
                    place -= 1
                desk.items[MEMBERS, place] = item
                count += 1
        at += 1
    for at in range(count):
        desk.items[IS_MEMBER, desk.items[MEMBERS, at]] = 0
    return count


def add_needs(plant: Plant, target: Desk, item: int, quantity: int) -> None:
    """Add to `need` what making `quantity` of the item takes of its components."""
    first = plant.stages[FIRST_COMPONENT, plant.items[FIRST_STAGE, item]]
    last = plant.stages[FIRST_COMPONENT, plant.items[FIRST_STAGE, item + 1]]
    for row in range(first, last):
        target.items[NEED, plant.components[COMPONENT, row]] += requirement(
            quantity, plant.components[PER_UNIT, row], plant.components[FIXED, row]
        )


def clear_fronts(plant: Plant, desk: Desk, count: int) -> None:
    """No work of this order stands on any work centre yet."""
    for at in range(count):
        item = desk.items[MEMBERS, at]
        first = plant.stages[FIRST_OPERATION, plant.items[FIRST_STAGE, item]]
        last = plant.stages[FIRST_OPERATION, plant.items[FIRST_STAGE, item + 1]]
        for row in range(first, last):
            desk.fronts[FRONT_DAY, plant.operations[WORK_CENTRE, row]] = NONE
            desk.fronts[FRONT_USED, plant.operations[WORK_CENTRE, row]] = 0


def make_item(
    plant: Plant, state: State, desk: Desk, log: Log, item: int, quantity: int, release: int,
    lift: Lift, move: int, order: int, mode: int,
) -> int:  # fmt: skip
    """Day on which `quantity` is made, components as on the desk; `move` advances the fronts.

    A component's own post-operation days are in it; those of the top item are added with transit.
    """
    ready = release
    for stage in range(plant.items[FIRST_STAGE, item], plant.items[FIRST_STAGE, item + 1]):
        waits_for = NONE
        for row in range(
            plant.stages[FIRST_COMPONENT, stage], plant.stages[FIRST_COMPONENT, stage + 1]
        ):
            component = plant.components[COMPONENT, row]
            if desk.items[READY, component] > ready:
                ready = int(desk.items[READY, component])
                waits_for = component
        if ready >= NEVER:
            desk.items[REASON, item] = desk.items[REASON, waits_for]
            desk.items[REASON_KEY, item] = desk.items[REASON_KEY, waits_for]
            return NEVER
        end = run_stage(
            plant, state, desk, log, stage, quantity, ready + 1, lift, order, mode, item
        )
        if end >= NEVER:
            return NEVER
        if move == YES:
            move_fronts(plant, desk, stage, end)
        if order != NONE:
            desk.stages[STAGE_READY, stage] = ready
            desk.stages[STAGE_WAITS_FOR, stage] = waits_for
            desk.stages[STAGE_END, stage] = end
        ready = end + int(plant.stages[WAIT_DAYS, stage])
    if item == desk.items[MEMBERS, 0]:
        return ready
    return ready + int(plant.items[POST_DAYS, item])


def move_on(
    plant: Plant, state: State, desk: Desk, log: Log, item: int, release: int, lift: Lift
) -> None:
    """Keep the order's later work behind the load of a component, as reckoned on the desk.

    A load that does not fit the horizon closes its work centres to the rest of the order.
    """
    made = make_item(
        plant, state, desk, log, item, int(desk.items[MAKE, item]), release, lift, YES, NONE, NONE
    )
    if made < NEVER:
        return
    first = plant.stages[FIRST_OPERATION, plant.items[FIRST_STAGE, item]]
    last = plant.stages[FIRST_OPERATION, plant.items[FIRST_STAGE, item + 1]]
    for row in range(first, last):
        desk.fronts[FRONT_DAY, plant.operations[WORK_CENTRE, row]] = state.free.shape[1]


def obtain(
    plant: Plant, state: State, desk: Desk, log: Log, item: int, quantity: int, release: int,
    lift: Lift,
) -> int:  # fmt: skip
    """Day on which `quantity` could be made or bought, components as on the desk."""
    if plant.items[SOURCE, item] == SOURCE_BUY:
        if plant.items[LEAD_TIME, item] < 0:
            desk.items[REASON, item] = NO_LEAD_TIME
            desk.items[REASON_KEY, item] = item
            return NEVER
        return max(release, int(plant.items[LEAD_TIME, item]))
    if plant.items[SOURCE, item] != SOURCE_MAKE:
        desk.items[REASON, item] = NO_SOURCE
        desk.items[REASON_KEY, item] = item
        return NEVER
    if plant.items[HINDRANCE, item] != PLACED:
        desk.items[REASON, item] = plant.items[HINDRANCE, item]
        desk.items[REASON_KEY, item] = item
        return NEVER
    return make_item(plant, state, desk, log, item, quantity, release, lift, NO, NONE, NONE)


def component_ready(
    plant: Plant, state: State, desk: Desk, log: Log, item: int, release: int, cut: int,
    until: int, lift: Lift,
) -> int:  # fmt: skip
    """First day the component's need is there, from arrivals by that day and the rest made.

    A made component that falls short at `cut` waits at least for its last arrival by then, since
    its load was reckoned without that supply.
    """
    need = int(desk.items[NEED, item])
    desk.items[BY_SUPPLY, item] = 1
    if need <= 0 or lift.item == item:
        return 0
    soonest = TODAY
    if plant.items[SOURCE, item] == SOURCE_MAKE and desk.items[MAKE, item] > 0:
        soonest = last_arrival(state, item, cut)
    may_make = desk.items[MAKE, item] > 0
    day = 0
    lot = int(state.items[FIRST_LOT, item])
    stop = lot + int(state.items[LOT_COUNT, item])
    stocked = 0
    while True:
        while lot < stop and state.lots[LOT_DAY, lot] <= day:
            if state.lots[LOT_EXPIRES, lot] > until:
                stocked += int(state.lots[LOT_LEFT, lot])
            lot += 1
        if stocked >= need:
            desk.items[BY_SUPPLY, item] = 1
            return day
        following = int(state.lots[LOT_DAY, lot]) if lot < stop else NEVER
        if may_make and following > soonest:
            rest = lot_size(
                need - stocked, plant.items[LOT_MIN, item], plant.items[LOT_MULTIPLE, item]
            )
            obtained = obtain(plant, state, desk, log, item, rest, release, lift)
            found = max(day, soonest, obtained)
            if found < following:
                desk.items[BY_SUPPLY, item] = 0 if obtained == found else 1
                return found
        if lot >= stop:
            return NEVER
        day = following


def settle_components(
    plant: Plant, state: State, desk: Desk, log: Log, count: int, quantity: int, release: int,
    cut: int, until: int, lift: Lift,
) -> int:  # fmt: skip
    """Day on which `quantity` of the top item is made, for one `cut` and `until`.

    Downward: what each component must make when nothing that arrives after `cut` is counted on.
    Upward: when each is ready; its load, counted so, keeps the order's later work behind it.
    """
    top = int(desk.items[MEMBERS, 0])
    for at in range(count):
        desk.items[NEED, desk.items[MEMBERS, at]] = 0
    desk.items[MAKE, top] = quantity
    add_needs(plant, desk, top, quantity)
    for at in range(1, count):
        item = int(desk.items[MEMBERS, at])
        short = int(desk.items[NEED, item])
        if short > 0:
            short -= available(state, item, cut, until)
        if lift.item == item:
            short = 0
        desk.items[MAKE, item] = lot_size(
            short, plant.items[LOT_MIN, item], plant.items[LOT_MULTIPLE, item]
        )
        if desk.items[MAKE, item] > 0 and plant.items[SOURCE, item] == SOURCE_MAKE:
            add_needs(plant, desk, item, int(desk.items[MAKE, item]))
    clear_fronts(plant, desk, count)
    for at in range(count - 1, 0, -1):
        item = int(desk.items[MEMBERS, at])
        desk.items[READY, item] = component_ready(
            plant, state, desk, log, item, release, cut, until, lift
        )
        makes = desk.items[MAKE, item] > 0 and plant.items[SOURCE, item] == SOURCE_MAKE
        if makes and plant.items[HINDRANCE, item] == PLACED:
            move_on(plant, state, desk, log, item, release, lift)
    return obtain(plant, state, desk, log, top, quantity, release, lift)


def settle_keeping(
    plant: Plant, state: State, desk: Desk, log: Log, count: int, quantity: int, release: int,
    cut: int, lift: Lift,
) -> tuple[int, int]:  # fmt: skip
    """The day made for one `cut`, with component lots that keep until that day, and that bound."""
    until = release
    while True:
        day = settle_components(plant, state, desk, log, count, quantity, release, cut, until, lift)
        if day <= until or day >= NEVER:
            return day, until
        spoils = False
        for at in range(1, count):
            item = int(desk.items[MEMBERS, at])
            if desk.items[NEED, item] > 0 and expires_between(state, item, until, day):
                spoils = True
        if not spoils:
            return day, until
        until = day


def earliest_made(
    plant: Plant, state: State, desk: Desk, log: Log, count: int, quantity: int, release: int,
    lift: Lift,
) -> tuple[int, int, int]:  # fmt: skip
    """The earliest day made over all cuts, and the cut and bound that give it."""
    best, best_until = settle_keeping(
        plant, state, desk, log, count, quantity, release, TODAY, lift
    )
    best_cut = TODAY
    for at in range(1, count):
        item = int(desk.items[MEMBERS, at])
        makes = desk.items[MAKE, item] > 0 and plant.items[SOURCE, item] == SOURCE_MAKE
        desk.items[IS_SHORT, item] = 1 if makes else 0
    cut = TODAY
    while True:
        following = NEVER
        for at in range(1, count):
            item = int(desk.items[MEMBERS, at])
            if desk.items[IS_SHORT, item] == 1:
                following = min(following, next_arrival(state, item, cut))
        if following >= best or following >= NEVER:
            return best, best_cut, best_until
        cut = following
        day, until = settle_keeping(plant, state, desk, log, count, quantity, release, cut, lift)
        if day < best:
            best, best_cut, best_until = day, cut, until


def list_breaks(state: State, desk: Desk, item: int, release: int) -> int:
    """Days from `release` on at which what is there of the item changes, and how much; count."""
    first = int(state.items[FIRST_LOT, item])
    stop = first + int(state.items[LOT_COUNT, item])
    desk.breaks[BREAK_DAY, 0] = release
    count = 1
    for lot in range(first, stop):
        if state.lots[LOT_LEFT, lot] <= 0:
            continue
        for change in (int(state.lots[LOT_DAY, lot]), int(state.lots[LOT_EXPIRES, lot])):
            if change <= release or change >= NEVER:
                continue
            place = count
            while place > 0 and desk.breaks[BREAK_DAY, place - 1] > change:
                place -= 1
            if desk.breaks[BREAK_DAY, place - 1] == change:
                continue
            for at in range(count, place, -1):
                desk.breaks[BREAK_DAY, at] = desk.breaks[BREAK_DAY, at - 1]
            desk.breaks[BREAK_DAY, place] = change
            count += 1
    for at in range(count):
        desk.breaks[BREAK_STOCK, at] = available(
            state, item, int(desk.breaks[BREAK_DAY, at]), int(desk.breaks[BREAK_DAY, at])
        )
    return count


def earliest(
    plant: Plant, state: State, desk: Desk, log: Log, count: int, quantity: int, release: int,
    not_before: int, lift: Lift,
) -> tuple[int, int, int, int]:  # fmt: skip
    """First day from `not_before` on with `quantity` of the top item: day, made by, cut, until.

    Work may start after `release`; a lot that expires before the goods are wanted serves nobody.

    Between two changes of supply the stock S is constant, so the day is max(change, made(q − S));
    the first stretch that can hold its own day gives the earliest. Where nothing expires the
    stretches are searched by halving, since later ones leave less to make.
    """
    top = int(desk.items[MEMBERS, 0])
    desk.items[REASON, top] = NO_SOURCE
    desk.items[REASON_KEY, top] = top
    if lift.item == top:
        return not_before, NONE, TODAY, release
    stretches = list_breaks(state, desk, top, not_before)
    ascending = True
    for at in range(1, stretches):
        if desk.breaks[BREAK_STOCK, at] < desk.breaks[BREAK_STOCK, at - 1]:
            ascending = False
    low = 0
    high = stretches - 1
    found = NEVER
    found_made = NONE
    found_cut = TODAY
    found_until = release
    while low <= high:
        at = (low + high) // 2 if ascending else low
        following = int(desk.breaks[BREAK_DAY, at + 1]) if at + 1 < stretches else NEVER
        rest = lot_size(
            quantity - int(desk.breaks[BREAK_STOCK, at]),
            plant.items[LOT_MIN, top],
            plant.items[LOT_MULTIPLE, top],
        )
        made = NONE
        cut = TODAY
        until = release
        if rest > 0:
            made, cut, until = earliest_made(plant, state, desk, log, count, rest, release, lift)
        day = max(int(desk.breaks[BREAK_DAY, at]), made)
        if day < following and day < NEVER:
            found = day
            found_made, found_cut, found_until = made, cut, until
            high = at - 1
            if not ascending:
                break
        else:
            low = at + 1
    return found, found_made, found_cut, found_until
