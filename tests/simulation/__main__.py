"""Plays schedules and prints figures: `python -m tests.simulation --seed 17` replays one.

--schedules 2000    the soak: that many seeds, on two processes; exit 1 when one fails
--from 5000         the first seed
--defect NAME       with this defect in the product; `--defect all` says when each is caught
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.simulation.defects import DEFECTS, caught, switched_on
from tests.simulation.play import Stage
from tests.simulation.soak import play_share


def main() -> int:
    """What the arguments ask for; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--schedules", type=int, default=200)
    parser.add_argument("--from", type=int, default=0, dest="first")
    parser.add_argument("--defect", choices=[*DEFECTS, "all"])
    asked = parser.parse_args()
    if asked.defect == "all":
        return _hunt(list(DEFECTS), asked.first, asked.schedules)
    if asked.seed is not None:
        return _replay(asked.seed, asked.defect)
    if asked.defect:
        return _hunt([asked.defect], asked.first, asked.schedules)
    return _soak(asked.first, asked.schedules)


def _replay(seed: int, defect: str | None) -> int:
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder))
        played = stage.play(seed, switched_on(defect)) if defect else stage.play(seed)
        print(played.told())
        stage.close()
    return bool(played.violations)


def _hunt(names: list[str], first: int, schedules: int) -> int:
    """For each defect the number of schedules after which it was caught."""
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder))
        for name in names:
            invariants, _ = DEFECTS[name]
            for seed in range(first, first + schedules):
                if caught(invariants, stage.play(seed, switched_on(name)).violations):
                    print(f"{name}: caught by seed {seed}", flush=True)
                    break
            else:
                missed += 1
                print(f"{name}: not caught in {schedules} schedules", flush=True)
        stage.close()
    return missed


def _soak(first: int, schedules: int) -> int:
    began = time.monotonic()
    shares = [range(first + n, first + schedules, 2) for n in range(2)]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        parts = pool.map(play_share, shares)
    figures: Counter[str] = Counter()
    for one, _ in parts:
        figures.update(one)  # unlike +, this keeps what is zero
    broken = [text for _, texts in parts for text in texts]
    for text in broken:
        print(text)
    for name, count in sorted(figures.items()):
        print(f"{name:28} {count:>7,}")
    seconds = time.monotonic() - began
    print(f"{schedules:,} schedules, {len(broken)} broken, {seconds:.0f} s")
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
