"""The daily capacity rows of work centres: internal, committed by orders, consumed by issues."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sandbox.plant.books.core import Core, Record, day_text
from sandbox.plant.money import tidy
from sandbox.plant.working_days import AS_OF, days_between, is_working


class CapacityRows:
    """Keeps what production does to the ResourceCapacities."""

    def __init__(self, core: Core) -> None:
        self.core = core
        self._committed: dict[tuple[int, int], int] = {}

    def generate(self) -> None:
        """Write the daily Internal rows of each work centre, as far as its horizon reaches."""
        for centre in self.core.masters.work_centres.values():
            last = AS_OF + timedelta(days=centre.horizon_days)
            for day in days_between(centre.kept_since, last):
                self._row(
                    centre.code,
                    day,
                    "rctInternal",
                    centre.per_day if is_working(day) else 0.0,
                    centre.single_run if is_working(day) else 0.0,
                )

    def _row(
        self,
        code: str,
        day: date,
        kind: str,
        capacity: float,
        single_run: float = 0.0,
        **links: Any,
    ) -> int:
        entry = self.core.next_entry("ResourceCapacities")
        row: Record = {
            "Id": entry,
            "Code": code,
            "Warehouse": "01",
            "Date": day_text(day),
            "Type": kind,
            "Capacity": capacity,
            "SourceType": "rcstNone",
            "SourceEntry": None,
            "SourceLineNum": None,
            "BaseType": "rcbtNone",
            "BaseEntry": None,
            "BaseLineNum": None,
            "Action": "rcaUnknown",
            "OwningType": "rcotNone",
            "OwningEntry": None,
            "OwningLineNum": None,
            "RevertedType": "rcrtNone",
            "RevertedEntry": None,
            "RevertedLineNum": None,
            "MemoSource": "rcmsSetDailyInternalCapacitiesForm",
            "Memo": None,
            "SingleRunCapacity": single_run,
        }
        row.update(links)
        self.core.sets["ResourceCapacities"][entry] = row
        return entry

    def commit(self, record: Record, line: Record, day: date) -> None:
        """The load of a released order's line, on the order's first day."""
        entry, number = record["AbsoluteEntry"], line["LineNumber"]
        self._committed[entry, number] = self._row(
            line["ItemNo"],
            day,
            "rctCommitted",
            line["PlannedQuantity"],
            **_links(record, number, "rcaProductionOrderCreate"),
        )

    def consume(self, record: Record, document: Record, line: Record, qty: float) -> None:
        """Move load from Committed to Consumed, on the day of the issue."""
        entry, number = record["AbsoluteEntry"], line["LineNumber"]
        committed = self.core.sets["ResourceCapacities"][self._committed[entry, number]]
        committed["Capacity"] = max(0.0, tidy(line["PlannedQuantity"] - line["IssuedQuantity"]))
        links = _links(record, number, "rcaIssueForProductionCreate")
        links.update(
            SourceType="rcstIssueForProduction",
            SourceEntry=document["DocEntry"],
            SourceLineNum=len(document["DocumentLines"]) - 1,
        )
        self._row(line["ItemNo"], self.core.today, "rctConsumed", qty, **links)

    def give_back(self, record: Record, line: Record) -> None:
        """A closed order needs no more of what it had committed."""
        row = self._committed.pop((record["AbsoluteEntry"], line["LineNumber"]), None)
        if row is not None:
            self.core.sets["ResourceCapacities"][row]["Capacity"] = 0.0


def _links(record: Record, line: int, action: str) -> dict[str, Any]:
    entry = record["AbsoluteEntry"]
    return {
        "SourceType": "rcstProductionOrder",
        "SourceEntry": entry,
        "SourceLineNum": line,
        "BaseType": "rcbtProductionOrder",
        "BaseEntry": entry,
        "BaseLineNum": line,
        "OwningType": "rcotProductionOrder",
        "OwningEntry": entry,
        "OwningLineNum": line,
        "Action": action,
        "MemoSource": "rcmsUnknown",
    }
