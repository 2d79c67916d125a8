"""An independent replay of a placement, from the definitions of the promise engine alone.

It reads the tables that went in and the tables that came out, recomputes what every order must take
and walks through it day by day. It shares no code with the engine and knows nothing of how the
engine searches; every sentence it returns names a promise that can't be kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

Row = dict[str, Any]
MILLIONTH = Fraction(1, 1_000_000)


def rows_of(table: Any) -> list[Row]:
    """Rows of a dict of columns or of an Arrow table."""
    if hasattr(table, "to_pylist"):
        return list(table.to_pylist())
    names = list(table)
    return [dict(zip(names, values, strict=True)) for values in zip(*table.values(), strict=True)]


def amount(value: Any) -> Fraction:
    """An amount to the nearest millionth, the smallest that placements speak of."""
    return Fraction(round(Fraction(value or 0) * 1_000_000), 1_000_000)


def in_millionths_up(value: Fraction) -> Fraction:
    return -((-value) // MILLIONTH) * MILLIONTH


def sized(quantity: Fraction, smallest: Fraction, multiple: Fraction) -> Fraction:
    """At least the minimum, then up to a whole multiple (K9)."""
    if quantity <= 0:
        return Fraction(0)
    quantity = max(quantity, smallest)
    return -((-quantity) // multiple) * multiple if multiple > 0 else quantity


@dataclass
class Stage:
    number: int
    waiting: int = 0
    loads: list[tuple[str, Fraction, Fraction, Fraction | None]] = field(default_factory=list)
    components: list[tuple[str, Fraction, Fraction]] = field(default_factory=list)


@dataclass
class Lot:
    item: str
    available: int
    expires: int | None
    quantity: Fraction


class Resimulation:
    """One placement, replayed."""

    def __init__(self, tables: Mapping[str, Any], answers: Mapping[str, Any], as_of: date) -> None:
        self.as_of = as_of
        self.given = {name: rows_of(table) for name, table in tables.items()}
        self.said = {name: rows_of(table) for name, table in answers.items()}
        self.broken: list[str] = []
        self.items = {row["item_code"]: row for row in self.given["item"]}
        self.capacity: dict[tuple[str, int], Fraction] = defaultdict(Fraction)
        for row in self.given["capacity"]:
            self.capacity[row["work_centre"], self.day(row["day"])] += amount(row["available"])
        self.ways = self._ways()
        self.lots = self._lots()
        self.bookings = self._by_order("booking")
        self.pegs = self._by_order("peg")

    def day(self, day: date) -> int:
        return (day - self.as_of).days

    def _by_order(self, table: str) -> dict[tuple[str, str], list[Row]]:
        grouped: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in self.said[table]:
            grouped[row["demand_id"], row["mode"]].append(row)
        return grouped

    def _ways(self) -> dict[str, list[Stage]]:
        """Stages of every item and of every work order (under '@' and its id)."""
        stages: dict[str, dict[int, Stage]] = defaultdict(dict)
        for row in self.given["operation"]:
            stage = stages[row["item_code"]].setdefault(row["stage_no"], Stage(row["stage_no"]))
            self._add_load(stage, row, row["per_unit_load"], row["fixed_load"])
        for row in self.given["work_order_operation"]:
            key = "@" + row["work_order_id"]
            stage = stages[key].setdefault(row["stage_no"], Stage(row["stage_no"]))
            self._add_load(stage, row, 0, row["remaining_load"])
        for code, row in self.items.items():
            if code not in stages and row["source"] == "make":
                stages[code][0] = Stage(0, waiting=row["lead_time_days"] or 0)
        for row in self.given["work_order"]:
            stages.setdefault("@" + row["work_order_id"], {0: Stage(0)})
        for row in self.given["component"]:
            if row["item_code"] in stages:
                self._stage_for(stages[row["item_code"]], row["stage_no"]).components.append(
                    (row["component_code"], amount(row["per_unit_qty"]), amount(row["fixed_qty"]))
                )
        for row in self.given["work_order_component"]:
            self._stage_for(stages["@" + row["work_order_id"]], row["stage_no"]).components.append(
                (row["component_code"], Fraction(0), amount(row["open_qty"]))
            )
        return {key: [found[no] for no in sorted(found)] for key, found in stages.items()}

    @staticmethod
    def _add_load(stage: Stage, row: Row, per_unit: Any, fixed: Any) -> None:
        single = row["single_run_per_day"]
        stage.waiting = max(stage.waiting, row["waiting_days"] or 0)
        stage.loads.append(
            (row["work_centre"], amount(per_unit), amount(fixed),
             None if single is None else amount(single))
        )  # fmt: skip

    @staticmethod
    def _stage_for(stages: dict[int, Stage], number: int | None) -> Stage:
        later = [no for no in sorted(stages) if no >= (number or 0)]
        return stages[later[0] if later else max(stages)]

    def _lots(self) -> dict[str, Lot]:
        lots = {
            row["supply_id"]: Lot(
                row["item_code"],
                max(0, self.day(row["available_day"])),
                None if row["expires_day"] is None else self.day(row["expires_day"]),
                amount(row["qty"]),
            )
            for row in self.given["supply"]
        }
        ends = {row["demand_id"]: row for row in self.said["answer"]}
        for row in self.given["work_order"]:
            answer = ends.get(row["work_order_id"])
            if answer is not None and answer["status"] == "placed":
                day = max(self.day(row["due_day"]), self.day(answer["ready_day"]))
                lots[row["work_order_id"]] = Lot(
                    row["item_code"], max(0, day), None, amount(row["remaining_qty"])
                )
        return lots

    def violations(self) -> list[str]:
        """Every promise of these tables that can't be kept; empty when all can."""
        self._check_capacity()
        self._check_supply()
        self._check_answered()
        for order in self._orders():
            self._replay(*order)
        return self.broken

    # -- sums over all orders -------------------------------------------------------------------

    def _check_capacity(self) -> None:
        committed: dict[tuple[str, int], Fraction] = defaultdict(Fraction)
        alone: dict[str, dict[tuple[str, int], Fraction]] = defaultdict(
            lambda: defaultdict(Fraction)
        )
        firm: dict[tuple[str, int], Fraction] = defaultdict(Fraction)
        for row in self.said["booking"]:
            place = (row["work_centre"], self.day(row["day"]))
            if amount(row["amount"]) <= 0:
                self.broken.append(f"empty booking {row}")
            if row["mode"] == "alone":
                alone[row["demand_id"]][place] += amount(row["amount"])
            else:
                committed[place] += amount(row["amount"])
            if row["mode"] == "firm":
                firm[place] += amount(row["amount"])
        for place, load in committed.items():
            if load > self.capacity[place]:
                self.broken.append(f"overfull: {place} holds {load} of {self.capacity[place]}")
        for demand, loads in alone.items():
            for place, load in loads.items():
                if load + firm[place] > self.capacity[place]:
                    self.broken.append(f"overfull alone: {demand} on {place}")

    def _check_supply(self) -> None:
        taken: dict[str, Fraction] = defaultdict(Fraction)
        firm: dict[str, Fraction] = defaultdict(Fraction)
        alone: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
        for row in self.said["peg"]:
            if row["supply_id"].startswith("buy:"):
                continue
            lot = self.lots.get(row["supply_id"])
            if lot is None or lot.item != row["item_code"]:
                self.broken.append(f"pegged to supply that is not there: {row}")
                continue
            if row["mode"] == "alone":
                alone[row["demand_id"], row["supply_id"]] += amount(row["qty"])
            else:
                taken[row["supply_id"]] += amount(row["qty"])
            if row["mode"] == "firm":
                firm[row["supply_id"]] += amount(row["qty"])
        for supply, quantity in taken.items():
            if quantity > self.lots[supply].quantity:
                self.broken.append(f"supply {supply} pegged twice: {quantity}")
        for (demand, supply), quantity in alone.items():
            if quantity + firm[supply] > self.lots[supply].quantity:
                self.broken.append(f"supply {supply} pegged twice for {demand} alone")

    def _check_answered(self) -> None:
        modes: dict[str, list[str]] = defaultdict(list)
        for row in self.said["answer"]:
            modes[row["demand_id"]].append(row["mode"])
            if row["status"] == "placed":
                if row["reason_code"] is not None or row["delivered_day"] is None:
                    self.broken.append(f"placed without a date or with a reason: {row}")
            elif not row["reason_code"] or not row["reason_key"] or row["delivered_day"]:
                self.broken.append(f"neither date nor reason: {row}")
        for row in self.given["demand"]:
            expected = ["firm"] if row["kind"] == "firm" else ["alone", "queue"]
            if modes[row["demand_id"]] != expected:
                self.broken.append(f"{row['demand_id']} answered as {modes[row['demand_id']]}")

    # -- one order ------------------------------------------------------------------------------

    def _orders(self) -> Iterable[tuple[Row, Row, str]]:
        answers: dict[str, list[Row]] = defaultdict(list)
        for row in self.said["answer"]:
            answers[row["demand_id"]].append(row)
        for row in self.given["work_order"]:
            for answer in answers[row["work_order_id"]]:
                yield answer, {"qty": 1, "transit_days": 0}, "@" + row["work_order_id"]
        for row in self.given["demand"]:
            for answer in answers[row["demand_id"]]:
                yield answer, row, row["item_code"]

    def _replay(self, answer: Row, demand: Row, top: str) -> None:
        key = (answer["demand_id"], answer["mode"])
        if answer["status"] != "placed":
            if self.bookings[key] or self.pegs[key]:
                self.broken.append(f"{key} has no date and yet takes something")
            return
        if answer["delivered_day"] is None or answer["ready_day"] is None:
            return
        try:
            Replay(self, key, answer, demand, top).run()
        except Unkept as unkept:
            self.broken.append(f"{key}: {unkept}")


