"""`promesa sandbox`: the sandbox runs as a process of its own; the product never imports it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from dagster_project.command.told import Told


def sandbox_command(*arguments: str) -> list[str]:
    """The command line that runs the sandbox with this interpreter."""
    return [sys.executable, "-m", "sandbox", *arguments]


def serve_sandbox(company: str, state: Path, salesforce_port: int, sap_port: int) -> None:
    """Serve until Ctrl-C; the child's own sentence is what the user reads."""
    command = sandbox_command(
        "serve",
        "--company",
        company,
        "--state",
        str(state),
        "--salesforce-port",
        str(salesforce_port),
        "--sap-port",
        str(sap_port),
    )
    try:
        code = subprocess.call(command)
    except KeyboardInterrupt:
        return
    if code:
        raise Told("the sandbox stopped (see the line above).")


def sandbox_environment(state: Path) -> dict[str, str]:
    """The sandbox's addresses and credentials by the names that `.env` uses."""
    done = subprocess.run(
        sandbox_command("env", "--state", str(state)), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Told(done.stderr.strip() or "The sandbox has no state yet. Start it first.")
    pairs = (line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    return {name.strip(): value.strip() for name, value in pairs}


def print_environment(state: Path) -> None:
    """Print NAME=value lines."""
    for name, value in sandbox_environment(state).items():
        print(f"{name}={value}")
