"""A taken port is told in one sentence that says what to do."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path


def test_a_taken_port_is_one_sentence() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        told = subprocess.run(
            [sys.executable, "-m", "dashboards", "--port", str(port)],
            capture_output=True, text=True, timeout=60, cwd=Path(__file__).parents[2], check=False,
        )  # fmt: skip
    assert told.returncode == 1
    assert told.stderr.strip() == (
        f"Port {port} is used by another program. Stop it, or choose another with --port."
    )
