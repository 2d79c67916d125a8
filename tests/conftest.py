"""What every test may ask for: the demo company, both servers over it, free ports, a browser."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox.serve import RunningServers, open_sandbox, start_servers

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The installed browser; the downloads of Playwright are not used."""
    for name in CHROMIUM_NAMES:
        found = shutil.which(name)
        if found:
            return found
    pytest.fail("No Chromium is installed: apt-get install chromium.")


@pytest.fixture
def free_port() -> Callable[[], int]:
    """Finds a port that nothing listens on."""

    def find() -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])

    return find


@pytest.fixture(scope="session")
def demo_company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo company's folder, made once; not to be written to."""
    from sandbox.plant import make_company

    folder = tmp_path_factory.mktemp("demo") / "company"
    make_company(folder)
    return folder


@pytest.fixture(scope="session")
def loaded_demo(demo_company: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder with the demo company loaded, to be copied."""
    state = tmp_path_factory.mktemp("loaded") / "state"
    open_sandbox(demo_company, state).close()
    return state


@pytest.fixture
def start_sandbox() -> Iterator[Callable[[Path, Path], RunningServers]]:
    """Starts both servers over (company folder, state folder); all are stopped at the end."""
    running: list[RunningServers] = []

    def start(company: Path, state: Path) -> RunningServers:
        running.append(start_servers(company, state))
        return running[-1]

    yield start
    for servers in running:
        servers.stop()


@pytest.fixture
def demo_servers(
    demo_company: Path,
    loaded_demo: Path,
    tmp_path: Path,
    start_sandbox: Callable[[Path, Path], RunningServers],
) -> RunningServers:
    """Both servers over a copy of the demo of its own: what a test changes stays with it."""
    state = tmp_path / "sandbox_state"
    shutil.copytree(loaded_demo, state)
    return start_sandbox(demo_company, state)
