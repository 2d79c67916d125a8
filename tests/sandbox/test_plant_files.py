"""The company as CSV files, read by the files source, is the company record by record."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extract.files import FilesSource
from extract.source import ReadPlan
from sandbox.plant import export_files
from sandbox.plant.files import KEYS

AS_OF = datetime(2025, 9, 1, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def files(demo_company: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plant") / "files"
    export_files(demo_company, folder)
    return folder


def _plain(value: Any) -> Any:
    """A record without nulls, empty lists and single nested values; numbers as numbers."""
    if isinstance(value, dict):
        return {
            name: _plain(inner)
            for name, inner in value.items()
            if inner is not None and inner != [] and not isinstance(inner, dict)
        }
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and not value[:1].isdigit() and value[:1] != "-":
        return value
    try:
        return float(value)
    except ValueError:
        return value


def _days(record: dict[str, Any]) -> dict[str, Any]:
    return {n: v[:10] if n == "Date" and isinstance(v, str) else v for n, v in record.items()}


def test_every_record_comes_back_from_the_files(
    demo_company: Path, files: Path, tmp_path: Path
) -> None:
    source = FilesSource(files)
    names = {spec.name for spec in source.objects()}
    assert set(KEYS) <= names
    for spec in source.objects():
        spool = tmp_path / spec.name
        spool.mkdir()
        reading = source.read(spec, ReadPlan(AS_OF, None, spool))
        assert list(reading.rejects) == [], spec.name
        assert [drift.field for drift in reading.drift] == [], spec.name
        read = [
            json.loads(text)
            for page in reading.pages
            for (text,) in duckdb.sql(
                f"select record from '{page.path}' order by row_no"
            ).fetchall()
        ]
        path = demo_company / spec.system / f"{spec.name}.jsonl"
        if not path.exists():  # lot quantities are a join of two tables
            assert spec.name == "LotQuantities" and read
            continue
        with path.open(encoding="utf-8") as lines:
            written = [json.loads(line) for line in lines]
        assert len(read) == len(written), spec.name
        step = 1 if len(read) < 3_000 else 7  # of the longest, every seventh record
        for before, after in zip(written[::step], read[::step], strict=True):
            assert _days(_plain(before)) == _days(_plain(after)), spec.name
