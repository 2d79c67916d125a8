"""F22: kill -9 at the boundaries of every stage; after a new run nothing shows that it happened.

The suite kills a whole round in an open landing. Every boundary of a round is `make soak`
(tests/faults/kill_everywhere.py); every step of publishing and of the write-back is in
test_whole_stages_killed.py.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import boundaries as at
from killable_company import make_small_company
from killing import Grounds, prepare


@pytest.fixture(scope="module")
def grounds(demo_company: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grounds]:
    base = tmp_path_factory.mktemp("killed")
    found = prepare(base, make_small_company(demo_company, base / "company"))
    yield found
    found.runner.close()


def test_F22_a_run_after_a_kill_ends_as_an_unbroken_one(grounds: Grounds) -> None:
    with grounds.fresh() as place:
        first = place.run()
        unbroken, commits, tables = place.hashes(), place.commits(), place.tables()
        assert place.filled_records() > 5
    print(f"an unbroken run: {first['seconds']} s of processor time, {unbroken}")

    with grounds.fresh() as place:
        seconds = place.kill_at(at.LANDING_OPEN)["seconds"]
        print(f"killed {at.LANDING_OPEN.name} ({seconds} s)")
        place.run()
        assert place.open_intents() == 0
        now = place.tables()
        assert [name for name in tables if now[name] != tables[name]] == []
        assert place.hashes() == unbroken
        assert place.commits() == commits, "something was written twice or not at all"
    print("a kill and a new run: raw, marts, ledger and CRM are equal by hash")
