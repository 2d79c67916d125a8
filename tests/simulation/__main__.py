"""Plays schedules and prints figures: `python -m tests.simulation --seed 17` replays one.

--schedules 2000    the soak: that many seeds, each also without its faults; exit 1 when one fails
--from 5000         the first seed, for instance where a soak was broken off
--processes 1       how many seeds are played at a time
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

SHARE = 50


def main() -> int:
    """What the arguments ask for; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--schedules", type=int, default=200)
    parser.add_argument("--from", type=int, default=0, dest="first")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--defect", choices=[*DEFECTS, "all"])
    asked = parser.parse_args()
    if asked.defect == "all":
        return _hunt(list(DEFECTS), asked.first, asked.schedules)
    if asked.seed is not None:
        return _replay(asked.seed, asked.defect)
    if asked.defect:
        return _hunt([asked.defect], asked.first, asked.schedules)
    return _soak(asked.first, asked.schedules, asked.processes)


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


def _soak(first: int, schedules: int, processes: int) -> int:
    """Share by share, so that a soak that is broken off has told what it found until then."""
    began = time.monotonic()
    end = first + schedules
    shares = [range(at, min(at + SHARE, end)) for at in range(first, end, SHARE)]
    figures: Counter[str] = Counter()
    broken: list[str] = []
    played = 0
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for seeds, counted, texts in pool.imap_unordered(play_share, shares):
            figures.update(counted)  # unlike +, this keeps what is zero
            broken += texts
            played += len(seeds)
            print(*texts, f"seeds {seeds.start} to {seeds.stop - 1} played", sep="\n", flush=True)
            told = ", ".join(f"{name} {count:,}" for name, count in sorted(figures.items()))
            seconds = time.monotonic() - began
            print(
                f"{played:,} schedules, {len(broken)} broken, {seconds:.0f} s: {told}", flush=True
            )
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
