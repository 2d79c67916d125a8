"""Serves the dashboards: `python -m dashboards --port 8501`."""

from __future__ import annotations

import argparse
import os
import sys

import uvicorn


def main() -> None:
    """Serve on loopback until Ctrl-C; the page never shows a traceback."""
    parser = argparse.ArgumentParser(prog="dashboards", description="Promesa's dashboards.")
    parser.add_argument("--port", type=int, default=8501)
    arguments = parser.parse_args()
    os.environ.setdefault("STREAMLIT_BROWSER_GATHER_USAGE_STATS", "false")
    from dashboards.server import app

    try:
        uvicorn.run(
            app, host="127.0.0.1", port=arguments.port, log_level="warning", access_log=False
        )
    except SystemExit:
        print(f"Port {arguments.port} is used by another program.", file=sys.stderr)
        raise


if __name__ == "__main__":
    main()
