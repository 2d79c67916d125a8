"""What must be equal after an unbroken run and after a killed one: four hashes of one place."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.warehouse import DataFolder, current_version
from dagster_project.write_back import SignalObject, signal_objects

STAMPS = ("CreatedDate", "SystemModstamp", "LastModifiedDate", "LastModifiedById")


def hashes(data: DataFolder, sandbox_state: Path) -> dict[str, str]:
    """Raw, marts, ledger and CRM of one place, each as one hash."""
    version = current_version(data)
    assert version is not None, "nothing is published"
    return {
        "raw": _hash(raw_rows(data)),
        "marts": version.content_hash,
        "ledger": _hash(ledger_rows(data)),
        "crm": _hash(crm_rows(sandbox_state)),
    }


def raw_rows(data: DataFolder) -> dict[str, list[Any]]:
    """By table: key and content of each current row.

    Left out in CRM records: the stamps of when they were made or written, which differ by the
    seconds between two runs, and our own fields, which a run reads before it writes and so tells
    of the run before.
    """
    found: dict[str, list[Any]] = {}
    with duckdb.connect(str(data.raw), read_only=True) as connection:
        tables = connection.execute(
            "select table_name from duckdb_tables() where contains(table_name, '__') order by 1"
        ).fetchall()
        for (table,) in tables:
            rows = connection.execute(
                "select record_key, record, is_deleted from ("
                "  select *, row_number() over (partition by record_key order by changed_at desc"
                "   nulls last, extraction_id desc, page_no desc, row_no desc) as recency"
                f"  from {table}) where recency = 1 order by record_key"
            ).fetchall()
            found[table] = [(key, _unstamped(record), gone) for key, record, gone in rows]
    return found


def _unstamped(record: str) -> str:
    told = json.loads(record)
    kept = {
        name: value
        for name, value in told.items()
        if name not in STAMPS and not name.startswith("Promesa_")
    }
    return json.dumps(kept, sort_keys=True)


def ledger_rows(data: DataFolder) -> list[Any]:
    """(object, record, field, final value) of everything that is known to be written."""
    with duckdb.connect(str(data.ledger), read_only=True) as connection:
        rows = connection.execute(
            "select object, record_id, new_values from write where outcome = 'written'"
            " order by intent_id"
        ).fetchall()
    final = {
        (name, record, field): value
        for name, record, values in rows
        for field, value in json.loads(values).items()
    }
    return sorted(final.items(), key=str)


def open_intents(data: DataFolder) -> int:
    """Intents whose outcome is not known."""
    with duckdb.connect(str(data.ledger), read_only=True) as connection:
        ((count,),) = connection.execute(
            "select count(*) from write where outcome is null or outcome = 'unknown'"
        ).fetchall()
    return int(count)


def crm_rows(sandbox_state: Path) -> dict[str, list[Any]]:
    """The fields of every record that are Promesa's alone, as the CRM stores them."""
    found: dict[str, list[Any]] = {}
    path = f"file:{sandbox_state / 'salesforce.sqlite'}?mode=ro"
    connection = sqlite3.connect(path, uri=True)
    try:
        for one in signal_objects():
            columns = ", ".join(f'"{name}"' for name in ("Id", *_owned(one)))
            found[one.name] = connection.execute(
                f'select {columns} from "sobject_{one.name}" order by Id'
            ).fetchall()
    finally:
        connection.close()
    return found


def _owned(signal_object: SignalObject) -> list[str]:
    return [field.name for field in signal_object.written if not field.is_standard]


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, default=str).encode()).hexdigest()[:16]
