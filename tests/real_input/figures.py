"""The figures of AdventureWorks on one day: by plain SQL over its files, and by the marts.

`python -m tests.real_input.figures` runs the job on the files in a folder of its own and prints
both side by side; with `--data FOLDER` it reads what `promesa run` has published there.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]
COMPANY = CHECKOUT / "data" / "adventureworks"
AS_OF = date(2013, 12, 31)
NAMES = tuple(sorted(path.stem for path in (HERE / "reference").glob("*.sql")))


@dataclass(frozen=True)
class Figure:
    """Rows of one figure, with the names of their columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def reference(name: str, company: Path = COMPANY) -> Figure:
    """A figure by plain SQL over the Parquet files."""
    with duckdb.connect() as connection:
        for path in company.glob("*.parquet"):
            connection.execute(
                f"create view {path.stem} as select * from read_parquet('{path.as_posix()}')"
            )
        query = (HERE / "reference" / f"{name}.sql").read_text("utf-8")
        wanted = {"as_of": AS_OF} if "$as_of" in query else {}
        return _figure(connection, query, wanted)


def mart(name: str, warehouse: Path) -> Figure:
    """The same figure from a published or a build file."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse.as_posix()}' as warehouse (read_only)")
        connection.execute("use warehouse")
        return _figure(connection, (HERE / "marts" / f"{name}.sql").read_text("utf-8"), {})


def _figure(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: dict[str, Any]
) -> Figure:
    cursor = connection.execute(query, parameters)
    columns = tuple(column[0] for column in cursor.description or ())
    return Figure(columns, tuple(cursor.fetchall()))


def run_job(data: Path, source: Path = COMPANY, as_of: date = AS_OF) -> Path:
    """The job on a folder of files, without the orchestrator; returns the build file.

    The same steps as `promesa run --source files:FOLDER --as-of DAY`: extract each object, the
    models before the placement, the placement, the models after it.
    """
    from dagster_project.warehouse import DataFolder, Transform, company_policies, place_demand
    from extract import FilesSource, create_raw, extract_object

    folder = DataFolder(data).create()
    instant = datetime.combine(as_of, time(23, 59, 59), ZoneInfo("Europe/Madrid")).astimezone(UTC)
    create_raw(folder.raw)
    files = FilesSource(source)
    for spec in files.objects():
        extract_object(files, spec.name, folder.raw, instant, system=spec.system)
    transform = Transform(folder, instant, policies=company_policies(source))
    transform.build(select=["tag:before_placement"])
    place_demand(folder, as_of)
    transform.build(exclude=["tag:before_placement"])
    return folder.build


def published_file(data: Path) -> Path:
    """The file that CURRENT names."""
    published = data / "made" / "published"
    return published / (published / "CURRENT").read_text("utf-8").strip()


def main() -> int:
    """Print every figure twice; 1 when any differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="a data folder that the job has filled")
    data = parser.parse_args().data
    with tempfile.TemporaryDirectory() as own:
        marts = published_file(data) if data else run_job(Path(own))
        differing = [name for name in NAMES if not _print_both(name, marts)]
    print(f"different: {', '.join(differing)}" if differing else "every figure is equal")
    return 1 if differing else 0


def _print_both(name: str, marts: Path) -> bool:
    expected, found = reference(name), mart(name, marts)
    print(f"\n{name} ({', '.join(expected.columns)})")
    shown = max(len(expected.rows), len(found.rows))
    for number in range(shown):
        left = expected.rows[number] if number < len(expected.rows) else None
        right = found.rows[number] if number < len(found.rows) else None
        mark = "=" if left == right else "≠"
        print(f"  files {_text(left)}  {mark}  marts {_text(right)}")
    return expected == found


def _text(row: tuple[Any, ...] | None) -> str:
    return "–" if row is None else "(" + ", ".join(f"{value}" for value in row) + ")"


if __name__ == "__main__":
    sys.exit(main())
