"""Soak: 2,000 generated plants placed and replayed; prints what was seen, fails on a violation.

Run as `python tests/promise/two_thousand_plants.py [plants]`. The plants are seeded, so a plant
that fails is found again by its number.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from promise import place_tables
from tests.promise.generated_plants import AS_OF, draw_plant
from tests.promise.resimulation import violations


def main(plants: int) -> int:
    start = time.monotonic()
    demands = bookings = pegs = unplaced = broken = 0
    for seed in range(plants):
        tables = draw_plant(random.Random(seed).randint)
        placed = place_tables(tables, AS_OF)
        found = violations(tables, placed, AS_OF)
        demands += len(tables["demand"]["demand_id"])
        bookings += placed["booking"].num_rows
        pegs += placed["peg"].num_rows
        unplaced += placed["answer"]["status"].to_pylist().count("unplaced")
        broken += len(found)
        for sentence in found[:3]:
            print(f"plant {seed}: {sentence}")
    print(f"{plants} plants, {demands} demands, {bookings} bookings, {broken} violations")
    seconds = time.monotonic() - start
    print(f"{pegs} pegs, {unplaced} answers with a reason instead of a date, {seconds:.0f} s")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000))
