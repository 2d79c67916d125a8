"""A place to kill runs in: a small company's servers, a data folder, and the runner of forks."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boundaries import Boundary
from round_state import crm_rows, hashes, open_intents

from dagster_project.warehouse import DataFolder
from dagster_project.write_back import signal_objects
from sandbox.serve import RunningServers, start_servers

AS_OF = "2025-09-01T06:00:00Z"
CHECKOUT = Path(__file__).parents[2]


class Runner:
    """The process that answers orders (see killed_run.py)."""

    def __init__(self, data: Path, environment: Mapping[str, str], *what: str) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("killed_run.py")), *what],
            cwd=data.parent,
            env={
                **os.environ,
                **environment,
                "PYTHONPATH": str(CHECKOUT),
                "PROMESA_DATA": str(data),
                "PROMESA_AS_OF": AS_OF,
                "DAGSTER_DISABLE_TELEMETRY": "1",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._read() == {"ready": True}

    def run(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """One run; waits for its end."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._read()

    def close(self) -> None:
        """End the process."""
        self._process.stdin.close()  # type: ignore[union-attr]
        self._process.wait(10)

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("{"):
                answer: dict[str, Any] = json.loads(line)
                return answer
        raise AssertionError(f"The runner ended with {self._process.wait()}.")


@dataclass
class Place:
    """One attempt: servers over a fresh copy of the set-up state, and an empty data folder."""

    runner: Runner
    servers: RunningServers
    data: DataFolder
    state: Path

    def run(self) -> dict[str, Any]:
        """An unbroken run; it must succeed."""
        answer = self.runner.run({"environment": self.servers.environment})
        assert answer.get("code") == 0, "\n".join(answer["said"])
        return answer

    def kill_at(self, boundary: Boundary) -> dict[str, Any]:
        """A run that is killed there; it must have got there."""
        order = {**boundary.order(), "environment": self.servers.environment}
        answer = self.runner.run(order)
        assert answer.get("signal") == 9, f"{boundary.name}: {answer}"
        return answer

    def hashes(self) -> dict[str, str]:
        """Raw, marts, ledger and CRM."""
        return hashes(self.data, self.state)

    def open_intents(self) -> int:
        """Intents without a known outcome."""
        return open_intents(self.data)

    def filled_records(self) -> int:
        """CRM records that carry an answer."""
        return sum(any(row[1:]) for rows in crm_rows(self.state).values() for row in rows)

    def commits(self) -> dict[tuple[str, str], int]:
        """How often each (record, owned field) was changed in the CRM, by its journal (I13)."""
        owned = {field.name for one in signal_objects() for field in one.written}
        objects = {one.name for one in signal_objects()}
        found: dict[tuple[str, str], int] = {}
        for entry in self.servers.context("salesforce").state.journal(0, "commit"):
            if entry.detail["object"] in objects:
                for name in owned & set(entry.detail["fields"]):
                    key = (entry.detail["key"], name)
                    found[key] = found.get(key, 0) + 1
        return found


@dataclass
class Grounds:
    """What all attempts share: the company, its set-up state and the runner."""

    base: Path
    company: Path
    set_up: Path
    runner: Runner

    @contextmanager
    def fresh(self) -> Iterator[Place]:
        """A place where nothing has happened yet; the path of the data folder is always the same,
        as the runner's parsed models hang on it."""
        data, state = self.base / "data", self.base / "state"
        for folder in (data, state):
            shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.set_up, state)
        with start_servers(self.company, state) as servers:
            yield Place(self.runner, servers, DataFolder(data).create(), state)


def prepare(base: Path, company: Path) -> Grounds:
    """Serve the company once, set the CRM up, and load the runner."""
    set_up = base / "set_up"
    with start_servers(company, set_up) as servers:
        done = subprocess.run(
            [str(Path(sys.executable).with_name("promesa")), "setup-crm"],
            cwd=base,
            env={**os.environ, **servers.environment, "PYTHONPATH": str(CHECKOUT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        runner = Runner(base / "data", servers.environment)
    return Grounds(base, company, set_up, runner)
