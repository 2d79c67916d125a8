"""The marts of the demo company agree, row for row, with what its plant knows of itself."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from dagster_project.warehouse import DataFolder, current_version
from tests.truth.comparing import Number, compare
from tests.truth.numbers import NUMBERS
from tests.truth.records import Records

AS_OF = date(2025, 9, 1)


@pytest.fixture(scope="module")
def records(demo_company: Path, published_demo: DataFolder) -> Records:
    version = current_version(published_demo)
    assert version is not None, "the round published nothing"
    return Records(demo_company, AS_OF, datetime.fromisoformat(version.as_of))


@pytest.mark.parametrize("number", NUMBERS, ids=[number.name for number in NUMBERS])
def test_marts_tell_what_the_plant_knows(
    number: Number, records: Records, demo_marts: duckdb.DuckDBPyConnection
) -> None:
    outcome = compare(number, records, demo_marts)
    assert outcome.rows > 0
    assert not outcome.differing, "\n".join([outcome.line(), *outcome.differing[:20]])
