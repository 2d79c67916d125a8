"""Ctrl-C and a polite kill end the demo and everything it started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest


def processes_of(folder: Path) -> list[str]:
    """Command lines that name the folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if str(folder) in line:
            found.append(line)
    return found


def wait_until(condition, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_F23_the_demo_stops_with_all_that_it_started(tmp_path, free_port, number):
    ports = ["--salesforce-port", str(free_port()), "--sap-port", str(free_port())]
    started = subprocess.Popen(
        [str(Path(sys.executable).with_name("promesa")), "demo", "--once", *ports],
        cwd=tmp_path,
        env={**os.environ, "PROMESA_DATA": str(tmp_path / "data")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        log = tmp_path / "data" / "made" / "sandbox.log"
        assert wait_until(lambda: log.exists() and log.stat().st_size, 60), "no sandbox"
        started.send_signal(number)
        before = time.monotonic()
        _, told = started.communicate(timeout=60)
    finally:
        started.kill()
    print(f"stopped after {time.monotonic() - before:.1f} s: {told.strip()}")
    assert started.returncode == 130
    assert told.strip().splitlines()[-1] == "promesa: stopped."
    assert "Traceback" not in told
    assert wait_until(lambda: not processes_of(tmp_path), 15), processes_of(tmp_path)
