"""Resources, calendars, fences of a published frePPLe case as work centres with days and a pace.

Of alternative resources the preferred one that is ever enough is taken: late, never early.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.promise.frepple_model import (
    Entry,
    Model,
    NotModelled,
    calendar_value,
    days,
    instants,
    name_of,
    number,
    whole_days_up,
)
from tests.promise.generated_plants import Tables, add

PLENTY = 1_000_000

Load = tuple[str, float, float]
"""Work centre, units that one run holds, and pace: days of work done in a day."""


class Resources:
    """What each operation holds while it runs; work centres are written when first asked for."""

    def __init__(self, model: Model, now: datetime, horizon: int, tables: Tables) -> None:
        self.defined = model.defined
        self.relations = model.relations
        self.now = now
        self.horizon = horizon
        self.tables = tables
        self.units: dict[str, float] = {}
        self.speeds: dict[tuple[str, float], tuple[list[float], list[float]] | None] = {}

    def of(self, operation: str) -> list[Load]:
        """All that the operation holds: its resources, and its own days where those differ."""
        loads = self._loads(operation)
        return loads + self._own_time(operation, loads)

    def _own_time(self, name: str, loads: list[Load]) -> list[Load]:
        """The operation's own days: before its fence none, then as its calendars say."""
        operation = self.defined["operation"][name]
        location = self.defined["location"].get(name_of(operation, "location") or "", {})
        calendars = [entry["available"] for entry in (operation, location) if "available" in entry]
        fence = whole_days_up(days(operation.get("fence")))
        if loads and not calendars and fence <= 0:
            return []
        for centre, _, _ in loads:
            calendars += self._calendars_of(self.defined["resource"].get(centre, {}))
        centre = f"time of {name}"
        shares = [self._share(calendars, day) for day in range(1, self.horizon)]
        pace = self._pace(centre, shares)
        self._work_centre(
            centre, [PLENTY * (share > 0 and at > fence) for at, share in enumerate(shares, 1)]
        )
        return [(centre, 1.0, pace)]

    def _calendars_of(self, resource: Entry) -> list[Entry]:
        location = self.defined["location"].get(name_of(resource, "location") or "", {})
        return [entry["available"] for entry in (resource, location) if "available" in entry]

    def _share(self, calendars: list[Entry], day: int) -> float:
        """Share of a day in which all of these calendars are open."""
        if not calendars:
            return 1.0
        at = instants(calendars, self.now + timedelta(days=day - 1))
        return sum(all(calendar_value(c, i) > 0 for c in calendars) for i in at) / len(at)

    @staticmethod
    def _pace(name: str, shares: list[float]) -> float:
        """The one speed at which it works on the days on which it works."""
        paces = {share for share in shares if share > 0}
        if len(paces) > 1:
            raise NotModelled(f"{name}: a speed that changes from day to day")
        return paces.pop() if paces else 1.0

    def _loads(self, operation: str) -> list[Load]:
        """Work centre, units and pace of each resource the operation takes at a time."""
        groups: dict[str, list[Entry]] = {}
        for at, load in enumerate(self.relations["load"]):
            if name_of(load, "operation") == operation:
                groups.setdefault(load.get("name", f"load {at}"), []).append(load)
        found = []
        for loads in groups.values():
            candidates = [
                (name, number(load, "quantity", 1))
                for load in sorted(loads, key=lambda load: number(load, "priority", 1))
                for name in self._members(load)
            ]
            usable = [(name, units) for name, units in candidates if self._speed(name, units)]
            if not usable:
                raise NotModelled("a resource too small for its load")
            name, units = usable[0]
            found.append((name, units, self._write_resource(name, units)))
        return found

    def _members(self, load: Entry) -> list[str]:
        """The resource itself or the members of its group: by skill, else the cheapest first."""
        name = name_of(load, "resource") or ""
        resources = self.defined["resource"]
        members = [one for one, entry in resources.items() if name_of(entry, "owner") == name]
        if "skill" in load:
            skill = name_of(load, "skill")
            rank = {
                name_of(row, "resource"): number(row, "priority", 1)
                for row in self.relations["resourceskill"] if name_of(row, "skill") == skill
            }  # fmt: skip
            return sorted((m for m in members or [name] if m in rank), key=lambda m: rank[m])
        if "COST" in str(load.get("search", "")):
            members.sort(key=lambda member: number(resources[member], "cost", 0))
        return members or [name]

    def _speed(self, name: str, units: float) -> tuple[list[float], list[float]] | None:
        """How many units of a resource are there each day and how fast; None if never enough."""
        if (name, units) in self.speeds:
            return self.speeds[name, units]
        resource = self.defined["resource"].get(name, {})
        sizes, speeds = [], []
        for day in range(1, self.horizon):
            begins = self.now + timedelta(days=day - 1)
            size = number(resource, "maximum", 1)
            if "maximum_calendar" in resource:
                calendar = resource["maximum_calendar"]
                size = min(calendar_value(calendar, at) for at in instants([calendar], begins))
            if resource.get("type") == "resource_infinite":
                size = PLENTY
            speed = number(resource, "efficiency", 100) / 100
            if "efficiency_calendar" in resource:
                calendar = resource["efficiency_calendar"]
                speed = calendar_value(calendar, begins) / 100
            sizes.append(size // units * units)
            speeds.append(speed * self._share(self._calendars_of(resource), day))
        usable = any(size > 0 and speed > 0 for size, speed in zip(sizes, speeds, strict=True))
        self.speeds[name, units] = (sizes, speeds) if usable else None
        return self.speeds[name, units]

    def _write_resource(self, name: str, units: float) -> float:
        """Write the days of a resource; where its speed changes, they hold less or more."""
        if self.units.setdefault(name, units) != units:
            raise NotModelled("runs that hold different numbers of one resource")
        sizes, speeds = self._speed(name, units) or ([], [])
        paces = {speed for speed in speeds if speed > 0}
        if len(paces) == 1:
            self._work_centre(
                name, [size * (speed > 0) for size, speed in zip(sizes, speeds, strict=True)]
            )
            return paces.pop()
        if set(sizes) != {units} or max(speeds) > 1:
            raise NotModelled(f"{name}: a speed that changes from day to day")
        self._work_centre(name, [size * s for size, s in zip(sizes, speeds, strict=True)])
        return 1.0

    def _work_centre(self, name: str, days_of: list[float]) -> None:
        if name in self.tables["capacity"]["work_centre"]:
            return
        first = self.now.date() + timedelta(days=1)
        for day, size in enumerate(days_of, 1):
            add(
                self.tables["capacity"], work_centre=name, available=size, is_working=size > 0,
                day=first + timedelta(days=day - 1),
            )  # fmt: skip
