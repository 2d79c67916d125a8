"""The dbt build, cold and warm, against the same SQL run by DuckDB alone.

Called as a command it is the new process that builds twice: cold counts from the process's start.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.warehouse import DataFolder, Transform, place_demand
from dagster_project.warehouse.folders import CHECKOUT
from dagster_project.warehouse.transform import parsed_manifest
from tests.bench.told import heading, median_seconds, progress, ratio, table

BEFORE = "tag:before_placement"


@dataclass(frozen=True)
class _Statement:
    name: str
    sql: str
    is_test: bool


def measure_models(data: DataFolder, as_of: datetime) -> None:
    """Build twice in a new process, run the same SQL raw, print the ratios."""
    progress("models: building cold and warm in a new process")
    command = [sys.executable, "-m", "tests.bench.models", str(data.root.absolute())]
    done = subprocess.run(
        [*command, as_of.isoformat(), repr(time.time())],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout.splitlines()[-1])
    progress("models: the same SQL in DuckDB alone")
    statements = _statements(data)
    tests = sum(statement.is_test for statement in statements)
    bare = median_seconds(lambda: _Bare(data).run(statements))
    heading(
        f"dbt build of {len(statements) - tests} models and {tests} tests"
        " (placement not counted; dbt loads the seeds too) against the same SQL run by DuckDB alone"
    )
    table(
        ("", "seconds", "/ DuckDB alone"),
        [
            ("DuckDB alone", f"{bare:.2f}", "1.0x"),
            ("dbt cold (new process)", f"{told['cold']:.2f}", ratio(told["cold"], bare)),
            ("dbt warm (second build)", f"{told['warm']:.2f}", ratio(told["warm"], bare)),
        ],
    )


def build_twice(data: DataFolder, as_of: datetime, began: float) -> dict[str, float]:
    """Seconds of the first build since `began` and of the second, without the placement."""
    transform = Transform(data, as_of)
    placing = _build(transform, as_of)
    cold = time.time() - began - placing
    data.build.unlink()
    again = time.time()
    placing = _build(transform, as_of)
    return {"cold": cold, "warm": time.time() - again - placing}


def _build(transform: Transform, as_of: datetime) -> float:
    """Both halves with the placement between them; the seconds that placement took."""
    transform.build(select=[BEFORE])
    began = time.time()
    place_demand(transform.data, as_of.date())
    placing = time.time() - began
    transform.build(exclude=[BEFORE])
    return placing


def _statements(data: DataFolder) -> list[_Statement]:
    """Every model and test as dbt ran it, in the order of dependence."""
    nodes = {
        name: node
        for name, node in parsed_manifest().writable_manifest().to_dict()["nodes"].items()
        if node["resource_type"] in ("model", "test")
    }
    return [
        _Statement(name, sql, nodes[name]["resource_type"] == "test")
        for name in _in_order(nodes)
        if (sql := _compiled(data, nodes[name]))
    ]


def _in_order(nodes: dict[str, Any]) -> list[str]:
    ordered: dict[str, None] = {}

    def visit(name: str) -> None:
        if name in ordered or name not in nodes:
            return
        for needed in nodes[name]["depends_on"]["nodes"]:
            visit(needed)
        ordered[name] = None

    for name in nodes:
        visit(name)
    return list(ordered)


def _compiled(data: DataFolder, node: dict[str, Any]) -> str:
    folder = data.dbt_target / "run" / node["package_name"]
    original = node["original_file_path"]
    is_inline = not original.endswith(".sql")
    path = folder / original / Path(node["path"]).name if is_inline else folder / original
    if not path.is_file():
        return ""
    return path.read_text()


class _Bare:
    """An empty file with what the models read: raw attached, seeds and answers copied."""

    def __init__(self, data: DataFolder) -> None:
        self._data = data
        self._path = data.build.with_name("bare") / data.build.name

    def run(self, statements: list[_Statement]) -> None:
        """Execute all statements in one connection."""
        self._path.parent.mkdir(exist_ok=True)
        self._path.unlink(missing_ok=True)
        with duckdb.connect(str(self._path), config={"threads": 2}) as connection:
            connection.execute("set TimeZone = 'UTC'")
            connection.execute(f"attach '{self._data.raw}' as raw (read_only)")
            connection.execute(f"attach '{self._data.build}' as built (read_only)")
            self._copy(connection)
            for statement in statements:
                connection.execute(statement.sql).fetchall()

    def _copy(self, connection: duckdb.DuckDBPyConnection) -> None:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'built'"
        ).fetchall()
        for schema in {schema for schema, _ in tables}:
            connection.execute(f'create schema if not exists "{schema}"')
        for schema, name in tables:
            if schema in ("mappings", "placement"):
                connection.execute(
                    f'create table "{schema}"."{name}" as from built."{schema}"."{name}"'
                )


if __name__ == "__main__":
    root, instant, start = sys.argv[1:]
    figures = build_twice(
        DataFolder(Path(root)).create(), datetime.fromisoformat(instant), float(start)
    )
    print(json.dumps(figures))
