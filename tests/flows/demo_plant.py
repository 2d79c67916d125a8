"""The demo company as a planner has it: both systems over HTTPS, a data folder and the command."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import requests
from simple_salesforce import Salesforce

from dagster_project.warehouse import DataFolder
from sandbox.serve import RunningServers, start_servers


@dataclass
class Plant:
    """The demo company's two systems over HTTPS, and the data folder of a planner's machine."""

    home: Path
    servers: RunningServers
    company: Path
    said_by_demo: str
    first_build: Path
    command: Callable[..., subprocess.CompletedProcess[str]]

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
        done = self.command(self.home, environment, *arguments, data=data)
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


@contextmanager
def served(
    home: Path, demo_round: Any, command: Callable[..., subprocess.CompletedProcess[str]]
) -> Iterator[Plant]:
    """Both systems of the data folder in `home`, which is a copy, served again."""
    state = home / "data" / "made" / "sandbox"
    with start_servers(state / "company", state, with_tls=True) as servers:
        yield Plant(
            home=home,
            servers=servers,
            company=state / "company",
            said_by_demo=demo_round.said,
            first_build=demo_round.data.build,
            command=command,
        )


def copied(home: Path, to: Path) -> Path:
    """A copy of a data folder, to be changed."""
    shutil.copytree(home / "data", to / "data")
    return to
