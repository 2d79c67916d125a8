"""A newcomer's day on the demo company: both servers, the command, and what can be seen after."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest
import requests
from simple_salesforce import Salesforce

from dagster_project.warehouse import DataFolder
from sandbox.serve import RunningServers, start_servers

CHECKOUT = Path(__file__).parents[2]
AS_OF = "2025-09-01T06:00:00Z"


@dataclass
class Plant:
    """The demo company's two systems over HTTPS, and the data folder of a planner's machine."""

    home: Path
    servers: RunningServers
    company: Path
    said: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> DataFolder:
        """The planner's data folder."""
        return DataFolder(self.home / "data")

    def promesa(self, *arguments: str, data: str = "data") -> str:
        """Give the command as a person does; it must exit 0. Returns what it printed."""
        executable = Path(sys.executable).with_name("promesa")
        done = subprocess.run(
            [str(executable), *arguments],
            cwd=self.home,
            env={
                **os.environ,
                **self.servers.environment,
                "PYTHONPATH": str(CHECKOUT),
                "PROMESA_DATA": str(self.home / data),
                "PROMESA_AS_OF": AS_OF,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
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

    def erp(self) -> httpx.Client:
        """A client that is signed in to the Service Layer."""
        settings = self.servers.environment
        client = httpx.Client(
            base_url=f"{settings['SAP_B1_URL']}/b1s/v2/",
            verify=ssl.create_default_context(cafile=settings["SAP_B1_CA_FILE"]),
            trust_env=False,
            timeout=60,
        )
        user = {
            "CompanyDB": settings["SAP_B1_COMPANY"],
            "UserName": settings["SAP_B1_USER"],
            "Password": settings["SAP_B1_PASSWORD"],
        }
        client.post("Login", json=user).raise_for_status()
        return client

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


def rows_of(database: Path, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    """All rows of a query over a closed DuckDB file."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(query, list(parameters)).fetchall()


@pytest.fixture(scope="session")
def plant_after_one_round(
    demo_company: Path, loaded_demo: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Plant]:
    """`promesa setup-crm`, then `promesa run --send`, on the demo company through both servers."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(loaded_demo, home / "sandbox")
    with start_servers(demo_company, home / "sandbox", with_tls=True) as servers:
        plant = Plant(home, servers, demo_company)
        plant.said["setup"] = plant.promesa("setup-crm")
        plant.said["run"] = plant.promesa("run", "--send")
        shutil.copy(plant.data.build, home / "first_build.duckdb")
        yield plant
