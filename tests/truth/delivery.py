"""Deliveries as the plant remembers them: what was promised, what left and arrived, OTIF."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tests.truth.comparing import Number, Table
from tests.truth.records import MAPPINGS, Record, Records, amount, day, policy, total


@dataclass(frozen=True)
class Part:
    """A quantity that left, when, and when it was with the customer."""

    left: date
    arrived: date
    is_known: bool
    qty: Decimal


@dataclass(frozen=True)
class Line:
    """An order line as K25 and K26 look at it, in inventory units."""

    key: str
    ordered: Decimal
    due: Decimal
    requested: date | None
    first: date | None
    last: date | None
    parts: tuple[Part, ...]
    is_arrival_kept: bool
    is_open: bool
    is_counted: bool

    def shipped(self) -> Decimal:
        """All that left."""
        return total(part.qty for part in self.parts)


def lines(records: Records) -> list[Line]:
    """Every order line posted by as_of, told from the plant's memory of shipments."""
    stories = {(s["order"], s["line"]): s for s in records.truth("order_lines")}
    quoted = {
        (record["DocEntry"], line["LineNum"]): day(line["ShipDate"])
        for record in records.sap("Quotations")
        for line in record["DocumentLines"]
    }
    with (MAPPINGS / "closing_reason.csv").open(encoding="utf-8") as rows:
        given_up = {r["closing_text"] for r in csv.DictReader(rows) if r["closed_by"] == "customer"}
    keeping = {
        story["customer"]
        for story in stories.values()
        if any(shipment["arrived"] for shipment in story["shipments"])
    }
    transit = _transit()
    far = records.as_of.replace(year=records.as_of.year + int(policy("date_far_years")))
    found = []
    for order in records.sap("Orders"):
        if (day(order["DocDate"]) or records.as_of) > records.as_of:
            continue
        for line in order["DocumentLines"]:
            story = stories[order["DocEntry"], line["LineNum"]]
            parts = _parts(records, story, line, transit.get(order["CardCode"], transit["*"]))
            ordered = amount(line["InventoryQuantity"])
            shipped = total(part.qty for part in parts)
            by_customer = line["FreeText"] in given_up and line["LineStatus"] == "bost_Close"
            last = _possible(day(line["ShipDate"]))
            first = last
            if line["BaseType"] == 23:
                first = _possible(quoted[line["BaseEntry"], line["BaseLine"]])
            found.append(
                Line(
                    f"SO-{order['DocEntry']}-{line['LineNum']}",
                    ordered,
                    shipped if by_customer else ordered,
                    day(line["RequiredDate"]),
                    first,
                    last,
                    parts,
                    all(part.is_known for part in parts) if parts else order["CardCode"] in keeping,
                    line["LineStatus"] == "bost_Open",
                    order["CancelStatus"] == "csNo"
                    and ordered > 0
                    and not (by_customer and not shipped)
                    and _moves(records, line)
                    and last is not None
                    and all(d <= far for d in (first, last) if d is not None),
                )
            )
    return found


def _possible(when: date | None) -> date | None:
    """A day, unless no plant can keep it (B10): year 1 is how an empty date is typed in."""
    return None if when is None or when.year < 1900 else when


def _moves(records: Records, line: Record) -> bool:
    """Goods leave on this line: of a kit its children, unless it is assembled (K7)."""
    item = records.items.get(line["ItemCode"], {})
    return item.get("InventoryItem") == "tYES" or line["TreeType"] == "iAssemblyTree"


def _transit() -> dict[str, int]:
    with (MAPPINGS / "transit_days.csv").open(encoding="utf-8") as rows:
        found = {row["card_code"]: int(row["transit_days"]) for row in csv.DictReader(rows)}
    return {"*": int(policy("transit_days")), **found}


def _parts(records: Records, story: Record, line: Record, transit: int) -> tuple[Part, ...]:
    found = []
    for shipment in story["shipments"]:
        left, arrived = day(shipment["left"]), day(shipment["arrived"])
        assert left is not None
        found.append(
            Part(
                left,
                arrived or left + timedelta(days=transit),
                arrived is not None,
                amount(shipment["qty"]) * amount(line["UnitsOfMeasurment"]),
            )
        )
    return tuple(found)


def delivered(records: Records) -> Table:
    """What has left, the day of the last part, and its arrival once nothing is missing."""
    return {
        (line.key,): (
            line.shipped(),
            max((part.left for part in line.parts), default=None),
        )
        for line in lines(records)
    }


def promises(records: Records) -> Table:
    """The day asked for, the first promise and the last (K25)."""
    return {(line.key,): (line.requested, line.first, line.last) for line in lines(records)}


def on_time_in_full(records: Records) -> Table:
    """All six variants: 1 a hit, 0 a miss, empty where it is not decided.

    Where no arrival is kept there are three, of the estimated arrival (K26); a line of which
    nothing has left yet goes by what is kept for its customer.
    """
    found: Table = {}
    for line in lines(records):
        if line.is_counted:
            targets = (line.requested, line.first, line.last)
            left = [(part.left, part.qty) for part in line.parts]
            found[line.key,] = (
                *(
                    _verdict(records, line, t, left) if line.is_arrival_kept else None
                    for t in targets
                ),
                *(
                    _verdict(records, line, t, [(p.arrived, p.qty) for p in line.parts])
                    for t in targets
                ),
            )
    return found


def _verdict(
    records: Records, line: Line, target: date | None, events: Iterable[tuple[date, Decimal]]
) -> int | None:
    if target is None:
        return None
    by_target = total(qty for when, qty in events if when <= target and when <= records.as_of)
    if by_target >= line.due:
        return 1
    is_given_up = not line.is_open and line.shipped() < line.due
    return 0 if target < records.as_of or is_given_up else None


def gaming_gap(records: Records) -> Table:
    """Hits and decided lines against the first and the last promise: gaming is the gap."""
    verdicts = list(on_time_in_full(records).values())
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for names in verdicts:
        for name, verdict in zip(("first", "last"), names[4:], strict=True):
            if verdict is not None:
                counts[name][0] += verdict
                counts[name][1] += 1
    return {("all",): (*counts["first"], *counts["last"])}


NUMBERS = (
    Number(
        "delivered per order line",
        delivered,
        "select sales_order_line_id, delivered_qty, departed_date from marts.fct_delivery_line",
        ("delivered", "departed"),
    ),
    Number(
        "promises per order line",
        promises,
        "select sales_order_line_id, requested_date, first_promise_date, last_promise_date"
        " from marts.fct_delivery_line",
        ("requested", "first", "last"),
    ),
    Number(
        "on time in full per order line, six ways",
        on_time_in_full,
        "select sales_order_line_id, otif_requested_departure, otif_first_departure,"
        " otif_last_departure, otif_requested_delivery, otif_first_delivery, otif_last_delivery"
        " from marts.fct_delivery_line where exclusion_reason is null",
        tuple(
            f"{target} {event}"
            for event in ("departure", "delivery")
            for target in ("requested", "first", "last")
        ),
    ),
    Number(
        "promise accuracy, first and last",
        gaming_gap,
        "select scope_kind, first_delivery_hit_count, first_delivery_line_count,"
        " last_delivery_hit_count, last_delivery_line_count from marts.fct_promise_accuracy"
        " where scope_kind = 'all'",
        ("first hits", "first lines", "last hits", "last lines"),
    ),
)
