"""One question put to a published warehouse: can we promise this quantity to this customer?

The rules stand in the warehouse (`questions.q_*`), the placement in `ask`; this file only carries
rows from one to the other, for the page and for the command alike.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Protocol

import pyarrow as pa

from promise.question import ModeAnswer, Question, QuestionAnswer, ask

_AS_OF: Final = "select as_of_date from questions.q_as_of"
_DEMAND: Final = "from questions.q_asked_demand(?, ?, ?)"
_ANSWER: Final = "from questions.q_answer(?, ?, ?, ?, ?, ?, ?, ?, ?)"
_REASON: Final = "from questions.q_answer_reason(?, ?, ?, ?, ?) order by mode, seq"
_SPLIT: Final = """
from questions.q_answer_split(?, ?, ?, ?)
order by is_component, item_code, mode, split_date
"""
# What the engine reads, by its own names: it knows an item by its stock point.
_ENGINE: Final = {
    "item": """
        select stock_point as item_code, source, lead_time_days, lot_min_qty, lot_multiple_qty,
            post_operation_days
        from questions.q_item
    """,
    "component": """
        select stock_point as item_code, component_code, per_unit_qty, fixed_qty, stage_no
        from questions.q_component
    """,
    "operation": """
        select stock_point as item_code, stage_no, work_centre, per_unit_load, fixed_load,
            waiting_days, single_run_per_day
        from questions.q_operation
    """,
    "residual_capacity": """
        select mode, work_centre, day, available, capacity, is_working
        from questions.q_residual_capacity
    """,
    "residual_supply": """
        select mode, supply_id, stock_point as item_code, available_day, expires_day, qty
        from questions.q_residual_supply
    """,
}


class Warehouse(Protocol):
    """Whoever has a published version open answers a statement with its rows."""

    def __call__(self, statement: str, parameters: Sequence[Any] = (), /) -> pa.Table:
        """All rows of the statement."""


@dataclass(frozen=True)
class Asked:
    """What is asked: quantity in the item's inventory unit, unit price in company currency.

    Without a unit price the one last invoiced is taken.
    """

    item_code: str
    quantity: Decimal
    wanted: date | None = None
    card_code: str | None = None
    unit_price: Decimal | None = None


@dataclass(frozen=True)
class Answered:
    """The whole answer, columns as in `q_answer`, `q_answer_reason` and `q_answer_split`.

    `answer` is one row; `reason` has a row per mode and term of the critical chain; `split` one per
    mode, item and day, of a kit its components too.
    """

    as_of: date
    answer: Mapping[str, Any]
    reason: pa.Table
    split: pa.Table


def put(asked: Asked, warehouse: Warehouse) -> Answered:
    """Ask the engine what it would place, and the warehouse what that means.

    Raises PlacementInputError for a quantity of zero or less.
    """
    as_of: date = warehouse(_AS_OF)["as_of_date"][0].as_py()
    demand = warehouse(_DEMAND, [asked.item_code, asked.quantity, asked.card_code]).to_pylist()
    engine = {name: warehouse(statement) for name, statement in _ENGINE.items()}
    answers = {
        row["demand_id"]: ask(
            Question(row["stock_point"], row["demand_qty"], asked.wanted, row["transit_days"]),
            engine,
            as_of,
        )
        for row in demand
    }
    given = [_as_json(demand), _as_json(_answer_rows(answers))]
    chain = [_as_json(_chain_rows(answers)), _as_json(_lift_rows(answers))]
    question = [asked.item_code, asked.quantity, asked.wanted, asked.card_code, asked.unit_price]
    return Answered(
        as_of=as_of,
        answer=warehouse(_ANSWER, [*question, *given, *chain]).to_pylist()[0],
        reason=warehouse(_REASON, [asked.wanted, *given, *chain]),
        split=warehouse(_SPLIT, [asked.item_code, *given, _as_json(_split_rows(answers))]),
    )


def _modes(answers: Mapping[str, QuestionAnswer]) -> list[tuple[str, ModeAnswer]]:
    return [
        (demand_id, mode)
        for demand_id, answered in answers.items()
        for mode in (answered.alone, answered.queue)
    ]


def _answer_rows(answers: Mapping[str, QuestionAnswer]) -> list[dict[str, Any]]:
    return [
        {
            "demand_id": demand_id,
            "mode": mode.mode,
            "status": "unplaced" if mode.delivered_day is None else "placed",
            "reason_code": mode.reason_code,
            "reason_key": mode.reason_key,
            "delivered_day": mode.delivered_day,
            "from_stock_qty": mode.from_stock_qty,
            "to_make_qty": mode.to_make_qty,
            "to_buy_qty": mode.to_buy_qty,
        }
        for demand_id, mode in _modes(answers)
    ]


def _chain_rows(answers: Mapping[str, QuestionAnswer]) -> list[dict[str, Any]]:
    return [
        {"demand_id": demand_id, "mode": mode.mode, "seq": seq, **asdict(step)}
        for demand_id, mode in _modes(answers)
        for seq, step in enumerate(mode.chain)
    ]


def _lift_rows(answers: Mapping[str, QuestionAnswer]) -> list[dict[str, Any]]:
    return [
        {"demand_id": demand_id, "mode": mode.mode, **asdict(opening)}
        for demand_id, mode in _modes(answers)
        for opening in mode.openings
    ]


def _split_rows(answers: Mapping[str, QuestionAnswer]) -> list[dict[str, Any]]:
    return [
        {"demand_id": demand_id, "mode": mode.mode, "split_date": part.day, "qty": part.qty}
        for demand_id, mode in _modes(answers)
        for part in mode.split
    ]


def _as_json(rows: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps(rows, default=str)
