"""One process's share of a soak: plays its seeds and counts what was injected and what broke."""

from __future__ import annotations

import tempfile
import traceback
from collections import Counter
from pathlib import Path

from tests.simulation.play import Stage
from tests.simulation.twin import UNLIKE

LOST = ("I1", "I5", "I6")
DOUBLED = ("I2", "I13")
SILENT = ("I22",)


def play_share(seeds: range) -> tuple[range, Counter[str], list[str]]:
    """The seeds, figures by name, and the text of each schedule that broke an invariant."""
    figures: Counter[str] = Counter(dict.fromkeys(("lost", "doubled", "silent", "unlike"), 0))
    broken = []
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder))
        for seed in seeds:
            try:
                played = stage.play_with_twin(seed)
            except Exception:  # the other seeds go on; this one is told as broken
                broken.append(f"seed {seed}\n{traceback.format_exc()}")
                continue
            figures.update(played.figures)
            figures["rounds"] += len(played.rounds)
            for name, invariants in (("lost", LOST), ("doubled", DOUBLED), ("silent", SILENT)):
                figures[name] += sum(
                    one.invariant.split()[0] in invariants for one in played.violations
                )
            figures["unlike"] += any(one.invariant == UNLIKE for one in played.violations)
            if played.violations:
                broken.append(played.told())
        stage.close()
    return seeds, figures, broken
