"""Runs a stored SQLQuery over views of the company's entities, one page at a time."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.sap_b1 import messages
from sandbox.sap_b1.records import Records
from sandbox.sap_b1.sql.statement import SelectStatement, read_select
from sandbox.sap_b1.sql.tables import ALLOWED, columns_of, is_imitated, view_query

_PARAMETER = re.compile(r"\s*([A-Za-z_]\w*)\s*=\s*('(?:[^']|'')*'|-?\d+(?:\.\d+)?)\s*(?:&|$)")


@dataclass(frozen=True, slots=True)
class Rows:
    """One page of a query's result; `has_more` says whether another follows."""

    rows: list[dict[str, Any]]
    has_more: bool


def checked(text: str) -> SelectStatement:
    """The statement of a query's text; Refusal 701, or 702 for a table that may not be read."""
    statement = read_select(text, columns_of)
    for table in statement.tables:
        if table not in ALLOWED:
            raise messages.sql_table(table)
        if not is_imitated(table):
            raise messages.sql_not_imitated(table)
    return statement


def saved_query(body: Mapping[str, Any]) -> dict[str, Any]:
    """A SQLQuery as saved: its text normalised, its parameters listed (null: none). [M 4]"""
    statement = checked(str(body.get("SqlText") or ""))
    parameters = ",".join(statement.parameters) or None
    return {**body, "SqlText": statement.normalized, "ParamList": parameters}


def parse_parameters(text: str) -> dict[str, str | float | int]:
    """`docTotal=10.1&card='C1'` → names and values; Refusal 704 when it is anything else."""
    found: dict[str, str | float | int] = {}
    position = 0
    while position < len(text):
        match = _PARAMETER.match(text, position)
        if match is None:
            raise messages.sql_parameter()
        found[match[1]] = _value(match[2])
        position = match.end()
    return found


def _value(text: str) -> str | float | int:
    if text.startswith("'"):
        return text[1:-1].replace("''", "'")
    return float(text) if "." in text else int(text)


def run(
    records: Records,
    statement: SelectStatement,
    parameters: Mapping[str, str | float | int],
    skip: int,
    size: int,
) -> Rows:
    """Rows `skip` to `skip + size` of the result; Refusal 704 for wrong, 703 for unknown names."""
    if set(parameters) != set(statement.parameters):
        raise messages.sql_parameter()
    views = ", ".join(f'"{name}" as ({view_query(records, name)})' for name in statement.tables)
    sql = f"with {views} select * from ({statement.sql}) limit {size + 1} offset {skip}"
    with records.state.lock:
        try:
            cursor = records.state.connection.execute(sql, dict(parameters))
        except sqlite3.OperationalError as error:
            raise _refusal(error) from error
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return Rows(rows[:size], len(rows) > size)


def _refusal(error: sqlite3.OperationalError) -> messages.Refusal:
    column = re.fullmatch(r"no such column: (\S+)", str(error))
    if column is not None:
        return messages.sql_column(column[1])
    return messages.sql_syntax("", 0, str(error))
