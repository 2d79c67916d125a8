"""frePPLe's published test cases as the engine's tables, or the feature that the engine has not.

A day number n stands for the instant n days after the case's current date: what is made on day n is
there when day n ends. Hours are rounded up to days, due instants down, so we can err late only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from tests.promise.generated_plants import Tables, add, empty_tables

HORIZON = 700
PLENTY = 1_000_000

KNOWN = {
    "operation": {
        "name", "type", "duration", "duration_per", "item", "location", "flows", "loads",
        "priority", "description", "category", "posttime",
    },
    "flow": {"type", "quantity", "quantity_fixed", "item", "buffer", "operation"},
    "buffer": {"name", "onhand", "item", "location", "producing", "description", "category"},
    "resource": {"name", "maximum", "maximum_calendar", "type", "loads", "location"},
    "load": {"operation", "resource", "quantity"},
    "itemsupplier": {
        "item", "leadtime", "size_minimum", "size_multiple", "priority", "location", "cost",
        "supplier",
    },
    "item": {"name", "cost", "itemsuppliers", "description", "category"},
    "demand": {
        "name", "quantity", "due", "priority", "item", "location", "operation", "description",
        "minshipment", "maxlateness", "status",
    },
    "operationplan": {
        "start", "end", "quantity", "status", "operation", "item", "location", "supplier",
        "ordertype", "reference", "id",
    },
}  # fmt: skip


class NotModelled(Exception):
    """A feature of a case that the engine does not model, in words."""


@dataclass
class Case:
    """One case as tables, with the demands that became questions of ours."""

    name: str
    as_of: date
    tables: Tables
    demands: list[str] = field(default_factory=list)


def read_case(case: dict[str, Any]) -> Case:
    """The case as tables; raises NotModelled with the first feature that can't be."""
    return _Reader(case).read()


def each(model: Any, section: str, kind: str) -> Iterator[dict[str, Any]]:
    """Entries of a section, which the source writes as one dict or a list of them."""
    found = model.get(section) or []
    for part in found if isinstance(found, list) else [found]:
        entries = part.get(kind) or []
        yield from entries if isinstance(entries, list) else [entries]


