"""F22: kill -9 at every step of publishing and of the write-back; the next run makes it good.

The stages alone, over versions made by hand: every step is tried. Whole runs are killed at every
boundary by `make soak` (kill_everywhere.py), rounds of seeded schedules in tests/simulation.
"""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "dagster_project"))

import boundaries as at
from killing import Runner
from small_crm import Crm, answer, set_up

from dagster_project.warehouse import DataFolder, current_version, open_published
from dagster_project.write_back import Ledger
from sandbox.serve import start_servers

PUBLISHING = (
    at.COPYING, at.COPIED, at.RENAMED, at.MANIFEST_ASIDE, at.MANIFEST, at.PUBLISHED,
)  # fmt: skip
WRITING = (at.INTEND_BEFORE, at.INTEND_AFTER, at.SENT_ONE, at.SENT_TWO, at.OUTCOME)


@pytest.fixture(scope="module")
def set_up_org(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return set_up(tmp_path_factory.mktemp("org"))


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    found = Runner(tmp_path_factory.mktemp("runner") / "data", {}, "stages")
    yield found
    found.close()


@pytest.fixture
def crm(
    set_up_org: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Crm]:
    company, state = set_up_org
    shutil.copytree(state, tmp_path / "state")
    monkeypatch.chdir(tmp_path)
    with start_servers(company, tmp_path / "state") as servers:
        for name, value in servers.environment.items():
            monkeypatch.setenv(name, value)
        yield Crm(servers, DataFolder(tmp_path / "data").create())


def run(runner: Runner, crm: Crm, stage: str, boundary: at.Boundary | None = None) -> None:
    """One stage in a process of its own; with a boundary it is killed there."""
    environment = {**crm.servers.environment, "PROMESA_DATA": str(crm.data.root)}
    order = {"stage": stage, "environment": environment, **(boundary.order() if boundary else {})}
    told = runner.run(order)
    if boundary:
        assert told.get("signal") == 9, f"{boundary.name}: {told}"
    else:
        assert told.get("code") == 0, "\n".join(told["said"])


@pytest.mark.parametrize("boundary", PUBLISHING, ids=lambda boundary: boundary.name)
def test_F22_publishing_killed_shows_the_old_version_or_the_new_one(crm, runner, boundary):
    crm.publish([answer(1)])
    old = current_version(crm.data)
    crm.build([answer(1, "Stop")])
    run(runner, crm, "publish", boundary)

    seen = current_version(crm.data)
    with open_published(crm.data, seen) as warehouse:
        ((verdict,),) = warehouse.execute(
            'select "Promesa_Verdict__c" from signals.sig_salesforce__opportunity'
        ).fetchall()
    assert verdict == ("Stop" if boundary is at.PUBLISHED else "Go")
    assert (seen.content_hash == old.content_hash) == (boundary is not at.PUBLISHED)

    taken = {path.stem for path in crm.data.published.glob("v*.duckdb")}
    run(runner, crm, "publish")
    newest = current_version(crm.data)
    assert newest.number > max(int(name.lstrip("v")) for name in taken), "no path is used twice"
    left = [*crm.data.published.glob("*.new"), *crm.data.published.glob("*.wal")]
    assert left == [], "what a killed run leaves is swept"


@pytest.mark.parametrize("boundary", WRITING, ids=lambda boundary: boundary.name)
def test_F22_a_write_back_killed_is_settled_by_the_next_and_writes_nothing_twice(
    crm, runner, boundary
):
    crm.publish([answer(n) for n in range(1, 451)])
    run(runner, crm, "write_back", boundary)
    run(runner, crm, "write_back")

    outcomes = crm.outcomes()
    assert outcomes["written"] == 450
    assert set(outcomes) <= {"written", "superseded"}
    commits = Counter(commit["key"] for commit in crm.commits())
    assert (len(commits), set(commits.values())) == (450, {1})
    with Ledger(crm.data) as ledger:
        assert ledger.broken_link() is None
        assert ledger.open_intents() == []

    mark = crm.mark()
    run(runner, crm, "write_back")
    assert crm.write_requests(mark) == []
