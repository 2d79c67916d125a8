"""One question put to the engine: can we promise this quantity of this item to this customer?

The rules stand in the warehouse (`questions.q_*`), the placement in `promise`; this file only
carries rows from one to the other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from dashboards.queries import question as sql
from dashboards.warehouse import query, query_arrow
from promise import Question, QuestionAnswer, ask

MODES = ("alone", "queue")


@dataclass(frozen=True)
class Asked:
    """What is asked: quantity in the item's inventory unit, unit price in company currency."""

    item_code: str
    quantity: Decimal
    wanted: date | None = None
    card_code: str | None = None
    unit_price: Decimal | None = None


@dataclass(frozen=True)
class Told:
    """The whole answer: `answer` is one row; `reason` and `split` carry a row per mode and term.

    `split` is empty for a kit, whose parts come at days of their own.
    """

    answer: pd.Series[Any]
    reason: pd.DataFrame
    split: pd.DataFrame


def put(asked: Asked, as_of: date) -> Told:
    """Ask the engine what it would place, and the warehouse what that means."""
    demand = query_arrow(sql.DEMAND, [asked.item_code, asked.quantity, asked.card_code]).to_pylist()
    engine = {name: query_arrow(statement) for name, statement in sql.ENGINE.items()}
    answers = {
        row["demand_id"]: ask(
            Question(row["stock_point"], row["demand_qty"], asked.wanted, row["transit_days"]),
            engine,
            as_of,
        )
        for row in demand
    }
    given = [_as_json(demand), _as_json(_answer_rows(answers)), _as_json(_chain_rows(answers))]
    lifts = _as_json(_lift_rows(answers))
    answer = query(
        sql.ANSWER,
        [
            asked.item_code, asked.quantity, asked.wanted, asked.card_code, asked.unit_price,
            *given, lifts,
        ],
    ).iloc[0]  # fmt: skip
    reason = query(sql.REASON, [asked.wanted, *given, lifts])
    return Told(answer=answer, reason=reason, split=_split(answers))


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
        for demand_id, answered in answers.items()
        for mode in (answered.alone, answered.queue)
    ]


def _chain_rows(answers: Mapping[str, QuestionAnswer]) -> list[dict[str, Any]]:
    return [
        {"demand_id": demand_id, "mode": mode.mode, "seq": seq, **asdict(step)}
        for demand_id, answered in answers.items()
        for mode in (answered.alone, answered.queue)
        for seq, step in enumerate(mode.chain)
    ]


def _lift_rows(answers: Mapping[str, QuestionAnswer]) -> list[dict[str, Any]]:
    return [
        {"demand_id": demand_id, "mode": mode.mode, **asdict(opening)}
        for demand_id, answered in answers.items()
        for mode in (answered.alone, answered.queue)
        for opening in mode.openings
    ]


def _split(answers: Mapping[str, QuestionAnswer]) -> pd.DataFrame:
    rows = [
        {"mode": mode.mode, "split_date": part.day, "split_qty": float(part.qty)}
        for answered in answers.values()
        for mode in (answered.alone, answered.queue)
        for part in mode.split
        if len(answers) == 1
    ]
    split = pd.DataFrame(rows, columns=["mode", "split_date", "split_qty"])
    return split.groupby(["mode", "split_date"], as_index=False).agg({"split_qty": "sum"})


def _as_json(rows: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps(rows, default=str)
