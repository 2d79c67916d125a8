"""A published frePPLe case read as flat entries, and the values of its durations and calendars.

The source nests: an operation may be defined where it is first named, under a buffer, a load or a
demand. Here each definition stands under its kind and name, each relation with the ends it joins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any

Entry = dict[str, Any]

KIND = {
    "operation": "operation", "producing": "operation", "item": "item", "owner": "group",
    "buffer": "buffer", "resource": "resource", "location": "location", "origin": "location",
    "destination": "location", "supplier": "supplier", "skill": "skill",
}  # fmt: skip
"""Keys under which an entry with a name stands, and what it defines."""

RELATIONS = (
    "flow", "load", "itemsupplier", "itemdistribution", "resourceskill", "operationplan", "demand",
)  # fmt: skip

KNOWN = {
    "operation": {
        "type", "duration", "duration_per", "item", "location", "flows", "loads", "priority",
        "fence", "available", "size_minimum", "size_multiple", "size_maximum",
        "posttime",  # a delay the other engine tries to keep and gives up first: no constraint
    },
    "flow": {"type", "quantity", "quantity_fixed", "item", "buffer", "operation", "location"},
    "buffer": {
        "onhand", "item", "location", "producing",
        "minimum", "maximum", "minimum_calendar",  # what to keep when all demand is served
    },
    "resource": {
        "maximum", "maximum_calendar", "type", "loads", "location", "owner", "cost", "available",
        "efficiency", "efficiency_calendar",
        "maxearly",  # how far the other engine searches back from the due day
    },
    "load": {
        "operation", "resource", "quantity", "name", "priority", "search", "skill",
        "effective_start", "effective_end",  # taken as needed always: late, never early
    },
    "item": {"cost", "itemsuppliers", "itemdistributions", "owner", "members", "booleanproperty"},
    "itemsupplier": {
        "item", "leadtime", "size_minimum", "size_multiple", "priority", "location", "cost",
        "supplier", "fence", "hard_safety_leadtime",
        "extra_safety_leadtime",  # given up first, as post-operation time is
    },
    "itemdistribution": {"item", "origin", "destination", "leadtime", "priority"},
    "demand": {
        "quantity", "due", "priority", "item", "location", "operation", "minshipment",
        "maxlateness", "status", "type", "members", "policy", "customer", "together",
    },
    "operationplan": {
        "start", "end", "quantity", "status", "operation", "item", "location", "supplier",
        "ordertype", "reference", "id", "remark",
    },
}  # fmt: skip
"""Fields that are translated, or that bind no plan (the reason stands beside them)."""


class NotModelled(Exception):
    """A feature of a case that the engine does not model, in words."""


class Model:
    """Definitions by kind and name, and the relations between them."""

    def __init__(self, model: Entry) -> None:
        self.defined: dict[str, dict[str, Entry]] = {kind: {} for kind in KIND.values()}
        self.relations: dict[str, list[Entry]] = {name: [] for name in RELATIONS}
        self._walk(model, {})
        for kind, entries in self.defined.items():
            for entry in entries.values():
                self._check(kind, entry)
        for relation, rows in self.relations.items():
            for row in rows:
                self._check(relation, row)

    def _check(self, kind: str, entry: Entry) -> None:
        if kind in KNOWN:
            extra = sorted(set(entry) - KNOWN[kind] - {"name", "description", "category"})
            if extra:
                raise NotModelled(f"{kind}: {', '.join(extra)}")

    def _walk(self, node: Any, inside: Entry) -> None:
        for key, value in node.items():
            for entry in value if isinstance(value, list) else [value]:
                if not isinstance(entry, dict):
                    continue
                kind = KIND.get(key)
                if kind is not None and "name" in entry:
                    known = self.defined[kind].setdefault(entry["name"], {})
                    known.update(entry)
                    self._walk(entry, {**inside, kind: {"name": entry["name"]}})
                elif key in RELATIONS:
                    self._relate(key, entry, inside)
                else:
                    self._walk(entry, inside)

    def _relate(self, name: str, entry: Entry, inside: Entry) -> None:
        ends = {end: inside[end] for end in self._ends(name) if end in inside and end not in entry}
        row = {**entry, **ends}
        if name == "demand" and "members" in entry:
            for member in entry["members"]["demand"]:
                together = entry["name"] if entry.get("policy") == "alltogether" else None
                self._relate(name, member, {**inside, "together": together})
            return
        self.relations[name].append(row)
        if name == "demand":
            row["together"] = inside.get("together")
        self._walk(entry, inside)

    @staticmethod
    def _ends(name: str) -> tuple[str, ...]:
        return {
            "flow": ("operation",), "load": ("operation", "resource"),
            "itemsupplier": ("item", "supplier"), "itemdistribution": ("item",),
            "resourceskill": ("skill",),
        }.get(name, ())  # fmt: skip


def name_of(entry: Entry, key: str) -> str | None:
    """Name of the one entry referred to, if there is one."""
    if key not in entry:
        return None
    value = entry[key][0] if isinstance(entry[key], list) else entry[key]
    return str(value["name"] if isinstance(value, dict) else value)


def number(entry: Entry, key: str, otherwise: float) -> float:
    """A field as a number."""
    return float(entry.get(key, otherwise))


@cache
def days(duration: str | None) -> float:
    """An ISO duration in days."""
    if not duration:
        return 0.0
    match = re.fullmatch(r"(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", duration)
    if match is None:
        raise NotModelled(f"duration {duration}")
    d, h, m, s = (int(part or 0) for part in match.groups()[1:])
    return (d + h / 24 + m / 1440 + s / 86400) * (-1 if match[1] else 1)


def whole_days_up(number: float) -> int:
    """Days rounded up, so that we can err late only; a rest of arithmetic is no day."""
    return -int(-(number - 1e-9) // 1)


def calendar_value(calendar: Entry, at: datetime) -> float:
    """The calendar's value at an instant: of the buckets that hold it the one of lowest number,
    and of those alike the last to begin.
    """
    holding = [bucket for bucket in buckets(calendar) if _holds(bucket, at)]
    if not holding:
        return float(calendar.get("default", 0))
    lowest = min(float(bucket.get("priority", 0)) for bucket in holding)
    first = [bucket for bucket in holding if float(bucket.get("priority", 0)) == lowest]
    return float(max(first, key=lambda bucket: bucket.get("start", ""))["value"])


def buckets(calendar: Entry) -> Iterator[Entry]:
    found = (calendar.get("buckets") or {}).get("bucket") or []
    yield from found if isinstance(found, list) else [found]


def _holds(bucket: Entry, at: datetime) -> bool:
    if "start" in bucket and at < instant(bucket["start"]):
        return False
    if "end" in bucket and at >= instant(bucket["end"]):
        return False
    weekday = (at.weekday() + 1) % 7  # its days are bits, Sunday the first
    if not int(bucket.get("days", 127)) >> weekday & 1:
        return False
    into = (at.hour + at.minute / 60) / 24
    return days(bucket.get("starttime")) <= into < days(bucket.get("endtime") or "P1D")


instant = cache(datetime.fromisoformat)


def instants(calendars: list[Entry], day: datetime) -> list[datetime]:
    """Instants of a day that tell all values of these calendars: its hours, or its beginning."""
    if any("starttime" in bucket for calendar in calendars for bucket in buckets(calendar)):
        return [day + timedelta(hours=hour) for hour in range(24)]
    return [day]
