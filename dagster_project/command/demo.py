"""`promesa demo`: the sandbox, one round through Dagster, the dashboards, and a clean end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from dagster_project.command.run import prepare_orchestrator, run_once
from dagster_project.command.sandbox import sandbox_command, sandbox_environment
from dagster_project.command.setup_crm import run_setup
from dagster_project.command.told import Told
from dagster_project.settings import load_settings
from dagster_project.warehouse import DataFolder, current_version, open_published
from dagster_project.warehouse.folders import CHECKOUT

START_SECONDS = 120
STOP_SECONDS = 10
REPLAYED_DAYS = 3
HEADLINE_DEAL = "K4 Deal 1,000 units"


@dataclass(frozen=True)
class Ports:
    """The ports of the four servers of the demo, all on loopback."""

    dashboards: int
    orchestrator: int
    salesforce: int
    sap: int


def run_demo(ports: Ports, once: bool) -> None:
    """Bring everything up, print the addresses, stay until Ctrl-C (or leave at once)."""
    # A shell that starts it in the background leaves SIGINT ignored: both end it all the same.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    data = DataFolder(load_settings().data).create()
    data.require_space()
    _require_free(ports, once)
    state = data.root / "made" / "sandbox"
    with ExitStack() as children:
        _say("starting the practice Salesforce and SAP Business One")
        children.enter_context(_sandbox(state, ports))
        os.environ.update(sandbox_environment(state))
        _say("creating Promesa's fields in the CRM")
        run_setup()
        _say("running the job: extract, model, place, publish, write back")
        run_once("systems", None, send=True, release="", replay=REPLAYED_DAYS)
        _print_result(data)
        if once:
            return
        _say("opening the dashboards and the Dagster UI")
        children.enter_context(_dashboards(data, ports.dashboards))
        children.enter_context(_orchestrator(data, ports.orchestrator))
        print(f"Dashboards   http://127.0.0.1:{ports.dashboards}")
        print(f"Dagster UI   http://127.0.0.1:{ports.orchestrator}")
        print(f"CRM record   {_record_address(data, ports.salesforce)}")
        print("Ctrl-C stops all of it; `make demo` goes on from here.", flush=True)
        signal.pause()


def _say(what: str) -> None:
    print(f"· {what}", flush=True)


def _require_free(ports: Ports, once: bool) -> None:
    wanted = {"--salesforce-port": ports.salesforce, "--sap-port": ports.sap}
    if not once:
        wanted |= {
            "--dashboards-port": ports.dashboards,
            "--orchestrator-port": ports.orchestrator,
        }
    for option, port in wanted.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as taken:
                raise Told(
                    f"Port {port} is used by another program. Stop it, or choose another with"
                    f" `promesa demo {option} PORT`."
                ) from taken


@contextmanager
def _sandbox(state: Path, ports: Ports) -> Iterator[None]:
    command = sandbox_command(
        "serve",
        "--company",
        "demo",
        "--state",
        str(state),
        "--salesforce-port",
        str(ports.salesforce),
        "--sap-port",
        str(ports.sap),
    )
    with _child("the sandbox", command, state.parent / "sandbox.log") as child:
        _await(child, "the sandbox", f"http://127.0.0.1:{ports.salesforce}/services/data/")
        yield


@contextmanager
def _dashboards(data: DataFolder, port: int) -> Iterator[None]:
    command = [sys.executable, "-m", "dashboards", "--port", str(port)]
    with _child("the dashboards", command, data.root / "made" / "dashboards.log") as child:
        _await(child, "the dashboards", f"http://127.0.0.1:{port}/_stcore/health")
        yield


@contextmanager
def _orchestrator(data: DataFolder, port: int) -> Iterator[None]:
    prepare_orchestrator(data)
    executable = Path(sys.executable).with_name("dagster-webserver")
    if not executable.exists():
        raise Told(f"{executable} is missing. Run `make setup`.")
    command = [
        str(executable),
        "-m",
        "dagster_project.definitions",
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
    ]
    with _child("the Dagster UI", command, data.root / "made" / "orchestrator.log") as child:
        _await(child, "the Dagster UI", f"http://127.0.0.1:{port}/server_info")
        yield


def _print_result(data: DataFolder) -> None:
    _, verdict, reason = _headline(data)
    print(f"result      {HEADLINE_DEAL}: {verdict}. {reason}", flush=True)


def _record_address(data: DataFolder, port: int) -> str:
    deal, _, _ = _headline(data)
    return f"http://127.0.0.1:{port}/lightning/r/Opportunity/{deal}/view"


def _headline(data: DataFolder) -> tuple[str, str, str]:
    """Id, verdict and reason of the deal that the demo is about."""
    version = current_version(data)
    if version is None:
        raise Told("Nothing is published yet. Run `promesa run` first.")
    with open_published(data, version) as warehouse:
        (deal,) = warehouse.execute(
            "select opportunity_id, verdict, reason_en from marts.fct_deal where deal_name = ?",
            [HEADLINE_DEAL],
        ).fetchall()
    return deal[0], deal[1], deal[2]


@contextmanager
def _child(name: str, command: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A server in a process group of its own, ended politely and, after ten seconds, at once."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as told:
        child = subprocess.Popen(
            command, cwd=CHECKOUT, stdout=told, stderr=told, start_new_session=True
        )
        try:
            yield child
        finally:
            _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is not None:
        return
    os.killpg(child.pid, signal.SIGINT)
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _await(child: subprocess.Popen[bytes], name: str, address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if child.poll() is not None:
            raise Told(f"{name} stopped while starting; its log says why: data/made/*.log.")
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except urllib.error.HTTPError:
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise Told(f"{name} did not answer within {START_SECONDS} seconds; see data/made/*.log.")
