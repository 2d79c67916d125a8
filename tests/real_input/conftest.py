"""Companies that others made or nobody would want, taken through the whole job once each."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.warehouse import DataFolder

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))


@dataclass(frozen=True)
class Company:
    """What the job made of a folder: the build file, with raw attached, asked in SQL."""

    warehouse: Path
    raw: Path

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """All rows of a query; raw tables stand under raw.main."""
        with duckdb.connect() as connection:
            connection.execute(f"attach '{self.warehouse.as_posix()}' as warehouse (read_only)")
            connection.execute(f"attach '{self.raw.as_posix()}' as raw (read_only)")
            connection.execute("use warehouse")
            return connection.execute(query, list(parameters)).fetchall()

    def one(self, query: str, *parameters: object) -> tuple[Any, ...]:
        """The only row of a query."""
        (row,) = self.rows(query, *parameters)
        return row


@pytest.fixture(scope="session")
def take_through(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[str, Path, date], Company]]:
    """Runs the job on a folder, always in the same data folder, so that models are parsed once."""
    from figures import run_job

    base = tmp_path_factory.mktemp("real_input")

    def take(name: str, folder: Path, as_of: date) -> Company:
        data = base / "data"
        for part in ("kept", "made/build"):
            shutil.rmtree(data / part, ignore_errors=True)
        build = run_job(data, folder, as_of)
        kept = base / name
        kept.mkdir()
        return Company(
            Path(shutil.move(build, kept / "warehouse.duckdb")),
            Path(shutil.move(data / "kept" / "raw.duckdb", kept / "raw.duckdb")),
        )

    yield take
    shutil.rmtree(base / "data", ignore_errors=True)


@pytest.fixture(scope="session")
def take_through_the_command(
    promesa_command: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Path, date], Company]:
    """Gives a folder to `promesa run` as a person does: orchestrator, publication and all."""

    def take(folder: Path, as_of: date) -> Company:
        home = tmp_path_factory.mktemp("given_to_the_command")
        source, day = f"files:{folder}", as_of.isoformat()
        done = promesa_command(home, {}, "run", "--source", source, "--as-of", day)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        data = DataFolder(home / "data")
        assert (data.published / "CURRENT").exists(), done.stdout
        return Company(data.build, data.raw)

    return take
