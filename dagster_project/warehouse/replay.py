"""The engine asked again: orders of past days, each from what was known the evening before.

Which orders are asked, and what the answers mean, the models decide (`int_replay_question`,
`fct_promise_replay`). A past day is rebuilt by the same models with another `as_of`, in a folder of
its own over the same raw tables.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from dagster_project.warehouse.folders import DataFolder
from dagster_project.warehouse.placement import read_inputs
from dagster_project.warehouse.replayed import days_kept, keep_answers
from dagster_project.warehouse.transform import Transform
from promise import place_tables

_DAYS = """
select distinct order_date, day_no
from intermediate.int_replay_question
where not list_contains(?, order_date)
order by day_no
limit ?
"""
_QUESTIONS = "from intermediate.int_replay_question where order_date = ?"
# The firm work of that evening first, then the orders of the day, one after the other.
_DEMAND = """
select * from intermediate.int_placement_demand where kind = 'firm'
union all by name
select
    sales_order_line_id as demand_id,
    cast(line_rank + (select coalesce(max(rank), 0) from intermediate.int_placement_demand)
        as integer) as rank,
    'question' as kind,
    stock_point as item_code,
    asked_qty as qty,
    requested_date as due_day,
    ? as release_day,
    transit_days
from questions
"""
_ANSWERS = """
select
    questions.order_date,
    ? as asked_as_of_date,
    questions.sales_order_line_id,
    questions.item_code,
    questions.asked_qty,
    questions.requested_date,
    answer.mode,
    answer.status,
    answer.delivered_day,
    answer.reason_code,
    (
        select coalesce(max(grade), 'rebuilt')
        from staging.stg_promesa__extraction
        where system = 'sap_b1' and state = 'closed'
    ) as grade,
    ? as replayed_at
from questions
inner join answer on questions.sales_order_line_id = answer.demand_id
"""


@dataclass(frozen=True)
class Replayed:
    """How many order days were asked, and how many of their lines."""

    days: int
    lines: int


def replay_days(transform: Transform, time_zone: str, days: int) -> Replayed:
    """Ask for the next order days of the draw and keep the answers.

    `transform` is the run's own: its build file holds the questions.
    """
    with duckdb.connect(str(transform.data.build), read_only=True) as connection:
        kept = days_kept(transform.data)
        drawn = [row[0] for row in connection.execute(_DAYS, [kept, days]).fetchall()]
        asked = {day: connection.sql(_QUESTIONS, params=[day]).to_arrow_table() for day in drawn}
    try:
        for day, questions in asked.items():
            keep_answers(transform.data, _ask(transform, time_zone, day, questions))
    finally:
        # Its links would lead nowhere in a copy of the data folder.
        shutil.rmtree(transform.data.past.root, ignore_errors=True)
    return Replayed(len(asked), sum(questions.num_rows for questions in asked.values()))


def _ask(transform: Transform, time_zone: str, day: date, questions: pa.Table) -> pa.Table:
    evening = day - timedelta(days=1)
    as_of = datetime.combine(evening, time(23, 59, 59), ZoneInfo(time_zone)).astimezone(UTC)
    past = _past(transform.data)
    replace(transform, data=past, as_of=as_of).build(select=["+int_placement_*"], with_tests=False)
    with duckdb.connect(str(past.build)) as connection:
        connection.register("questions", questions)
        demand = connection.sql(_DEMAND, params=[evening]).to_arrow_table()
        placed = place_tables({**read_inputs(connection), "demand": demand}, evening)
        connection.register("answer", placed["answer"])
        replayed_at = transform.as_of.replace(tzinfo=None)
        return connection.sql(_ANSWERS, params=[evening, replayed_at]).to_arrow_table()


def _past(data: DataFolder) -> DataFolder:
    past = data.past.create()
    past.build.unlink(missing_ok=True)
    for kept, there in ((data.raw, past.raw), (data.replay, past.replay)):
        there.unlink(missing_ok=True)
        there.symlink_to(kept.absolute())
    return past
