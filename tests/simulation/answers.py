"""The stand-in of the signal models: the company's own rule over raw says what is due.

Its tables have the columns that the YAML beside each signal model declares.
"""

from __future__ import annotations

import functools
import json
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import yaml

from dagster_project.warehouse import DataFolder
from dagster_project.write_back import SignalField, SignalObject, signal_objects
from dagster_project.write_back.fields import SIGNALS, STAMP_FIELDS
from extract.landing.raw import open_raw
from tests.simulation.company import SYSTEM_OF, TABLES, due_answers, due_tasks
from tests.simulation.engines import creating
from tests.simulation.world import SELLER, utc

TASK_FIELDS = ("WhatId", "OwnerId", "Subject", "Description", "ActivityDate", "Priority", "Status")
Row = dict[str, Any]
AS_OF, EXPIRES = STAMP_FIELDS
VALIDITY = timedelta(hours=58)
_NEWS_MODEL = "sig_salesforce__task"
_WIDTHS = {"Number": 18, "Currency": 18, "Percent": 18}
_COLUMN_TYPES = {"Date": "date", "DateTime": "timestamp", "Checkbox": "boolean"}

_CURRENT = """
    select record_key, record::varchar
    from {table}
    qualify row_number() over (
        partition by record_key
        order by changed_at desc nulls last, extraction_id desc, page_no desc, row_no desc
    ) = 1 and not is_deleted
"""


@functools.cache
def written_objects() -> tuple[SignalObject, ...]:
    """The signal models whose objects this company has."""
    return tuple(one for one in signal_objects() if one.name in SYSTEM_OF)


def build(data: DataFolder, as_of: datetime) -> dict[tuple[str, str, str], Any]:
    """The build file, with the stand-in of the signals over raw as it is now; its answers."""
    with open_raw(data.raw) as raw:
        content = {name: _current(raw, table) for name, table in TABLES.items() if name != "Items"}
        visible = raw.execute("select extraction_id, state = 'closed' from extraction").fetchall()
    due = due_answers(content)
    answers: dict[str, dict[str, Row]] = {}
    for (name, key, field), value in due.items():
        stamps = {AS_OF: utc(as_of), EXPIRES: utc(as_of + VALIDITY)}
        row = answers.setdefault(name, {}).setdefault(key, {"Id": key, **stamps})
        row[field] = value
    news = [_news(key, subject, content, as_of) for key, subject in due_tasks(content).items()]
    data.build.write_bytes(_empty_build())
    with duckdb.connect(str(data.build)) as connection:
        told = [{"extraction_id": number, "is_visible": is_shown} for number, is_shown in visible]
        _insert(connection, "staging.stg_promesa__extraction", told)
        for one in written_objects():
            rows = list(answers.get(one.name, {}).values())
            _insert(connection, f"signals.{one.model}", rows)
        _insert(connection, f"signals.{_NEWS_MODEL}", news)
    tasks = {("Task", row["WhatId"], name): row[name] for row in news for name in TASK_FIELDS}
    stamped = {
        (name, key, field): row[field]
        for name, rows in answers.items()
        for key, row in rows.items()
        for field in (AS_OF, EXPIRES)
    }
    return due | stamped | tasks


def _current(raw: duckdb.DuckDBPyConnection, table: str) -> dict[str, Row]:
    rows = raw.execute(_CURRENT.format(table=table)).fetchall()
    return {key: json.loads(text) for key, text in rows}


def _news(
    deal: str, subject: str, content: Mapping[str, Mapping[str, Row]], as_of: datetime
) -> Row:
    number = subject.split()[1]
    _, _, reason = str(content["Orders"][number]["Comments"]).partition(": ")
    return {
        "news_key": f"stop:{number}",
        "kind": "slip",
        "told_object": "Opportunity",
        "order_number": number,
        "order_status": "stopped",
        "WhatId": deal,
        "OwnerId": SELLER,
        "Subject": subject,
        "Description": reason,
        "ActivityDate": utc(as_of).date(),
        "Priority": "High",
        "Status": "Not Started",
    }


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
            for one in written_objects():
                told = {field.name: _column_type(field) for field in one.written}
                _create(connection, one.model, {"Id": "varchar", **told})
            (model,) = yaml.safe_load((SIGNALS / f"{_NEWS_MODEL}.yml").read_text())["models"]
            _create(connection, _NEWS_MODEL, {c["name"]: c["data_type"] for c in model["columns"]})
        return path.read_bytes()


def _create(connection: duckdb.DuckDBPyConnection, model: str, columns: dict[str, str]) -> None:
    listed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    connection.execute(f"create table signals.{model} ({listed})")


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Row]) -> None:
    if not rows:
        return
    names = ", ".join(f'"{name}"' for name in rows[0])
    marks = "(" + ", ".join("?" for _ in rows[0]) + ")"
    connection.execute(
        f"insert into {table} ({names}) values {', '.join(marks for _ in rows)}",
        [value for row in rows for value in row.values()],
    )


def _column_type(field: SignalField) -> str:
    if field.type in _WIDTHS:
        return f"decimal({_WIDTHS[field.type]}, {field.scale})"
    return _COLUMN_TYPES.get(field.type, "varchar")
