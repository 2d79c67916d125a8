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
    NEVER,
    NO_LEAD_TIME,
    NO_OPERATION,
    NO_SOURCE,
    NONE,
    SOURCE_BUY,
    SOURCE_MAKE,
    Desk,
    Lift,
    Log,
    Plant,
    State,
)


def gather(plant: Plant, desk: Desk, top: int) -> int:
    """Put the item and all its components on the desk, parents before components; how many."""
    count = 1
    desk.members[0] = top
    desk.is_member[top] = 1
    at = 0
    while at < count:
        parent = desk.members[at]
        first = plant.component_of_stage[plant.stage_of_item[parent]]
        last = plant.component_of_stage[plant.stage_of_item[parent + 1]]
        for row in range(first, last):
            item = plant.component_item[row]
            if desk.is_member[item] == 0:
                desk.is_member[item] = 1
                place = count
                while place > at + 1 and desk.members[place - 1] > item:
                    desk.members[place] = desk.members[place - 1]
                    place -= 1
                desk.members[place] = item
                count += 1
        at += 1
    for at in range(count):
        desk.is_member[desk.members[at]] = 0
    return count


def add_needs(plant: Plant, target: Desk, item: int, quantity: int) -> None:
    """Add to `need` what making `quantity` of the item takes of its components."""
    first = plant.component_of_stage[plant.stage_of_item[item]]
    last = plant.component_of_stage[plant.stage_of_item[item + 1]]
    for row in range(first, last):
        target.need[plant.component_item[row]] += requirement(
            quantity, plant.component_per_unit[row], plant.component_fixed[row]
        )


def clear_fronts(plant: Plant, desk: Desk, count: int) -> None:
    """No work of this order stands on any work centre yet."""
    for at in range(count):
        item = desk.members[at]
        first = plant.operation_of_stage[plant.stage_of_item[item]]
        last = plant.operation_of_stage[plant.stage_of_item[item + 1]]
        for row in range(first, last):
            desk.front_day[plant.operation_work_centre[row]] = NONE
            desk.front_used[plant.operation_work_centre[row]] = 0


def make_item(
    plant: Plant, state: State, desk: Desk, log: Log, item: int, quantity: int, release: int,
    lift: Lift, move: bool, order: int, mode: int,
) -> int:  # fmt: skip
    """Day on which `quantity` is made, components as on the desk; `move` advances the fronts.

    A component's own post-operation days are in it; those of the top item are added with transit.
    """
    ready = release
    for stage in range(plant.stage_of_item[item], plant.stage_of_item[item + 1]):
        waits_for = NONE
        for row in range(plant.component_of_stage[stage], plant.component_of_stage[stage + 1]):
            component = plant.component_item[row]
            if desk.ready[component] > ready:
                ready = int(desk.ready[component])
                waits_for = component
        if ready >= NEVER:
            desk.reason[item] = desk.reason[waits_for]
            desk.reason_key[item] = desk.reason_key[waits_for]
            return NEVER
        end = run_stage(
            plant, state, desk, log, stage, quantity, ready + 1, lift, order, mode, item
        )
        if end >= NEVER:
            return NEVER
        if move:
            move_fronts(plant, desk, stage, end)
        if order != NONE:
            desk.stage_ready[stage] = ready
            desk.stage_waits_for[stage] = waits_for
            desk.stage_end[stage] = end
        ready = end + int(plant.stage_waiting[stage])
    if item == desk.members[0]:
        return ready
    return ready + int(plant.post_operation[item])


def move_on(
    plant: Plant, state: State, desk: Desk, log: Log, item: int, release: int, lift: Lift
) -> None:
    """Keep the order's later work behind the load of a component, as reckoned on the desk.

    A load that does not fit the horizon closes its work centres to the rest of the order.
    """
    made = make_item(
        plant, state, desk, log, item, int(desk.make[item]), release, lift, True, NONE, NONE
    )
    if made < NEVER:
        return
    first = plant.operation_of_stage[plant.stage_of_item[item]]
    last = plant.operation_of_stage[plant.stage_of_item[item + 1]]
    for row in range(first, last):
        desk.front_day[plant.operation_work_centre[row]] = state.free.shape[1]


def obtain(
    plant: Plant, state: State, desk: Desk, log: Log, item: int, quantity: int, release: int,
    lift: Lift,
) -> int:  # fmt: skip
    """Day on which `quantity` could be made or bought, components as on the desk."""
    if plant.source[item] == SOURCE_BUY:
        if plant.lead_time[item] < 0:
            desk.reason[item] = NO_LEAD_TIME
            desk.reason_key[item] = item
            return NEVER
        return max(release, int(plant.lead_time[item]))
    if plant.source[item] != SOURCE_MAKE:
        desk.reason[item] = NO_SOURCE
        desk.reason_key[item] = item
        return NEVER
    if plant.can_make[item] == 0:
        desk.reason[item] = NO_OPERATION
        desk.reason_key[item] = item
        return NEVER
    return make_item(plant, state, desk, log, item, quantity, release, lift, False, NONE, NONE)


