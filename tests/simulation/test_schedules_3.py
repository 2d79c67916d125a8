"""Schedules of faults, kills and lost answers, each checked for every invariant; share 3 of 3."""

import pytest

from tests.simulation.play import Stage

SEEDS = range(2, 75, 3)


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_lost_nothing_doubled_nothing_silent(stage: Stage, seed: int) -> None:
    played = stage.play(seed)
    assert not played.violations, (
        f"{played.told()}\nReplay it: python -m tests.simulation --seed {seed}"
    )
