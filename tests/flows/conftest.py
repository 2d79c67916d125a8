"""A newcomer's day on the demo company: both servers, the command, and what can be seen after."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
from simple_salesforce import Salesforce

from dagster_project.warehouse import DataFolder
from sandbox.serve import RunningServers, start_servers

CHECKOUT = Path(__file__).parents[2]


@dataclass
class Plant:
    """The demo company's two systems over HTTPS, and the data folder of a planner's machine."""

    home: Path
    servers: RunningServers
    company: Path
    said_by_demo: str

    @property
    def data(self) -> DataFolder:
        """The planner's data folder."""
        return DataFolder(self.home / "data")

    def promesa(self, *arguments: str, data: str = "data", as_of: str = "", code: int = 0) -> str:
        """Give the command as a person does; it must exit `code`. Returns what it printed.

        It answers for the sandbox's own instant unless `as_of` names another.
        """
        now = self.servers.context("salesforce").clock.now().isoformat()
        environment = {**self.servers.environment, "PROMESA_AS_OF": as_of or now}
        done = _promesa(self.home, environment, *arguments, data=data)
        assert done.returncode == code, f"{arguments}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stdout

    def crm(self) -> Salesforce:
        """simple-salesforce, signed in as an integration user."""
        ca_file = self.servers.environment["SALESFORCE_CA_FILE"]
        session = requests.Session()
        session.trust_env = False
        session.verify = ca_file
        settings = self.servers.environment
        answer = session.post(
            f"{settings['SALESFORCE_LOGIN_URL']}/services/oauth2/token",
            data={"grant_type": "client_credentials"},
            auth=(settings["SALESFORCE_CLIENT_ID"], settings["SALESFORCE_CLIENT_SECRET"]),
        )
        return Salesforce(
            instance_url=self.servers.salesforce_url,
            session_id=answer.json()["access_token"],
            session=session,
            version="60.0",
        )

    @contextmanager
    def erp(self) -> Iterator[httpx.Client]:
        """A client that is signed in to the Service Layer."""
        settings = self.servers.environment
        user = {
            "CompanyDB": settings["SAP_B1_COMPANY"],
            "UserName": settings["SAP_B1_USER"],
            "Password": settings["SAP_B1_PASSWORD"],
        }
        with httpx.Client(
            base_url=f"{settings['SAP_B1_URL']}/b1s/v2/",
            verify=ssl.create_default_context(cafile=settings["SAP_B1_CA_FILE"]),
            trust_env=False,
            timeout=60,
        ) as client:
            client.post("Login", json=user).raise_for_status()
            yield client

    def journal_end(self) -> dict[str, int]:
        """Where each system's journal ends now."""
        return {
            name: max((entry.sequence for entry in self._journal(name, 0)), default=0)
            for name in ("salesforce", "sap_b1")
        }

    def commits(self, system: str, after: dict[str, int]) -> list[dict[str, Any]]:
        """The changes that a system has committed since `after`."""
        entries = self._journal(system, after[system])
        return [entry.detail for entry in entries if entry.kind == "commit"]

    def write_requests(self, system: str, after: dict[str, int]) -> list[str]:
        """Requests that could change something, since `after`, without those of signing in."""
        return [
            f"{entry.detail['method']} {entry.detail['path']}"
            for entry in self._journal(system, after[system])
            if entry.kind == "request"
            and entry.detail["method"] in ("POST", "PATCH", "PUT", "DELETE")
            and not entry.detail["path"].endswith(("/token", "/Login", "/Logout"))
        ]

    def _journal(self, system: str, after: int) -> list[Any]:
        return self.servers.context(system).state.journal(after)


def _promesa(
    home: Path, environment: Mapping[str, str], *arguments: str, data: str = "data"
) -> subprocess.CompletedProcess[str]:
    """The command in a folder of its own, with nothing of ours in its environment."""
    ours = ("PROMESA_", "SALESFORCE_", "SAP_B1_")
    return subprocess.run(
        [str(Path(sys.executable).with_name("promesa")), *arguments],
        cwd=home,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith(ours)},
            **environment,
            "PYTHONPATH": str(CHECKOUT),
            "PROMESA_DATA": str(home / data),
        },
        capture_output=True,
        text=True,
        check=False,
    )


def _free_ports(count: int) -> list[str]:
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [str(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


@pytest.fixture(scope="session")
def plant_after_one_round(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plant]:
    """What `promesa demo --once` leaves behind: the sandbox's state, both systems served again."""
    home = tmp_path_factory.mktemp("home")
    state = home / "data" / "made" / "sandbox"
    salesforce_port, sap_port = _free_ports(2)
    said = _promesa(
        home, {}, "demo", "--once", "--salesforce-port", salesforce_port, "--sap-port", sap_port
    )
    assert said.returncode == 0, said.stdout[-3000:] + said.stderr[-3000:]
    shutil.copy(home / "data" / "made" / "build" / "warehouse.duckdb", home / "first_build.duckdb")
    with start_servers(state / "company", state, with_tls=True) as servers:
        yield Plant(home, servers, state / "company", said.stdout)
