"""The fault tests share helpers with the rooms they break, and one small company."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox.serve import RunningServers, start_servers

sys.path.insert(0, str(Path(__file__).parent.parent / "extract"))


@pytest.fixture(scope="session")
def small_company(demo_company: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dozen records of each object."""
    from small_company import first_records

    return first_records(demo_company, tmp_path_factory.mktemp("small") / "company")


@pytest.fixture(scope="session")
def shared_servers(
    small_company: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServers]:
    """Both servers over the small company, for tests that leave it as it was."""
    with start_servers(small_company, tmp_path_factory.mktemp("shared") / "state") as servers:
        yield servers


@pytest.fixture
def servers(shared_servers: RunningServers) -> Iterator[RunningServers]:
    """The same servers without planned faults."""
    yield shared_servers
    for name in ("salesforce", "sap_b1"):
        shared_servers.context(name).faults.clear()


@pytest.fixture
def own_servers(
    small_company: Path, tmp_path: Path, start_sandbox: Callable[[Path, Path], RunningServers]
) -> RunningServers:
    """Both servers over a small company of the test's own."""
    return start_sandbox(small_company, tmp_path / "state")
