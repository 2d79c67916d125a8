"""The stand-in of the signal models: a few lines of SQL over raw say what the CRM is due.

Its tables have the columns that the YAML beside each signal model declares.
"""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import yaml

from dagster_project.warehouse import DataFolder
from dagster_project.write_back import SignalField, signal_objects
from dagster_project.write_back.fields import SIGNALS
from extract.landing.raw import open_raw
from tests.simulation.company import ACCOUNTS, DEALS, account_id, deal_id
from tests.simulation.engines import creating
from tests.simulation.world import SELLER, utc

TASK_FIELDS = ("WhatId", "OwnerId", "Subject", "Description", "ActivityDate", "Priority", "Status")
VALIDITY = timedelta(hours=58)
_NEWS_MODEL = "sig_salesforce__task"
_WIDTHS = {"Number": 18, "Currency": 18, "Percent": 18}
_COLUMN_TYPES = {"Date": "date", "DateTime": "timestamp", "Checkbox": "boolean"}

_CURRENT = """
    select record_key, record
    from {table}
    qualify row_number() over (
        partition by record_key
        order by changed_at desc nulls last, extraction_id desc, page_no desc, row_no desc
    ) = 1 and not is_deleted
"""

_LINKS = [
    *(f"('Opportunity', '{deal_id(n)}', '{n}')" for n in range(1, DEALS + 1)),
    *(f"('Account', '{account_id(n)}', 'C{n}0')" for n in range(1, ACCOUNTS + 1)),
]

_ANSWERS = f"""
with link(object, id, code) as (values {", ".join(_LINKS)}),
orders as ({_CURRENT.format(table="sap_b1__orders")}),
deals as ({_CURRENT.format(table="salesforce__opportunity")}),
accounts as ({_CURRENT.format(table="salesforce__account")}),
totals as (
    select record ->> 'CardCode' as code, sum((record ->> 'DocTotal')::decimal(18, 2)) as total
    from orders group by 1
),
final as (
    select
        link.object, link.id as "Id", $as_of as "Promesa_As_Of__c", $expires as
        "Promesa_Expires__c", null as "Promesa_Partner_Code__c",
        null::decimal(18, 2) as "Promesa_Open_Orders__c",
        split_part(orders.record ->> 'Comments', ': ', 1) as "Promesa_Verdict__c",
        split_part(orders.record ->> 'Comments', ': ', 2) as "Promesa_Reason__c",
        (deals.record ->> 'Amount')::decimal(18, 2) as "Promesa_For_Amount__c"
    from link
    inner join orders on link.code = orders.record_key
    inner join deals on link.id = deals.record_key
    where orders.record ->> 'Comments' is not null
    union all
    select
        link.object, link.id, $as_of, $expires, link.code, totals.total, null, null, null
    from link
    inner join totals on link.code = totals.code
    inner join accounts on link.id = accounts.record_key
)
select * from final
"""

_NEWS = f"""
with link(object, id, code) as (values {", ".join(_LINKS)}),
orders as ({_CURRENT.format(table="sap_b1__orders")}),
deals as ({_CURRENT.format(table="salesforce__opportunity")}),
final as (
    select
        'stop:' || link.code as news_key, 'slip' as kind, link.code as order_number,
        'Opportunity' as told_object, 'stopped' as order_status, link.id as "WhatId",
        $owner as "OwnerId", 'Order ' || link.code || ' stops' as "Subject",
        split_part(orders.record ->> 'Comments', ': ', 2) as "Description",
        $as_of::date as "ActivityDate", 'High' as "Priority", 'Not Started' as "Status"
    from link
    inner join orders on link.code = orders.record_key
    inner join deals on link.id = deals.record_key
    where orders.record ->> 'Comments' like 'Stop: %'
)
select * from final
"""


def build(data: DataFolder, as_of: datetime) -> dict[tuple[str, str, str], Any]:
    """The build file, with the stand-in of the signals over raw as it is now; its answers."""
    instants = {"as_of": utc(as_of), "expires": utc(as_of + VALIDITY)}
    with open_raw(data.raw) as raw:
        answers = _records(raw.execute(_ANSWERS, instants))
        news = _records(raw.execute(_NEWS, {"as_of": utc(as_of), "owner": SELLER}))
        visible = _records(
            raw.execute("select extraction_id, state = 'closed' as is_visible from extraction")
        )
    data.build.write_bytes(_empty_build())
    with duckdb.connect(str(data.build)) as connection:
        _insert(connection, "staging.stg_promesa__extraction", visible)
        for one in signal_objects():
            names = ["Id", *(field.name for field in one.written)]
            rows = [row for row in answers if row["object"] == one.name]
            told = [{name: row[name] for name in names if name in row} for row in rows]
            _insert(connection, f"signals.{one.model}", told)
        _insert(connection, f"signals.{_NEWS_MODEL}", news)
    tasks = {("Task", row["WhatId"], name): row[name] for row in news for name in TASK_FIELDS}
    return tasks | {(row["object"], row["Id"], name): row[name] for row in answers for name in row}


@functools.cache
def _empty_build() -> bytes:
    """A build file with the tables that are published, without rows: it takes 20 ms to make."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "build.duckdb"
        with creating(path) as connection:
            connection.execute("create schema staging")
            connection.execute("create schema signals")
            connection.execute(
                "create table staging.stg_promesa__extraction"
                " (extraction_id bigint, is_visible boolean)"
            )
            for one in signal_objects():
                told = {field.name: _column_type(field) for field in one.written}
                _create(connection, one.model, {"Id": "varchar", **told})
            (model,) = yaml.safe_load((SIGNALS / f"{_NEWS_MODEL}.yml").read_text())["models"]
            _create(connection, _NEWS_MODEL, {c["name"]: c["data_type"] for c in model["columns"]})
        return path.read_bytes()


def _create(connection: duckdb.DuckDBPyConnection, model: str, columns: dict[str, str]) -> None:
    listed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    connection.execute(f"create table signals.{model} ({listed})")


def _insert(
    connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[dict[str, Any]]
) -> None:
    if not rows:
        return
    names = ", ".join(f'"{name}"' for name in rows[0])
    marks = "(" + ", ".join("?" for _ in rows[0]) + ")"
    connection.execute(
        f"insert into {table} ({names}) values {', '.join(marks for _ in rows)}",
        [value for row in rows for value in row.values()],
    )


def _records(answer: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = [column[0] for column in answer.description]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def _column_type(field: SignalField) -> str:
    if field.type in _WIDTHS:
        return f"decimal({_WIDTHS[field.type]}, {field.scale})"
    return _COLUMN_TYPES.get(field.type, "varchar")
