"""What the CRM should hold: the signals of the published version, one row per record."""

from __future__ import annotations

from typing import Any

import duckdb

from dagster_project.write_back.fields import SignalObject
from dagster_project.write_back.values import Value, canonical

Row = dict[str, Value]


def desired_rows(
    warehouse: duckdb.DuckDBPyConnection, signal_object: SignalObject
) -> dict[str, Row]:
    """Record id → canonical value of each written field."""
    names = [field.name for field in signal_object.written]
    columns = ", ".join(f'"{name}"' for name in ("Id", *names))
    rows = warehouse.execute(f'select {columns} from signals."{signal_object.model}"').fetchall()
    return {
        row[0]: canonical_row(signal_object, dict(zip(names, row[1:], strict=True))) for row in rows
    }


def canonical_row(signal_object: SignalObject, record: dict[str, Any]) -> Row:
    """The written fields of one record in canonical form; absent fields are empty."""
    return {field.name: canonical(field, record.get(field.name)) for field in signal_object.written}
