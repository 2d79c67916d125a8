"""Serves the dashboards: `python -m dashboards --port 8501`."""

from __future__ import annotations

import argparse
import os
import socket
import sys


def main() -> None:
    """Serve on loopback until Ctrl-C; the page never shows a traceback."""
    parser = argparse.ArgumentParser(prog="dashboards", description="Promesa's dashboards.")
    parser.add_argument("--port", type=int, default=8501)
    port = parser.parse_args().port
    require_free(port)
    os.environ.setdefault("STREAMLIT_BROWSER_GATHER_USAGE_STATS", "false")
    import uvicorn

    from dashboards.server import app

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)


def require_free(port: int) -> None:
    """End with one sentence when the port can't be had."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OverflowError:
            sys.exit(f"Port {port} is no port: choose one up to 65535 with --port.")
        except PermissionError:
            sys.exit(f"Port {port} is reserved: choose one above 1023 with --port.")
        except OSError:
            sys.exit(
                f"Port {port} is used by another program. Stop it, or choose another with --port."
            )


if __name__ == "__main__":
    main()
