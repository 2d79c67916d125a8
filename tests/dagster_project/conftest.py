"""The CRM that the write-back is tried on, a copy for each test."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from small_crm import Crm, answer, set_up

from dagster_project.warehouse import DataFolder
from sandbox.serve import start_servers


@pytest.fixture(scope="session")
def set_up_org(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The company folder and a state in which `setup-crm` has run."""
    return set_up(tmp_path_factory.mktemp("org"))


@pytest.fixture
def crm(
    set_up_org: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Crm]:
    """The org of this test alone, and the settings that lead to it."""
    company, state = set_up_org
    shutil.copytree(state, tmp_path / "state")
    monkeypatch.chdir(tmp_path)
    with start_servers(company, tmp_path / "state") as servers:
        for name, value in servers.environment.items():
            monkeypatch.setenv(name, value)
        yield Crm(servers, DataFolder(tmp_path / "data").create())


@pytest.fixture(name="answer")
def answer_fixture():
    """A function that makes the answer on deal number N."""
    return answer