class Unkept(Exception):
    """Why one order's promise can't be kept."""


def require(kept: bool, sentence: str) -> None:
    if not kept:
        raise Unkept(sentence)


class Replay:
    """One order: quantities downward from the top item, days upward to it."""

    def __init__(
        self, plant: Resimulation, key: tuple[str, str], answer: Row, demand: Row, top: str
    ) -> None:
        self.plant = plant
        self.answer = answer
        self.demand = demand
        self.top = top
        self.is_work_order = top.startswith("@")
        self.booked: dict[tuple[str, int], list[tuple[str, int, Fraction]]] = defaultdict(list)
        for row in plant.bookings[key]:
            item = top if self.is_work_order and not self._is_component(row) else row["item_code"]
            self.booked[item, row["stage_no"]].append(
                (row["work_centre"], plant.day(row["day"]), amount(row["amount"]))
            )
        self.pegged: dict[str, list[Row]] = defaultdict(list)
        for row in plant.pegs[key]:
            is_own = row["is_top"] and self.is_work_order
            self.pegged[top if is_own else row["item_code"]].append(row)
        self.made: dict[str, Fraction] = {}
        self.consumed_from: dict[str, int] = {}
        self.consumed_until: dict[str, int] = {}
        self.ready: dict[str, int] = {}

    def _is_component(self, row: Row) -> bool:
        """A work order's own bookings carry its item; its components' are of other items."""
        order = self.answer["demand_id"]
        made = next(
            r["item_code"] for r in self.plant.given["work_order"] if r["work_order_id"] == order
        )
        return bool(row["item_code"] != made)

    def run(self) -> None:
        needs = self._quantities()
        self._loads()
        for item in reversed(needs):
            self._ready(item)
        self._top_days()
        used = {item for item, _ in self.booked}
        require(used <= set(self.made), f"bookings for items that are not made: {used}")
        require(set(self.pegged) <= set(needs), "pegs for items that are not needed")
        self._chain()

    def _below(self, item: str) -> list[tuple[str, Fraction, Fraction]]:
        return [part for stage in self.plant.ways.get(item, []) for part in stage.components]

    def _in_order(self) -> list[str]:
        """The item and everything below it, parents first."""
        found: list[str] = []
        done: set[str] = set()

        def visit(item: str) -> None:
            if item not in done:
                done.add(item)
                for component, _, _ in self._below(item):
                    visit(component)
                found.append(item)

        visit(self.top)
        return found[::-1]

    def _quantities(self) -> list[str]:
        order = self._in_order()
        need: dict[str, Fraction] = defaultdict(Fraction)
        need[self.top] = amount(self.demand["qty"])
        needed = []
        for item in order:
            if need[item] <= 0:
                continue
            needed.append(item)
            from_supply = sum(
                (amount(r["qty"]) for r in self.pegged[item]
                 if not r["supply_id"].startswith("buy:")), Fraction(0)
            )  # fmt: skip
            bought = sum(
                (amount(r["qty"]) for r in self.pegged[item] if r["supply_id"].startswith("buy:")),
                Fraction(0),
            )
            require(from_supply <= need[item], f"{item}: more pegged than needed")
            row = self.plant.items.get(item)
            rest = need[item] - from_supply
            if row is not None:
                rest = sized(rest, amount(row["lot_min_qty"]), amount(row["lot_multiple_qty"]))
            if row is not None and row["source"] == "buy":
                require(bought == rest, f"{item}: {bought} bought where {rest} is missing")
            else:
                require(bought == 0, f"{item} is bought though it is not a bought item")
                if rest > 0:
                    is_made = row is None or row["source"] == "make"
                    require(is_made and item in self.plant.ways, f"{item}: {rest} from nowhere")
                    self.made[item] = rest
                    for component, per_unit, fixed in self._below(item):
                        need[component] += in_millionths_up(rest * per_unit) + fixed
            if item == self.top and not self.is_work_order:
                require(amount(self.answer["from_stock_qty"]) == from_supply, "from_stock_qty")
                require(amount(self.answer["to_buy_qty"]) == bought, "to_buy_qty")
                require(amount(self.answer["to_make_qty"]) == self.made.get(item, 0), "to_make_qty")
        return needed

    def _loads(self) -> None:
        for item, quantity in self.made.items():
            for stage in self.plant.ways[item]:
                wanted: dict[str, Fraction] = defaultdict(Fraction)
                for work_centre, per_unit, fixed, _ in stage.loads:
                    wanted[work_centre] += in_millionths_up(quantity * per_unit) + fixed
                booked: dict[str, Fraction] = defaultdict(Fraction)
                daily: dict[tuple[str, int], Fraction] = defaultdict(Fraction)
                for work_centre, day, load in self.booked[item, stage.number]:
                    booked[work_centre] += load
                    daily[work_centre, day] += load
                wanted = {k: v for k, v in wanted.items() if v > 0}  # type: ignore[assignment]
                require(dict(booked) == wanted, f"{item} stage {stage.number}: load {dict(booked)}"
                        f" booked, {wanted} needed")  # fmt: skip
                for work_centre, _, _, single in stage.loads:
                    if single is not None:
                        most = max(
                            (v for (centre, _), v in daily.items() if centre == work_centre),
                            default=Fraction(0),
                        )
                        require(most <= single, f"{item}: {most} a day, single run {single}")
                self._together(item, stage, wanted, daily)

    def _together(
        self, item: str, stage: Stage, wanted: Mapping[str, Fraction],
        daily: Mapping[tuple[str, int], Fraction],
    ) -> None:  # fmt: skip
        """Work centres of one stage keep pace: shares done by each evening are alike (K14)."""
        done: dict[str, Fraction] = defaultdict(Fraction)
        for day in sorted({day for _, day in daily}):
            for work_centre in wanted:
                done[work_centre] += daily.get((work_centre, day), Fraction(0))
            low = max((done[c] - 2 * MILLIONTH) / load for c, load in wanted.items())
            high = min((done[c] + 2 * MILLIONTH) / load for c, load in wanted.items())
            require(low <= high, f"{item} stage {stage.number}: work centres apart on day {day}")

    def _ready(self, item: str) -> None:
        """Day from which all of the item is there; checks its own stages on the way."""
        ready = 0
        for row in self.pegged[item]:
            if row["supply_id"].startswith("buy:"):
                lead = self.plant.items[item]["lead_time_days"]
                require(lead is not None, f"{item} bought without a lead time")
                require(self.plant.day(row["day"]) >= lead, f"{item} bought faster than it comes")
                ready = max(ready, self.plant.day(row["day"]))
            elif row["supply_id"] in self.plant.lots:
                ready = max(ready, self.plant.lots[row["supply_id"]].available)
        if item in self.made:
            ready = max(ready, self._made_ready(item))
        self.ready[item] = ready

    def _made_ready(self, item: str) -> int:
        release = 0
        if item == self.top and not self.is_work_order:
            release = max(0, self.plant.day(self.demand["release_day"]))
        after = release
        for stage in self.plant.ways[item]:
            days = [day for _, day, _ in self.booked[item, stage.number]]
            materials = [self.ready[c] for c, per, fixed in stage.components if per or fixed]
            could_start = max([after, *materials])
            if days:
                require(min(days) > could_start, f"{item} stage {stage.number} starts on day"
                        f" {min(days)}, before day {could_start + 1}")  # fmt: skip
            start = min(days, default=could_start + 1)
            for component, _, _ in stage.components:
                self.consumed_from[component] = min(start, self.consumed_from.get(component, start))
                self.consumed_until[component] = max(
                    start if days else start - 1, self.consumed_until.get(component, 0)
                )
            after = max(days, default=could_start) + stage.waiting
        is_component = item != self.top
        row = self.plant.items.get(item)
        return after + (row["post_operation_days"] if is_component and row else 0)

    def _top_days(self) -> None:
        ready = self.plant.day(self.answer["ready_day"])
        require(
            ready >= self.ready[self.top], f"ready on day {ready}, there {self.ready[self.top]}"
        )
        if not self.is_work_order:
            row = self.plant.items.get(self.top)
            after = (row["post_operation_days"] if row else 0) + self.demand["transit_days"]
            delivered = self.plant.day(self.answer["delivered_day"])
            require(delivered == ready + after, "post-operation and transit days")
        for item, pegs in self.pegged.items():
            last_use = ready if item == self.top else self.consumed_until[item]
            for row in pegs:
                lot = self.plant.lots.get(row["supply_id"])
                if lot is not None and lot.expires is not None:
                    require(lot.expires > last_use, f"{item} used on day {last_use} after expiry")

    def _chain(self) -> None:
        rows = [
            r for r in self.plant.said["chain"]
            if (r["demand_id"], r["mode"]) == (self.answer["demand_id"], self.answer["mode"])
        ]  # fmt: skip
        rows.sort(key=lambda r: r["seq"])
        at = self.plant.as_of
        for row in rows:
            require(row["from_day"] == at + timedelta(days=1), f"gap in the chain at {at}")
            require(row["days"] == (row["to_day"] - at).days, "chain row's days")
            at = row["to_day"]
        require(at == self.answer["delivered_day"], f"chain ends on {at}")


def violations(tables: Mapping[str, Any], answers: Mapping[str, Any], as_of: date) -> list[str]:
    """Every promise in `answers` that can't be kept on `tables`."""
    return Resimulation(tables, answers, as_of).violations()
