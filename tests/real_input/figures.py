"""The figures of AdventureWorks on one day: by plain SQL over its files, and by the marts.

`python -m tests.real_input.figures` runs the job on the files in a folder of its own and prints both
side by side; with `--data FOLDER` it reads what has been published there.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import date
from os import environ
from pathlib import Path
from typing import Any

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


def mart(name: str, published: Path) -> Figure:
    """The same figure from a published file."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{published.as_posix()}' as warehouse (read_only)")
        connection.execute("use warehouse")
        return _figure(connection, (HERE / "marts" / f"{name}.sql").read_text("utf-8"), {})


def _figure(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: dict[str, Any]
) -> Figure:
    cursor = connection.execute(query, parameters)
    columns = tuple(column[0] for column in cursor.description or ())
    return Figure(columns, tuple(cursor.fetchall()))


def run_job(data: Path, source: Path = COMPANY, as_of: date = AS_OF) -> str:
    """The whole job on a folder, as the command line runs it; returns what it printed."""
    told = subprocess.run(
        [sys.executable, "-c", "from dagster_project.command import main; main()", "run",
         "--source", f"files:{source}", "--as-of", as_of.isoformat()],
        cwd=CHECKOUT, env={**environ, "PROMESA_DATA": str(data)},
        capture_output=True, text=True, timeout=1200, check=False,
    )  # fmt: skip
    if told.returncode:
        raise RuntimeError(f"The job on {source.name} failed:\n{told.stdout}\n{told.stderr}")
    return told.stdout


def published_file(data: Path) -> Path:
    """The file that CURRENT names."""
    made = data / "made"
    return made / "published" / (made / "CURRENT").read_text("utf-8").strip()


def main() -> int:
    """Print every figure twice; 1 when any differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="a data folder that the job has filled")
    data = parser.parse_args().data
    with tempfile.TemporaryDirectory() as own:
        if data is None:
            data = Path(own)
            print(run_job(data), end="")
        published = published_file(data)
        differing = [name for name in NAMES if not _print_both(name, published)]
    print(f"different: {', '.join(differing)}" if differing else "every figure is equal")
    return 1 if differing else 0


def _print_both(name: str, published: Path) -> bool:
    expected, found = reference(name), mart(name, published)
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
