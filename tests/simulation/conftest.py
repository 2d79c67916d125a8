"""The world that all schedules of one process are played in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulation.play import Stage


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Both servers and a data folder; every schedule begins them again."""
    made = Stage(tmp_path_factory.mktemp("simulation"))
    yield made
    made.close()
