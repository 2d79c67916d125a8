"""frePPLe's published test cases as the engine's tables, or the feature that the engine has not.

A day number n stands for the instant n days after the case's current date: what is made on day n is
there when day n ends. Hours are rounded up to days, due instants down, so we can err late only. Of
alternatives the preferred one is taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from tests.promise.frepple_model import (
    Entry,
    Model,
    NotModelled,
    days,
    name_of,
    number,
    whole_days_up,
)
from tests.promise.frepple_resources import Load, Resources
from tests.promise.generated_plants import Tables, add, empty_tables

__all__ = ["Case", "NotModelled", "read_case"]

BEYOND_DUE = 400


@dataclass
class Case:
    """One case as tables, with the demands that became orders of ours."""

    name: str
    as_of: date
    tables: Tables
    demands: list[str] = field(default_factory=list)
    last_day: dict[str, date] = field(default_factory=dict)
    """Day after which the customer does not take a demand any more, where there is one."""
    together: dict[str, str] = field(default_factory=dict)
    """Group of a demand that is delivered all together or not at all."""


def read_case(case: dict[str, Any]) -> Case:
    """The case as tables; raises NotModelled with the first feature that can't be."""
    return _Reader(case).read()


def first_of(entries: Iterable[Entry]) -> Entry | None:
    """The preferred one: of priority 1 or the next; one of priority 0 is never used anew."""
    usable = [entry for entry in entries if number(entry, "priority", 1) > 0]
    return min(usable, key=lambda entry: number(entry, "priority", 1), default=None)