def days(duration: str | None) -> float:
    """An ISO duration in days."""
    if not duration:
        return 0.0
    match = re.fullmatch(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", duration)
    if match is None:
        raise NotModelled(f"duration {duration}")
    d, h, m, s = (int(part or 0) for part in match.groups())
    return d + h / 24 + m / 1440 + s / 86400


def only(value: Any) -> dict[str, Any]:
    """The one referenced entry."""
    entry = value[0] if isinstance(value, list) else value
    if not isinstance(entry, dict):
        raise NotModelled(f"reference {value!r}")
    return entry


class _Reader:
    def __init__(self, case: dict[str, Any]) -> None:
        self.model = case["model"]
        self.now = datetime.fromisoformat(case["current"])
        self.case = Case(case["case"], self.now.date(), empty_tables())
        self.tables = self.case.tables
        self.item_of_buffer: dict[str, str] = {}
        self.made: dict[str, str] = {}
        self.bought: dict[str, dict[str, Any]] = {}
        self.flows: dict[str, list[tuple[str, float]]] = {}
        self.fixed_gain: dict[tuple[str, str], float] = {}
        self.loads: dict[str, list[tuple[str, float, float]]] = {}

    def read(self) -> Case:
        for section in ("locations", "calendars", "customers", "setupmatrices", "skills"):
            if section in ("setupmatrices", "skills") and self.model.get(section):
                raise NotModelled(section)
        self._items()
        self._buffers()
        self._resources()
        self._operations()
        self._write_items()
        self._confirmed()
        self._demands()
        return self.case

    def _check(self, kind: str, entry: dict[str, Any]) -> None:
        extra = sorted(set(entry) - KNOWN[kind])
        if extra:
            raise NotModelled(f"{kind}: {', '.join(extra)}")

    def day(self, instant: str) -> int:
        return (datetime.fromisoformat(instant) - self.now) // timedelta(days=1)

    def code(self, entry: dict[str, Any]) -> str:
        """One stock point; a case that moves goods between locations has other features too."""
        if "buffer" in entry:
            buffer = only(entry["buffer"])
            return self.item_of_buffer.get(buffer["name"], str(buffer["name"]).split(" @ ")[0])
        return str(only(entry["item"])["name"])

    def _items(self) -> None:
        for item in each(self.model, "items", "item"):
            self._check("item", item)
            for source in each(item, "itemsuppliers", "itemsupplier"):
                self._supplier(item["name"], source)
        for supplier in each(self.model, "suppliers", "supplier"):
            for source in each(supplier, "itemsuppliers", "itemsupplier"):
                item = only(source["item"])
                if "members" in item or item["name"].startswith("All"):
                    raise NotModelled("supplier of a group of items")
                self._supplier(item["name"], source)

    def _supplier(self, item: str, source: dict[str, Any]) -> None:
        self._check("itemsupplier", source)
        if item in self.bought:
            raise NotModelled("alternative suppliers")
        self.bought[item] = source

    def _buffers(self) -> None:
        locations: dict[str, set[str]] = {}
        for buffer in each(self.model, "buffers", "buffer"):
            self._check("buffer", buffer)
            name = buffer["name"]
            item = only(buffer["item"])["name"] if "item" in buffer else name.split(" @ ")[0]
            self.item_of_buffer[name] = item
            locations.setdefault(item, set()).add(name)
            if "producing" in buffer:
                self.made[item] = only(buffer["producing"])["name"]
            if float(buffer.get("onhand", 0)) > 0:
                self._supply(item, float(buffer["onhand"]), 0, f"stock {name}")
        if any(len(names) > 1 for names in locations.values()):
            raise NotModelled("one item in several locations")

    def _supply(self, item: str, qty: float, day: int, name: str) -> None:
        add(
            self.tables["supply"], supply_id=name, item_code=item, qty=qty, expires_day=None,
            available_day=self.case.as_of + timedelta(days=max(0, day)),
        )  # fmt: skip

    def _resources(self) -> None:
        for resource in each(self.model, "resources", "resource"):
            self._check("resource", resource)
            size = float(resource.get("maximum", 1))
            if "maximum_calendar" in resource:
                buckets = list(each(only(resource["maximum_calendar"]), "buckets", "bucket"))
                if len(buckets) != 1 or set(buckets[0]) - {"start", "value"}:
                    raise NotModelled("capacity that changes over time")
                size = float(buckets[0]["value"])
            if resource.get("type") == "resource_infinite":
                size = PLENTY
            self._work_centre(resource["name"], size)
            for load in each(resource, "loads", "load"):
                self._load(only(load["operation"])["name"], resource["name"], load)

    def _load(self, operation: str, resource: str, load: dict[str, Any]) -> None:
        self._check("load", load)
        self.loads.setdefault(operation, []).append((resource, float(load.get("quantity", 1)), 1))

    def _work_centre(self, name: str, a_day: float) -> None:
        for number in range(1, HORIZON):
            add(
                self.tables["capacity"], work_centre=name, available=a_day, is_working=True,
                day=self.case.as_of + timedelta(days=number),
            )  # fmt: skip

    def _operations(self) -> None:
        for flow in each(self.model, "flows", "flow"):
            self._flow(only(flow["operation"])["name"], flow)
        for operation in each(self.model, "operations", "operation"):
            self._check("operation", operation)
            kind = operation.get("type", "operation_fixed_time")
            if kind not in ("operation_fixed_time", "operation_time_per"):
                raise NotModelled(kind)
            name = operation["name"]
            for flow in each(operation, "flows", "flow"):
                self._flow(name, flow)
            for load in each(operation, "loads", "load"):
                self._load(name, only(load["resource"])["name"], load)
            self._operation(operation)

    def _flow(self, operation: str, flow: dict[str, Any]) -> None:
        self._check("flow", flow)
        quantity, fixed = float(flow["quantity"]), float(flow.get("quantity_fixed", 0))
        if fixed and quantity < 0:
            raise NotModelled("fixed quantity taken per run")
        self.flows.setdefault(operation, []).append((self.code(flow), quantity))
        self.fixed_gain[operation, self.code(flow)] = fixed

    def _operation(self, operation: dict[str, Any]) -> None:
        """What it makes becomes its item; an operation that only takes is an item of its own."""
        name = operation["name"]
        if operation.get("priority") == "0":
            return  # never planned anew, only its confirmed runs count
        if any(self.fixed_gain.get((name, item)) for item, _ in self.flows.get(name, [])):
            raise NotModelled("fixed quantity gained per run")
        flows = self.flows.get(name, [])
        gives = [(item, qty) for item, qty in flows if qty > 0]
        if len(gives) > 1:
            raise NotModelled("operation with several products")
        item, per_run = gives[0] if gives else (name, 1.0)
        if not gives and "item" in operation:
            item = only(operation["item"])["name"]
        if item in self.bought or self.made.get(item, name) != name:
            raise NotModelled("alternative ways to get one item")
        self.made[item] = name
        takes = [(part, -qty / per_run) for part, qty in flows if qty < 0]
        for part, qty in takes:
            add(
                self.tables["component"], item_code=item, component_code=part, per_unit_qty=qty,
                fixed_qty=0.0, stage_no=1,
            )  # fmt: skip
        loads = self.loads.get(name) or [(f"time of {name}", 1.0, PLENTY)]
        for work_centre, units, size in loads:
            if size == PLENTY:
                self._work_centre(work_centre, PLENTY)
            add(
                self.tables["operation"], item_code=item, stage_no=1, work_centre=work_centre,
                per_unit_load=units * days(operation.get("duration_per")) / per_run,
                fixed_load=units * days(operation.get("duration")),
                waiting_days=int(-(-days(operation.get("posttime")) // 1)),
                single_run_per_day=units,
            )  # fmt: skip

    def _write_items(self) -> None:
        codes = set(self.made) | set(self.bought) | set(self.item_of_buffer.values())
        for flows in self.flows.values():
            codes |= {item for item, _ in flows}
        codes |= {self.code(demand) for demand in each(self.model, "demands", "demand")
                  if "item" in demand}  # fmt: skip
        for code in sorted(codes):
            source = self.bought.get(code, {})
            lead = days(source.get("leadtime"))
            add(
                self.tables["item"], item_code=code,
                source="make" if code in self.made else "buy" if source else "none",
                lead_time_days=-int(-lead // 1) if source else None,
                lot_min_qty=float(source.get("size_minimum", 0)),
                lot_multiple_qty=float(source.get("size_multiple", 0)), post_operation_days=0,
            )  # fmt: skip

    def _confirmed(self) -> None:
        """Confirmed orders: what they give is supply, what they take is firm demand before all."""
        durations = {
            o["name"]: days(o.get("duration")) for o in each(self.model, "operations", "operation")
        }
        for number, plan in enumerate(each(self.model, "operationplans", "operationplan")):
            self._check("operationplan", plan)
            if plan.get("status") != "confirmed":
                raise NotModelled(f"operationplan of status {plan.get('status')}")
            qty = float(plan["quantity"])
            if "operation" not in plan:
                self._supply(self.code(plan), qty, self.day(plan["end"]), f"plan {number}")
                continue
            operation = only(plan["operation"])["name"]
            start = self.day(plan["start"]) if "start" in plan else None
            end = self.day(plan["end"]) if "end" in plan else None
            if end is None and start is not None:
                end = start - int(-durations.get(operation, 0) // 1)
            for item, per_run in self.flows.get(operation, []):
                if per_run > 0 and end is not None:
                    gain = qty * per_run + self.fixed_gain[operation, item]
                    self._supply(item, gain, end, f"plan {number} {item}")
                elif per_run < 0:
                    self._demand(f"taken by plan {number} {item}", -10, item, -per_run * qty, start)

    def _demand(self, name: str, rank: int, item: str, qty: float, due: int | None) -> None:
        add(
            self.tables["demand"], demand_id=name, kind="firm", item_code=item, qty=qty,
            rank=rank, release_day=self.case.as_of, transit_days=0,
            due_day=None if due is None else self.case.as_of + timedelta(days=due),
        )  # fmt: skip

    def _demands(self) -> None:
        asked = list(each(self.model, "demands", "demand"))
        for demand in asked:
            self._check("demand", demand)
            if demand.get("status", "open") not in ("open", "closed"):
                raise NotModelled(f"demand of status {demand['status']}")
            if 0 < days(demand.get("maxlateness")) < 365:
                raise NotModelled("demand dropped when late")
        for demand in asked:
            if demand.get("status") == "closed":
                continue
            item = self.code(demand) if "item" in demand else ""
            if "operation" in demand:
                operation = only(demand["operation"])
                self._check("operation", operation)
                if any(qty > 0 for _, qty in self.flows.get(operation["name"], [])):
                    raise NotModelled("delivery operation that makes an item")
                item = operation["name"]
                if item not in self.made:
                    raise NotModelled("delivery operation without a definition")
            self.case.demands.append(demand["name"])
            self._demand(
                demand["name"], int(float(demand.get("priority", 0))), item,
                float(demand["quantity"]), self.day(demand["due"]),
            )  # fmt: skip
