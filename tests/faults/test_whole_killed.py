"""F22: kill -9 at the boundaries of every stage; after a new run nothing shows that it happened.

The suite kills the runs of one place one after the other: in an open landing, and between a send
and its outcome. Every boundary alone is `make soak` (tests/faults/kill_everywhere.py); every step
of publishing and of the write-back is in test_whole_stages_killed.py.
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

KILLS = (at.LANDING_OPEN, at.SENT_ONE)


@pytest.fixture(scope="module")
def grounds(demo_company: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grounds]:
    base = tmp_path_factory.mktemp("killed")
    found = prepare(base, make_small_company(demo_company, base / "company"))
    yield found
    found.runner.close()


def test_F22_runs_killed_one_step_later_each_end_as_an_unbroken_one(grounds: Grounds) -> None:
    with grounds.fresh() as place:
        first = place.run()
        place.run()  # reads back what the first one wrote, as the last run below does
        unbroken, commits, tables = place.hashes(), place.commits(), place.tables()
        assert place.filled_records() > 5
    print(f"an unbroken run: {first['seconds']} s of processor time, {unbroken}")

    with grounds.fresh() as place:
        for boundary in KILLS:
            seconds = place.kill_at(boundary)["seconds"]
            print(f"killed {boundary.name} ({seconds} s)")
        place.run()
        assert place.open_intents() == 0
        now = place.tables()
        assert [name for name in tables if now[name] != tables[name]] == []
        assert place.hashes() == unbroken
        assert place.commits() == commits, "something was written twice or not at all"
    print(f"{len(KILLS)} kills and a new run: raw, marts, ledger and CRM are equal by hash")
