"""What every test may ask for: the demo company, both servers over it, free ports, a browser."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from dagster_project.warehouse import DataFolder, current_version, open_published
from sandbox.serve import RunningServers, open_sandbox, start_servers

CHECKOUT = Path(__file__).parents[1]
# All that a published version is made of.
MADE_OF = ("data/mappings", "dbt", "extract", "promise", "dagster_project", "sandbox", "uv.lock")
# Loaded by every Python that the command starts: where it connects, and what it looks up (S16).
RECORDER = """
import os, sys
def told(event, given):
    if event == "socket.connect" and isinstance(given[1], tuple):
        line = f"connect {given[1][0]}"
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        line = f"lookup {given[0]}"
    else:
        return
    with open(os.environ["CONNECTIONS"], "a") as file:
        file.write(line + "\\n")
if "CONNECTIONS" in os.environ:
    sys.addaudithook(told)
"""
# What takes long starts first, so that no process is left alone with it at the end: one process
# makes the demo's round, and beside it starts what needs none; those who wait for it come after.
LONGEST_FIRST = (
    "flows/test_main_job.py",
    "real_input/test_adventureworks.py",
    "real_input/test_hostile.py",
    "faults/test_whole_stages_killed.py",
    "dagster_project/test_publish.py",
    "real_input/test_crm_opportunities.py",
    "sandbox/test_plant_files.py",
    "browser/test_every_page.py",
    "flows/test_same_company_from_files.py",
    "browser/test_questions_a_manager_asks.py",
    "flows/test_finance_to_sales.py",
)
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first; `--dist loadfile --no-loadscope-reorder` keeps this order."""
    ranks = {Path(__file__).parent / name: rank for rank, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))


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
def made_once(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Callable[[str, Callable[[Path], object]], Path]:
    """A folder that the first process of a test run to ask fills and all others read."""
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "made_once"

    def folder_of(name: str, fill: Callable[[Path], object]) -> Path:
        shared.mkdir(exist_ok=True)
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            folder, filling = shared / name, shared / f"{name}.filling"
            if not folder.exists():
                shutil.rmtree(filling, ignore_errors=True)
                filling.mkdir()
                fill(filling)
                filling.rename(folder)
        return folder

    return folder_of


@pytest.fixture(scope="session")
def demo_company(made_once: Callable[..., Path]) -> Path:
    """The demo company's folder, made once; not to be written to."""
    from sandbox.plant import make_company

    return made_once("demo_company", lambda folder: make_company(folder / "company")) / "company"


@pytest.fixture(scope="session")
def loaded_demo(demo_company: Path, made_once: Callable[..., Path]) -> Path:
    """A state folder with the demo company loaded, to be copied."""
    made = made_once("loaded", lambda folder: open_sandbox(demo_company, folder / "state").close())
    return made / "state"


@dataclass(frozen=True)
class DemoRound:
    """What `promesa demo --once` left in an empty folder; not to be written to, only copied."""

    home: Path

    @property
    def data(self) -> DataFolder:
        """The data folder of the round: raw, build, ledger, published versions."""
        return DataFolder(self.home / "data")

    @property
    def sandbox_state(self) -> Path:
        """Both systems after the round; the company that they were made from is within."""
        return self.home / "data" / "made" / "sandbox"

    @property
    def said(self) -> str:
        """What the command printed."""
        return (self.home / "said.txt").read_text()


def run_promesa(
    home: Path, environment: Mapping[str, str], *arguments: str, data: str = "data"
) -> subprocess.CompletedProcess[str]:
    """The command in a folder of its own, with nothing of ours in its environment."""
    ours = ("PROMESA_", "SALESFORCE_", "SAP_B1_")
    recorder = home / "recorder"
    recorder.mkdir(exist_ok=True)
    (recorder / "sitecustomize.py").write_text(RECORDER)
    return subprocess.run(
        [str(Path(sys.executable).with_name("promesa")), *arguments],
        cwd=home,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith(ours)},
            **environment,
            "PYTHONPATH": f"{CHECKOUT}{os.pathsep}{recorder}",
            "CONNECTIONS": str(home / "connections.txt"),
            "PROMESA_DATA": str(home / data),
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="session")
def promesa_command() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Gives the command (home, environment, *arguments, data="data") as a person does."""
    return run_promesa


@pytest.fixture(scope="session")
def demo_round(made_once: Callable[..., Path]) -> DemoRound:
    """The demo company after one whole round, made once for all processes of a test run."""

    def run(home: Path) -> None:
        salesforce, sap = _free_ports(2)
        done = run_promesa(
            home, {}, "demo", "--once", "--salesforce-port", salesforce, "--sap-port", sap
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        (home / "said.txt").write_text(done.stdout)

    return DemoRound(made_once("demo_round", run))


@pytest.fixture(scope="session")
def published_demo(request: pytest.FixtureRequest, made_once: Callable[..., Path]) -> DataFolder:
    """The version that the demo's round published, and nothing else; only to be read.

    Kept in pytest's cache under a hash of all that it is made of, so that a second run of a few
    tests starts at once.
    """
    kept = DataFolder(request.config.cache.mkdir("published_demo") / _hash_of_product())

    def keep(_: Path) -> None:
        if not (kept.published / "CURRENT").exists():
            made: DemoRound = request.getfixturevalue("demo_round")
            shutil.copytree(made.data.published, kept.published)

    made_once("published_demo", keep)
    return kept


def _hash_of_product() -> str:
    told = hashlib.sha256()
    for part in MADE_OF:
        for path in sorted((CHECKOUT / part, *(CHECKOUT / part).rglob("*"))):
            if path.is_file() and not {"target", "__pycache__"} & set(path.parts):
                told.update(path.relative_to(CHECKOUT).as_posix().encode() + path.read_bytes())
    return told.hexdigest()[:16]


@pytest.fixture(scope="session")
def demo_marts(published_demo: DataFolder) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the marts of the demo company after one round, for SQL."""
    version = current_version(published_demo)
    assert version is not None, "the round published nothing"
    with open_published(published_demo, version) as warehouse:
        yield warehouse


def _free_ports(count: int) -> list[str]:
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [str(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


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
