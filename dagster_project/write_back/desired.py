"""What the CRM should hold: the signals of the published version, one row per record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

from dagster_project.write_back.fields import SignalObject
from dagster_project.write_back.values import Value, canonical

Row = dict[str, Value]


def desired_rows(
    warehouse: duckdb.DuckDBPyConnection,
    signal_object: SignalObject,
    live: Mapping[str, Row] | None = None,
) -> dict[str, Row]:
    """Record id → canonical value of each written field.

    A record that the version does not know by its id is looked for in `live` by its key; one that
    is not there either stands under its key, if it may be made.
    """
    names = [field.name for field in signal_object.written]
    columns = ", ".join(f'"{name}"' for name in ("Id", *names))
    may_be_made = "is_to_be_made" if signal_object.creates else "false"
    rows = warehouse.execute(
        f'select {may_be_made}, {columns} from signals."{signal_object.model}"'
    ).fetchall()
    known = ids_by_key(signal_object, live or {})
    found: dict[str, Row] = {}
    for is_to_be_made, record_id, *values in rows:
        row = canonical_row(signal_object, dict(zip(names, values, strict=True)))
        key = key_of(signal_object, row)
        if record_id or key in known:
            found[record_id or known[key]] = row
        elif is_to_be_made:
            found[key] = row
    return found


def count_known(warehouse: duckdb.DuckDBPyConnection, signal_object: SignalObject) -> int:
    """How many records that are due an answer the CRM held when the version was made."""
    ((count,),) = warehouse.execute(
        f'select count("Id") from signals."{signal_object.model}"'
    ).fetchall()
    return int(count)


def ids_by_key(signal_object: SignalObject, live: Mapping[str, Row]) -> dict[str, str]:
    """Key → id of the records that the CRM holds."""
    if not signal_object.key:
        return {}
    return {key_of(signal_object, row): record_id for record_id, row in live.items()}


def key_of(signal_object: SignalObject, row: Row) -> str:
    """What a record is known by before it has an id, such as an item's code."""
    return " ".join(str(row[name]) for name in signal_object.key)


def canonical_row(signal_object: SignalObject, record: dict[str, Any]) -> Row:
    """The written fields of one record in canonical form; absent fields are empty."""
    return {field.name: canonical(field, record.get(field.name)) for field in signal_object.written}
