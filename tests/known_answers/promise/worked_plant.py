"""A plant small enough to work out by hand, row by row, and its answers by day number."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from promise import INPUT_TABLES, place_tables

AS_OF = date(2025, 9, 1)


class WorkedPlant:
    """Rows of the engine's tables; day 0 is the as-of day, work starts on day 1 at the earliest."""

    def __init__(self, as_of: date = AS_OF, horizon: int = 120) -> None:
        self.as_of = as_of
        self.horizon = horizon
        self.tables: dict[str, dict[str, list[Any]]] = {
            name: {column: [] for column in columns} for name, columns in INPUT_TABLES.items()
        }
        self._rank = 0

    def day(self, number: int | None) -> date | None:
        return None if number is None else self.as_of + timedelta(days=number)

    def _add(self, table: str, **row: Any) -> None:
        for column, values in self.tables[table].items():
            values.append(row[column])

    def work_centre(self, name: str, a_day: float, weekend: bool = True) -> None:
        """`a_day` units a day; every day works unless `weekend` is false."""
        for number in range(1, self.horizon + 1):
            works = weekend or (self.as_of + timedelta(days=number)).weekday() < 5
            self._add(
                "capacity", work_centre=name, day=self.day(number),
                available=float(a_day) if works else 0.0, is_working=works,
            )  # fmt: skip

    def item(
        self, code: str, source: str, lead_time: int | None = None, lot_min: float = 0,
        lot_multiple: float = 0, post_operation: int = 0,
    ) -> None:  # fmt: skip
        self._add(
            "item", item_code=code, source=source, lead_time_days=lead_time,
            lot_min_qty=float(lot_min), lot_multiple_qty=float(lot_multiple),
            post_operation_days=post_operation,
        )  # fmt: skip

    def operation(
        self, item: str, work_centre: str, per_unit: float = 0, fixed: float = 0, stage: int = 1,
        waiting: int = 0, single_run: float | None = None,
    ) -> None:  # fmt: skip
        self._add(
            "operation", item_code=item, stage_no=stage, work_centre=work_centre,
            per_unit_load=float(per_unit), fixed_load=float(fixed), waiting_days=waiting,
            single_run_per_day=single_run,
        )  # fmt: skip

    def component(
        self, item: str, component: str, per_unit: float = 1, fixed: float = 0, stage: int = 1
    ) -> None:
        self._add(
            "component", item_code=item, component_code=component, per_unit_qty=float(per_unit),
            fixed_qty=float(fixed), stage_no=stage,
        )  # fmt: skip

    def supply(self, item: str, qty: float, arrives: int = 0, expires: int | None = None) -> None:
        self._add(
            "supply", supply_id=f"S{len(self.tables['supply']['qty']) + 1}", item_code=item,
            available_day=self.day(arrives), expires_day=self.day(expires), qty=float(qty),
        )  # fmt: skip

    def work_order(
        self, name: str, item: str, qty: float, start: int, due: int,
        loads: list[tuple[str, float]], components: list[tuple[str, float]] | None = None,
    ) -> None:  # fmt: skip
        self._add(
            "work_order", work_order_id=name, item_code=item, remaining_qty=float(qty),
            start_day=self.day(start), due_day=self.day(due),
            rank=len(self.tables["work_order"]["rank"]),
        )  # fmt: skip
        for stage, (work_centre, load) in enumerate(loads, 1):
            self._add(
                "work_order_operation", work_order_id=name, stage_no=stage,
                work_centre=work_centre, remaining_load=float(load), waiting_days=0,
                single_run_per_day=None,
            )  # fmt: skip
        for component, qty_open in components or []:
            self._add(
                "work_order_component", work_order_id=name, component_code=component,
                open_qty=float(qty_open), stage_no=1,
            )  # fmt: skip

    def demand(
        self, name: str, item: str, qty: float, kind: str = "question", due: int | None = None,
        release: int = 0, transit: int = 0, rank: int | None = None,
    ) -> None:  # fmt: skip
        self._rank += 1
        self._add(
            "demand", demand_id=name, rank=self._rank if rank is None else rank, kind=kind,
            item_code=item, qty=float(qty), due_day=self.day(due), release_day=self.day(release),
            transit_days=transit,
        )  # fmt: skip

    def placed(self) -> Answered:
        return Answered(self, place_tables(self.tables, self.as_of))


class Answered:
    """The engine's tables, read by demand, mode and day number."""

    def __init__(self, plant: WorkedPlant, tables: dict[str, Any]) -> None:
        self.plant = plant
        self.tables = {name: table.to_pylist() for name, table in tables.items()}

    def number(self, day: date | None) -> int | None:
        return None if day is None else (day - self.plant.as_of).days

    def answer(self, demand: str, mode: str) -> dict[str, Any]:
        return next(
            row
            for row in self.tables["answer"]
            if (row["demand_id"], row["mode"]) == (demand, mode)
        )

    def delivered(self, demand: str, mode: str = "alone") -> int | None:
        return self.number(self.answer(demand, mode)["delivered_day"])

    def reason(self, demand: str, mode: str = "alone") -> tuple[str, str]:
        row = self.answer(demand, mode)
        return row["reason_code"], row["reason_key"]

    def booked(self, demand: str, mode: str = "alone") -> dict[tuple[str, int], float]:
        """Load by work centre and day number."""
        return {
            (row["work_centre"], self.number(row["day"]) or 0): float(row["amount"])
            for row in self.tables["booking"]
            if (row["demand_id"], row["mode"]) == (demand, mode)
        }

    def pegged(self, demand: str, mode: str = "alone") -> list[tuple[str, float, int]]:
        """Supply, quantity and day number, by day."""
        rows = [
            (row["supply_id"], float(row["qty"]), self.number(row["day"]) or 0)
            for row in self.tables["peg"]
            if (row["demand_id"], row["mode"]) == (demand, mode)
        ]
        return sorted(rows, key=lambda row: (row[2], row[0]))

    def chain(self, demand: str, mode: str = "alone") -> dict[str, int]:
        """Days by kind along the critical chain."""
        days: dict[str, int] = {}
        for row in self.tables["chain"]:
            if (row["demand_id"], row["mode"]) == (demand, mode):
                days[row["kind"]] = days.get(row["kind"], 0) + row["days"]
        return days

    def lifts(self, demand: str, mode: str = "alone") -> dict[tuple[str, str], int | None]:
        return {
            (row["kind"], row["key"]): self.number(row["delivered_day"])
            for row in self.tables["lift"]
            if (row["demand_id"], row["mode"]) == (demand, mode)
        }
