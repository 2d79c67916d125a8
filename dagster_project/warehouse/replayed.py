"""The kept answers of replays: one table that only grows, read by the models as a source."""

from __future__ import annotations

from datetime import date

import duckdb
import pyarrow as pa

from dagster_project.warehouse.folders import DataFolder

_TABLE = """
create table if not exists answer (
    order_date date not null,
    asked_as_of_date date not null,
    sales_order_line_id varchar not null,
    item_code varchar not null,
    asked_qty decimal(18, 6) not null,
    requested_date date,
    mode varchar not null,
    status varchar not null,
    delivered_day date,
    reason_code varchar,
    grade varchar not null,
    replayed_at timestamp not null,
    primary key (sales_order_line_id, mode)
)
"""


def keep_replays(data: DataFolder) -> None:
    """Make the file where it is missing: the models read it from the first run on."""
    if not data.replay.exists():
        with duckdb.connect(str(data.replay)) as connection:
            connection.execute(_TABLE)


def days_kept(data: DataFolder) -> list[date]:
    """The order days that were asked already."""
    with duckdb.connect(str(data.replay), read_only=True) as connection:
        rows = connection.execute("select distinct order_date from answer order by 1").fetchall()
    return [row[0] for row in rows]


def keep_answers(data: DataFolder, answers: pa.Table) -> None:
    """Add the answers of one day, all or none."""
    with duckdb.connect(str(data.replay)) as connection:
        connection.register("answers", answers)
        connection.execute("insert into answer by name select * from answers")
