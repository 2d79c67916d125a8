"""`make soak`: a run killed at every boundary, one at a time, each time compared by hash.

python tests/faults/kill_everywhere.py      exit 0 when all are equal; takes about 25 minutes
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from boundaries import ALL
from killable_company import make_small_company
from killing import prepare

from sandbox.plant import make_company


def main() -> int:
    """Print a line for each boundary; the number of those that differ."""
    differing = 0
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        make_company(base / "demo")
        grounds = prepare(base, make_small_company(base / "demo", base / "company"))
        with grounds.fresh() as place:
            place.run()
            place.run()  # a second run reads back what the first one wrote
            unbroken, commits = place.hashes(), place.commits()
            filled = place.filled_records()
            assert filled > 5, "a comparison of nothing proves nothing (I23)"
        print(f"unbroken: {unbroken}, {filled} records filled", flush=True)
        for boundary in ALL:
            with grounds.fresh() as place:
                place.kill_at(boundary)
                place.run()
                place.run()
                found = place.hashes()
                names = [name for name in unbroken if found[name] != unbroken[name]]
                if place.commits() != commits:
                    names.append("number of writes")
                if place.open_intents():
                    names.append("open intents")
            differing += bool(names)
            print(f"{boundary.name}: {', '.join(names) or 'equal'}", flush=True)
        grounds.runner.close()
    print(f"{len(ALL)} boundaries, {differing} differ")
    return differing


if __name__ == "__main__":
    sys.exit(bool(main()))
