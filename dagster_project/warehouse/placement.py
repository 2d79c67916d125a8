"""The placement asset's work: hand the engine its tables, land what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa

from dagster_project.warehouse.folders import DataFolder
from promise import place_tables

_INPUT_PREFIX = "int_placement_"


@dataclass(frozen=True)
class Placed:
    """How many rows the engine answered with, by table."""

    rows: dict[str, int]


def place_demand(data: DataFolder, as_of: date) -> Placed:
    """Read `intermediate.int_placement_*` from the build file, place, write schema `placement`."""
    with duckdb.connect(str(data.build)) as connection:
        inputs = read_inputs(connection)
        outputs = place_tables(inputs, as_of)
        connection.execute("begin")
        connection.execute("drop schema if exists placement cascade")
        connection.execute("create schema placement")
        for name, table in outputs.items():
            _land(connection, name, table)
        connection.execute("commit")
    return Placed(rows={name: table.num_rows for name, table in outputs.items()})


def read_inputs(connection: duckdb.DuckDBPyConnection) -> dict[str, pa.Table]:
    """The engine's tables as the models built them, by the engine's own names."""
    names = connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'intermediate'"
        " and starts_with(table_name, ?)",
        [_INPUT_PREFIX],
    ).fetchall()
    return {
        name.removeprefix(_INPUT_PREFIX): connection.sql(
            f'select * from intermediate."{name}"'
        ).to_arrow_table()
        for (name,) in names
    }


def _land(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    connection.register("answered", table)
    connection.execute(f'create table placement."{name}" as select * from answered')
    connection.unregister("answered")
