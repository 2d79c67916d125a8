"""One dashboard server over the published demo company, one Chromium."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from dagster_project.warehouse import DataFolder
from dagster_project.warehouse.publish import hash_of_file

ROOT = Path(__file__).parents[2]
CHROMIUM_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
LATE = "v00000002.duckdb"


@dataclass(frozen=True)
class Dashboards:
    """A running server and the folder it reads; `CURRENT` there is the tests' to move."""

    address: str
    published: Path
    log: Path

    def show(self, version: str) -> None:
        """Point `CURRENT` at a version, or at nothing with an empty name."""
        pointer = self.published / "CURRENT"
        if version:
            pointer.write_text(version)
        else:
            pointer.unlink(missing_ok=True)


@pytest.fixture(scope="session")
def server(
    published_demo: DataFolder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Dashboards]:
    """`python -m dashboards` over a copy of the published demo."""
    data = tmp_path_factory.mktemp("dashboards")
    published = data / "made" / "published"
    shutil.copytree(published_demo.published, published)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = data / "dashboards.log"
    environment = {**os.environ, "PROMESA_DATA": str(data), "PROMESA_LANGUAGE": "es"}
    with log.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "dashboards", "--port", str(port)],
            cwd=ROOT, env=environment, stdout=stream, stderr=subprocess.STDOUT,
        )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        _await(address, process, log)
        yield Dashboards(address, published, log)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _await(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"The dashboards did not start:\n{log.read_text()}")


@pytest.fixture
def dashboards(server: Dashboards) -> Iterator[Dashboards]:
    """The server, showing the demo; whatever a test points it at is put back."""
    server.show(LATE)
    yield server
    server.show(LATE)


@pytest.fixture
def another_version(dashboards: Dashboards) -> Callable[..., str]:
    """Publishes a changed copy of the demo: statements in SQL over `warehouse`, newest number."""

    def make(*statements: str) -> str:
        number = max(int(path.stem[1:]) for path in dashboards.published.glob("v*.duckdb")) + 1
        path = dashboards.published / f"v{number:08d}.duckdb"
        shutil.copy(dashboards.published / LATE, path)
        with duckdb.connect() as connection:
            connection.execute(f"attach '{path}' as warehouse")
            connection.execute("use warehouse")
            for statement in statements:
                connection.execute(statement)
            connection.execute("checkpoint warehouse")
        path.with_suffix(".json").write_text(f'{{"file_hash": "{hash_of_file(path)}"}}')
        dashboards.show(path.name)
        return path.name

    return make


@pytest.fixture(scope="session")
def chromium(chromium_path: str) -> Iterator[Browser]:
    """One browser for all tests; each opens a context of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path, args=list(CHROMIUM_FLAGS)
        )
        yield browser
        browser.close()


class Reader:
    """A person at the dashboards: opens a page and reads it."""

    def __init__(self, context: BrowserContext, dashboards: Dashboards) -> None:
        self.page: Page = context.new_page()
        self.dashboards = dashboards
        self.asked_elsewhere: list[str] = []
        self.page.on("request", self._note)

    def _note(self, request: Any) -> None:
        if not request.url.startswith((self.dashboards.address, "data:", "blob:", "ws:")):
            self.asked_elsewhere.append(request.url)

    def open(self, path: str = "", **parameters: object) -> Page:
        """Open a page with its filters in the link and wait until it is drawn."""
        query = "&".join(f"{name}={value}" for name, value in parameters.items())
        self.page.goto(f"{self.dashboards.address}/{path}{'?' + query if query else ''}")
        self.drawn()
        return self.page

    def drawn(self) -> None:
        """Wait until the script has ended and what it drew stands."""
        expect(self.page.get_by_role("heading", level=1)).to_be_visible(timeout=30_000)
        expect(self.page.locator("[data-testid=stApp]")).to_have_attribute(
            "data-test-script-state", "notRunning", timeout=30_000
        )
        expect(self.page.locator("html")).to_have_attribute(
            "data-told", re.compile("es|en"), timeout=30_000
        )

    def sees(self, *words: str) -> None:
        """Each text stands on the page."""
        for told in words:
            expect(self.page.locator("[data-testid=stApp]")).to_contain_text(told)

    def table(self, alt: str) -> str:
        """The rows of the table whose description begins so, cells a space apart."""
        found = self.page.locator(
            "[data-testid=stDataFrame]", has=self.page.locator(f"[aria-label^='{alt}']")
        )
        return str(
            found.first.locator("table").evaluate(
                "table => [...table.rows].map(row =>"
                " [...row.cells].map(cell => cell.textContent).join(' ')).join('\\n')"
            )
        )


@pytest.fixture
def reader(chromium: Browser, dashboards: Dashboards) -> Iterator[Reader]:
    """At a desk: 1440 pixels, Spanish browser."""
    with chromium.new_context(viewport={"width": 1440, "height": 900}, locale="es-ES") as context:
        yield Reader(context, dashboards)


@pytest.fixture
def phone(chromium: Browser, dashboards: Dashboards) -> Iterator[Reader]:
    """On a phone: 390 pixels, English browser, dark."""
    with chromium.new_context(
        viewport={"width": 390, "height": 844}, locale="en-GB", color_scheme="dark"
    ) as context:
        yield Reader(context, dashboards)
