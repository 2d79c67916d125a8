"""A newcomer's days on the demo company: after its first round, and after a day of changes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from demo_plant import Plant, copied, served
from second_day import SecondDay, kept_day, live


@pytest.fixture(scope="session")
def plant_after_one_round(
    demo_round: Any, promesa_command: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Plant]:
    """A copy of what `promesa demo --once` leaves behind, both systems served again."""
    home = copied(demo_round.home, tmp_path_factory.mktemp("home"))
    with served(home, demo_round, promesa_command) as plant:
        yield plant


@pytest.fixture(scope="session")
def second_day(
    demo_round: Any,
    promesa_command: Callable[..., Any],
    made_once: Callable[..., Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[SecondDay]:
    """A copy of what the second day left behind (second_day.py); the day is lived once."""

    def lived(home: Path) -> None:
        with served(copied(demo_round.home, home), demo_round, promesa_command) as plant:
            live(plant)

    home = made_once("second_day", lived)
    mine = copied(home, tmp_path_factory.mktemp("second_day"))
    with served(mine, demo_round, promesa_command) as plant:
        yield kept_day(plant, home)
