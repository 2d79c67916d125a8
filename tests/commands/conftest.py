"""The command, given as a person gives it, and what it said."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox.salesforce.keys import make_id
from sandbox.serve import RunningServers, start_servers


@dataclass(frozen=True)
class Said:
    """Exit code and what was printed on both channels."""

    code: int
    out: str
    err: str


@pytest.fixture
def promesa(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Said]:
    """Give the command in a folder of its own, in this process: an exception that the command
    does not tell in a sentence fails the test."""
    for name in list(os.environ):
        if name.startswith(("PROMESA_", "SALESFORCE_", "SAP_B1_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def give(*arguments: str, **environment: str) -> Said:
        from dagster_project.command import main

        with monkeypatch.context() as patched:
            patched.setattr(sys, "argv", ["promesa", *arguments])
            for name, value in environment.items():
                patched.setenv(name, value)
            capfd.readouterr()
            logging.getLogger("promesa").handlers.clear()
            try:
                main()
                code = 0
            except SystemExit as end:
                code = int(end.code or 0)
        said = capfd.readouterr()
        assert "Traceback" not in said.out + said.err
        return Said(code, said.out, said.err)

    return give


@pytest.fixture(scope="module")
def small_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServers]:
    """Both servers over a company with one user."""
    base = tmp_path_factory.mktemp("small")
    company = base / "company"
    (company / "salesforce").mkdir(parents=True)
    (company / "sap_b1").mkdir()
    told = {
        "name": "Small Works",
        "clock": "2025-09-01T06:00:00Z",
        "currency": "EUR",
        "country": "ES",
        "time_zone": "Europe/Madrid",
    }
    (company / "company.json").write_text(json.dumps(told))
    user = {"Id": make_id("005", 1), "Username": "integration@x.example", "LastName": "I"}
    (company / "salesforce" / "User.jsonl").write_text(json.dumps({**user, "IsActive": True}))
    with start_servers(company, base / "state") as servers:
        yield servers