def component_ready(
    plant: Plant, state: State, desk: Desk, log: Log, item: int, release: int, cut: int,
    until: int, lift: Lift,
) -> int:  # fmt: skip
    """First day on which the component's need is there, from arrivals by that day and the rest made.

    A made component that falls short at `cut` waits at least for its last arrival by then, since
    its load was reckoned without that supply.
    """
    need = int(desk.need[item])
    desk.by_supply[item] = 1
    if need <= 0 or lift.item == item:
        return 0
    earliest = 0
    if plant.source[item] == SOURCE_MAKE and desk.make[item] > 0:
        earliest = last_arrival(state, item, cut)
    may_make = desk.make[item] > 0
    day = 0
    lot = int(state.lot_of_item[item])
    stop = lot + int(state.lot_count[item])
    stocked = 0
    while True:
        while lot < stop and state.lot_day[lot] <= day:
            if state.lot_expires[lot] > until:
                stocked += int(state.lot_left[lot])
            lot += 1
        if stocked >= need:
            desk.by_supply[item] = 1
            return day
        following = int(state.lot_day[lot]) if lot < stop else NEVER
        if may_make and following > earliest:
            rest = lot_size(need - stocked, plant.lot_min[item], plant.lot_multiple[item])
            obtained = obtain(plant, state, desk, log, item, rest, release, lift)
            found = max(day, earliest, obtained)
            if found < following:
                desk.by_supply[item] = 0 if obtained == found else 1
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
    top = int(desk.members[0])
    for at in range(count):
        desk.need[desk.members[at]] = 0
    desk.make[top] = quantity
    add_needs(plant, desk, top, quantity)
    for at in range(1, count):
        item = int(desk.members[at])
        short = int(desk.need[item])
        if short > 0:
            short -= available(state, item, cut, until)
        if lift.item == item:
            short = 0
        desk.make[item] = lot_size(short, plant.lot_min[item], plant.lot_multiple[item])
        if desk.make[item] > 0 and plant.source[item] == SOURCE_MAKE:
            add_needs(plant, desk, item, int(desk.make[item]))
    clear_fronts(plant, desk, count)
    for at in range(count - 1, 0, -1):
        item = int(desk.members[at])
        desk.ready[item] = component_ready(plant, state, desk, log, item, release, cut, until, lift)
        makes = desk.make[item] > 0 and plant.source[item] == SOURCE_MAKE
        if makes and plant.can_make[item] != 0:
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
            item = int(desk.members[at])
            if desk.need[item] > 0 and expires_between(state, item, until, day):
                spoils = True
        if not spoils:
            return day, until
        until = day


def earliest_made(
    plant: Plant, state: State, desk: Desk, log: Log, count: int, quantity: int, release: int,
    lift: Lift,
) -> tuple[int, int, int]:  # fmt: skip
    """The earliest day made over all cuts, and the cut and bound that give it."""
    best, best_until = settle_keeping(plant, state, desk, log, count, quantity, release, 0, lift)
    best_cut = 0
    for at in range(1, count):
        item = int(desk.members[at])
        makes = desk.make[item] > 0 and plant.source[item] == SOURCE_MAKE
        desk.is_short[item] = 1 if makes else 0
    cut = 0
    while True:
        following = NEVER
        for at in range(1, count):
            item = int(desk.members[at])
            if desk.is_short[item] == 1:
                following = min(following, next_arrival(state, item, cut))
        if following >= best or following >= NEVER:
            return best, best_cut, best_until
        cut = following
        day, until = settle_keeping(plant, state, desk, log, count, quantity, release, cut, lift)
        if day < best:
            best, best_cut, best_until = day, cut, until


def list_breaks(state: State, desk: Desk, item: int, release: int) -> int:
    """Days from `release` on at which what is there of the item changes, and how much; count."""
    first = int(state.lot_of_item[item])
    stop = first + int(state.lot_count[item])
    desk.breaks[0] = release
    count = 1
    for lot in range(first, stop):
        if state.lot_left[lot] <= 0:
            continue
        for change in (int(state.lot_day[lot]), int(state.lot_expires[lot])):
            if change <= release or change >= NEVER:
                continue
            place = count
            while place > 0 and desk.breaks[place - 1] > change:
                place -= 1
            if desk.breaks[place - 1] == change:
                continue
            for at in range(count, place, -1):
                desk.breaks[at] = desk.breaks[at - 1]
            desk.breaks[place] = change
            count += 1
    for at in range(count):
        desk.sums[at] = available(state, item, int(desk.breaks[at]), int(desk.breaks[at]))
    return count


def earliest(
    plant: Plant, state: State, desk: Desk, log: Log, count: int, quantity: int, release: int,
    lift: Lift,
) -> tuple[int, int, int, int]:  # fmt: skip
    """First day on which `quantity` of the top item is there: day, made by, cut, until.

    Between two changes of supply the stock S is constant, so the day is max(change, made(q − S));
    the first stretch that can hold its own day gives the earliest. Where nothing expires the
    stretches are searched by halving, since later ones leave less to make.
    """
    top = int(desk.members[0])
    desk.reason[top] = NO_SOURCE
    desk.reason_key[top] = top
    if lift.item == top:
        return release, NONE, 0, release
    stretches = list_breaks(state, desk, top, release)
    ascending = True
    for at in range(1, stretches):
        if desk.sums[at] < desk.sums[at - 1]:
            ascending = False
    low = 0
    high = stretches - 1
    found = NEVER
    found_made = NONE
    found_cut = 0
    found_until = release
    while low <= high:
        at = (low + high) // 2 if ascending else low
        following = int(desk.breaks[at + 1]) if at + 1 < stretches else NEVER
        rest = lot_size(quantity - int(desk.sums[at]), plant.lot_min[top], plant.lot_multiple[top])
        made = NONE
        cut = 0
        until = release
        if rest > 0:
            made, cut, until = earliest_made(plant, state, desk, log, count, rest, release, lift)
        day = max(int(desk.breaks[at]), made)
        if day < following and day < NEVER:
            found = day
            found_made, found_cut, found_until = made, cut, until
            high = at - 1
            if not ascending:
                break
        else:
            low = at + 1
    return found, found_made, found_cut, found_until
