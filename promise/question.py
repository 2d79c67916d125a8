"""One ad-hoc question against what a published placement has left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from promise.columns import PlacementInputError, Reader, Table
from promise.placement import place
from promise.tables import INPUT_TABLES, read_problem, write_tables

QUESTION_TABLES: Final[dict[str, tuple[str, ...]]] = {
    "item": INPUT_TABLES["item"],
    "component": INPUT_TABLES["component"],
    "operation": INPUT_TABLES["operation"],
    "residual_capacity": ("mode", "work_centre", "day", "available", "capacity", "is_working"),
    "residual_supply": ("mode", "supply_id", "item_code", "available_day", "expires_day", "qty"),
}
"""What a question reads, by name: the rules' items, and what the placement has left."""


@dataclass(frozen=True)
class Question:
    """Can we promise `qty` (inventory units) of an item, with the customer by `requested_day`?"""

    item_code: str
    qty: Decimal
    requested_day: date | None = None
    transit_days: int = 0


@dataclass(frozen=True)
class ChainStep:
    """Days of the critical chain, both ends included, and what they went on."""

    kind: str
    days: int
    item_code: str | None
    work_centre: str | None
    from_day: date
    to_day: date


@dataclass(frozen=True)
class Part:
    """Goods of the item asked for that are there from a day on: a lot, a receipt, or made new."""

    source: str
    qty: Decimal
    day: date


@dataclass(frozen=True)
class Opening:
    """The date there would be with one constraint lifted."""

    kind: str
    key: str
    delivered_day: date


@dataclass(frozen=True)
class Load:
    """What the answer would book on a work centre on a day."""

    work_centre: str
    day: date
    amount: Decimal


@dataclass(frozen=True)
class ModeAnswer:
    """The answer in one mode: a date with its reason, or the reason why there is none."""

    mode: str
    delivered_day: date | None
    reason_code: str | None
    reason_key: str | None
    from_stock_qty: Decimal
    to_make_qty: Decimal
    to_buy_qty: Decimal
    is_in_time: bool | None
    split: tuple[Part, ...]
    chain: tuple[ChainStep, ...]
    openings: tuple[Opening, ...]
    loads: tuple[Load, ...]


@dataclass(frozen=True)
class QuestionAnswer:
    """Alone: if only this were won. In queue: after everything that ranks before it."""

    question: Question
    alone: ModeAnswer
    queue: ModeAnswer


def ask(question: Question, tables: Mapping[str, Table], as_of: date) -> QuestionAnswer:
    """Answer one question from the tables of `QUESTION_TABLES`, without a trace.

    Uncompiled, about 0.05 s on a company of 200 items: only the item's own bill is read. Raises
    PlacementInputError for a quantity of zero or less and for missing tables or columns.
    """
    if question.qty <= 0:
        raise PlacementInputError(
            f"A question needs a quantity above zero; {question.qty} of {question.item_code}"
            " was asked for."
        )
    read = {name: _arrow(name, tables, columns) for name, columns in QUESTION_TABLES.items()}
    items = _bill(question.item_code, read["component"])
    kept = {
        name: _where(read[name], "item_code", items) for name in ("item", "component", "operation")
    }
    centres = set(kept["operation"]["work_centre"].to_pylist())
    return QuestionAnswer(
        question,
        _answer(question, "alone", "firm", read, kept, items, centres, as_of),
        _answer(question, "queue", "queue", read, kept, items, centres, as_of),
    )


def _arrow(name: str, tables: Mapping[str, Table], columns: tuple[str, ...]) -> pa.Table:
    reader = Reader(name, tables.get(name), columns)
    return pa.table({column: reader.column(column) for column in columns})


def _where(table: pa.Table, column: str, keys: set[str]) -> pa.Table:
    wanted = pa.array(sorted(keys), pa.string())
    return table.filter(pc.is_in(pc.cast(table[column], pa.string()), value_set=wanted))


def _bill(top: str, component: pa.Table) -> set[str]:
    below: dict[str, list[str]] = {}
    parents = component["item_code"].to_pylist()
    for parent, part in zip(parents, component["component_code"].to_pylist(), strict=True):
        below.setdefault(parent, []).append(part)
    found = {top}
    waiting = [top]
    while waiting:
        for part in below.get(waiting.pop(), []):
            if part not in found:
                found.add(part)
                waiting.append(part)
    return found


def _answer(
    question: Question,
    mode: str,
    residual: str,
    read: Mapping[str, pa.Table],
    kept: Mapping[str, pa.Table],
    items: set[str],
    centres: set[str],
    as_of: date,
) -> ModeAnswer:
    capacity = _where(_where(read["residual_capacity"], "mode", {residual}), "work_centre", centres)
    supply = _where(_where(read["residual_supply"], "mode", {residual}), "item_code", items)
    tables: dict[str, Table] = {
        name: {column: [] for column in columns} for name, columns in INPUT_TABLES.items()
    }
    tables |= kept
    tables["capacity"] = capacity
    tables["supply"] = supply
    tables["demand"] = {
        "demand_id": ["question"], "rank": [0], "kind": ["question"],
        "item_code": [question.item_code], "qty": [question.qty],
        "due_day": [question.requested_day], "release_day": [as_of],
        "transit_days": [question.transit_days],
    }  # fmt: skip
    problem = read_problem(tables, as_of)
    placement = place(problem.plant, problem.state, problem.orders, True)
    answered = {
        name: [row for row in table.to_pylist() if row["mode"] == "alone"]
        for name, table in write_tables(problem, placement, as_of).items()
        if name in ("answer", "peg", "booking", "chain", "lift")
    }
    return _in_mode(question, mode, answered)


def _in_mode(
    question: Question, mode: str, answered: Mapping[str, list[dict[str, Any]]]
) -> ModeAnswer:
    row = answered["answer"][0]
    day = row["delivered_day"]
    wanted = question.requested_day
    chain = sorted(answered["chain"], key=lambda step: int(step["seq"]))
    return ModeAnswer(
        mode=mode,
        delivered_day=day,
        reason_code=row["reason_code"],
        reason_key=row["reason_key"],
        from_stock_qty=row["from_stock_qty"],
        to_make_qty=row["to_make_qty"],
        to_buy_qty=row["to_buy_qty"],
        is_in_time=None if wanted is None else day is not None and day <= wanted,
        split=_split(question, row, answered["peg"]),
        chain=tuple(
            ChainStep(
                step["kind"], step["days"], step["item_code"], step["work_centre"],
                step["from_day"], step["to_day"],
            )
            for step in chain
        ),
        openings=tuple(
            Opening(lift["kind"], lift["key"], lift["delivered_day"]) for lift in answered["lift"]
        ),
        loads=tuple(
            Load(load["work_centre"], load["day"], load["amount"]) for load in answered["booking"]
        ),
    )  # fmt: skip


def _split(
    question: Question, answer: Mapping[str, Any], pegs: list[dict[str, Any]]
) -> tuple[Part, ...]:
    """What could be with the customer on which day, if parts were shipped as they come."""
    if answer["delivered_day"] is None:
        return ()
    after = answer["delivered_day"] - answer["ready_day"]
    parts = [
        Part(peg["supply_id"], peg["qty"], peg["day"] + after) for peg in pegs if peg["is_top"]
    ]
    if answer["make_ready_day"] is not None and answer["to_make_qty"] > 0:
        rest = question.qty - answer["from_stock_qty"]
        parts.append(Part(f"make:{question.item_code}", rest, answer["make_ready_day"] + after))
    return tuple(sorted(parts, key=lambda part: (part.day, part.source)))