class _Reader:
    def __init__(self, case: dict[str, Any]) -> None:
        self.model = Model(case["model"])
        self.now = datetime.fromisoformat(case["current"])
        self.case = Case(case["case"], self.now.date(), empty_tables())
        self.tables = self.case.tables
        self.defined = self.model.defined
        self.relations = self.model.relations
        dues = [self.day(demand["due"]) for demand in self.relations["demand"]]
        self.horizon = max([0, *dues]) + BEYOND_DUE
        self.places: dict[str, set[str]] = {}
        self.resources = Resources(self.model, self.now, self.horizon, self.tables)
        self.flows: dict[str, list[tuple[str, float, float]]] = {}
        self.written: set[str] = set()

    def read(self) -> Case:
        self._find_places()
        for flow in self.relations["flow"]:
            operation = name_of(flow, "operation") or ""
            self.flows.setdefault(operation, []).append(
                (self.code(flow), number(flow, "quantity", 0), number(flow, "quantity_fixed", 0))
            )
        for name, buffer in self.defined["buffer"].items():
            if number(buffer, "onhand", 0) > 0:
                self._supply(
                    self.code({"buffer": name}), number(buffer, "onhand", 0), 0, f"stock {name}"
                )
        self._confirmed()
        self._demands()
        return self.case

    # -- days and codes -------------------------------------------------------------------------

    def day(self, instant: str) -> int:
        return (datetime.fromisoformat(instant) - self.now) // timedelta(days=1)

    def day_up(self, instant: str) -> int:
        return -((self.now - datetime.fromisoformat(instant)) // timedelta(days=1))

    def date_of(self, day: int) -> date:
        return self.case.as_of + timedelta(days=day)

    def _find_places(self) -> None:
        """Buffers of every item: one that is kept in several is a stock point in each."""
        for name, buffer in self.defined["buffer"].items():
            self.places.setdefault(self._item_of(buffer), set()).add(name)

    @staticmethod
    def _item_of(buffer: Entry) -> str:
        return name_of(buffer, "item") or str(buffer["name"]).split(" @ ")[0]

    def code(self, entry: Entry) -> str:
        """The stock point an entry speaks of; buffers bear the name `item @ location`."""
        place = name_of(entry, "location")
        if "buffer" in entry:
            name = name_of(entry, "buffer") or ""
            item = self._item_of(self.defined["buffer"].get(name, {"name": name}))
        else:
            item = name_of(entry, "item") or ""
            name = f"{item} @ {place}"
        return name if len(self.places.get(item, ())) > 1 else item

    # -- what can be had, asked for the items of the demands and all they take --------------------

    def _write_item(self, code: str) -> None:
        if code in self.written:
            return
        self.written.add(code)
        buffers = self.defined["buffer"]
        name = code if code in buffers else next(iter(self.places.get(code, {code})))
        item = self._item_of(buffers.get(name, {"name": code}))
        place = name_of(buffers.get(name, {}), "location")
        operation = self._operation_for(code)
        if operation is not None:
            self._make(code, operation)
            return
        supplier = first_of(self._sources("itemsupplier", item, "location", place))
        if supplier is not None:
            ordered = max(0.0, days(supplier.get("fence")))
            lead = days(supplier.get("leadtime")) + days(supplier.get("hard_safety_leadtime"))
            self._item(code, "buy", whole_days_up(ordered + lead), supplier)
            return
        transfer = first_of(self._sources("itemdistribution", item, "destination", place))
        if transfer is not None:
            self._item(code, "make", whole_days_up(days(transfer.get("leadtime"))), {})
            self._component(code, f"{item} @ {name_of(transfer, 'origin')}", 1.0)
            return
        self._item(code, "none", None, {})

    def _sources(self, relation: str, item: str, end: str, place: str | None) -> list[Entry]:
        """Ways to get an item at a place, its own or those of its group."""
        names = {item, name_of(self.defined["item"].get(item, {}), "owner")}
        for group, entry in self.defined["item"].items():
            members = (entry.get("members") or {}).get("item") or []
            if any(member["name"] == item for member in members):
                names.add(group)
        return [
            row for row in self.relations[relation]
            if name_of(row, "item") in names and place in (None, name_of(row, end) or place)
        ]  # fmt: skip

    def _item(self, code: str, source: str, lead: int | None, sizes: Entry) -> None:
        add(
            self.tables["item"], item_code=code, source=source, lead_time_days=lead,
            lot_min_qty=number(sizes, "size_minimum", 0),
            lot_multiple_qty=number(sizes, "size_multiple", 0), post_operation_days=0,
        )  # fmt: skip

    def _component(self, code: str, part: str, per_unit: float) -> None:
        add(
            self.tables["component"], item_code=code, component_code=part, per_unit_qty=per_unit,
            fixed_qty=0.0, stage_no=1,
        )  # fmt: skip
        self._write_item(part)

    def _gives(self, name: str) -> str:
        """What an operation makes; one that only takes is an item of its own."""
        gives = [item for item, qty, _ in self.flows.get(name, []) if qty > 0]
        if len(gives) > 1:
            raise NotModelled("operation with several products")
        if gives:
            return gives[0]
        operation = self.defined["operation"].get(name, {})
        return self.code(operation) if "item" in operation else name

    def _operation_for(self, code: str) -> str | None:
        """The preferred operation that gives the item; of its buffer's own if it names one."""
        ways = [
            entry for name, entry in self.defined["operation"].items() if self._gives(name) == code
        ]
        for buffer in self.defined["buffer"].values():
            producing = name_of(buffer, "producing")
            if producing and self.code({"buffer": buffer["name"]}) == code:
                ways = [entry for entry in ways if entry["name"] == producing] or ways
        way = first_of(ways)
        return None if way is None else str(way["name"])

    def _make(self, code: str, name: str) -> None:
        operation = self.defined["operation"][name]
        if operation.get("type", "operation_fixed_time") not in (
            "operation_fixed_time", "operation_time_per",
        ):  # fmt: skip
            raise NotModelled(operation["type"])
        flows = self.flows.get(name, [])
        per_run = sum(qty for _, qty, _ in flows if qty > 0) or 1.0
        if any(fixed for _, _, fixed in flows):
            raise NotModelled("a fixed quantity per run")
        has_load = any(name_of(load, "operation") == name for load in self.relations["load"])
        if has_load and "size_maximum" in operation:
            raise NotModelled("a largest size of runs")
        sizes = {
            key: number(operation, key, 0) * per_run for key in ("size_minimum", "size_multiple")
        }
        self._item(code, "make", None, sizes)
        for item, qty, _ in flows:
            if qty < 0:
                self._component(code, item, -qty / per_run)
        for load in self.resources.of(name):
            self._operation(code, operation, load, per_run)

    def _operation(self, code: str, operation: Entry, load: Load, per_run: float) -> None:
        centre, units, pace = load
        add(
            self.tables["operation"], item_code=code, stage_no=1, work_centre=centre,
            per_unit_load=units * days(operation.get("duration_per")) / per_run / pace,
            fixed_load=units * days(operation.get("duration")) / pace,
            waiting_days=0, single_run_per_day=units,
        )  # fmt: skip

    # -- what is asked ---------------------------------------------------------------------------

    def _supply(self, item: str, qty: float, day: int, name: str) -> None:
        add(
            self.tables["supply"], supply_id=name, item_code=item, qty=qty, expires_day=None,
            available_day=self.date_of(max(0, day)),
        )  # fmt: skip

    def _confirmed(self) -> None:
        """Confirmed orders: what they give is supply, what they take is firm demand before all."""
        for at, plan in enumerate(self.relations["operationplan"]):
            if plan.get("status") != "confirmed":
                raise NotModelled(f"operationplan of status {plan.get('status')}")
            qty = float(plan["quantity"])
            operation = name_of(plan, "operation")
            if operation is None:
                self._supply(self.code(plan), qty, self.day_up(plan["end"]), f"plan {at}")
                continue
            if any(name_of(load, "operation") == operation for load in self.relations["load"]):
                raise NotModelled("a confirmed run on a resource")
            takes = whole_days_up(
                days(self.defined["operation"].get(operation, {}).get("duration"))
            )
            start = self.day(plan["start"]) if "start" in plan else None
            end = self.day_up(plan["end"]) if "end" in plan else None
            if end is None and start is not None:
                end = start + takes
            if start is None and end is not None:
                start = self.day(plan["end"]) - takes
            for item, per_run, fixed in self.flows.get(operation, []):
                if per_run > 0 and end is not None:
                    self._supply(item, qty * per_run + fixed, end, f"plan {at} {item}")
                elif per_run < 0:
                    self._demand(f"taken by plan {at} {item}", -10, item, -per_run * qty, start)
                    self._write_item(item)

    def _demand(self, name: str, rank: int, item: str, qty: float, due: int | None) -> None:
        add(
            self.tables["demand"], demand_id=name, kind="firm", item_code=item, qty=qty,
            rank=rank, release_day=self.case.as_of, transit_days=0,
            due_day=None if due is None else self.date_of(due),
        )  # fmt: skip

    def _demands(self) -> None:
        for demand in self.relations["demand"]:
            if demand.get("status", "open") not in ("open", "quote"):
                continue  # closed, or no more than an inquiry
            name = str(demand["name"])
            operation = name_of(demand, "operation")
            code = self._gives(operation) if operation else self.code(demand)
            if operation and code == operation and operation not in self.defined["operation"]:
                raise NotModelled("delivery operation without a definition")
            self._write_item(code)
            self.case.demands.append(name)
            if "maxlateness" in demand:
                late = self.day(demand["due"]) + days(demand["maxlateness"])
                self.case.last_day[name] = self.date_of(int(late))
            if demand.get("together"):
                self.case.together[name] = demand["together"]
            self._demand(
                name, int(number(demand, "priority", 0)), code, float(demand["quantity"]),
                self.day(demand["due"]),
            )  # fmt: skip
