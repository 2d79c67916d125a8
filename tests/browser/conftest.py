"""One published warehouse of the demo company, one dashboard server over it, one Chromium.

The published file is kept in pytest's cache under a hash of everything it is made of, so that a
second run starts at once.
"""

from __future__ import annotations

import hashlib
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
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from dagster_project.warehouse import DataFolder, Transform, place_demand, publish
from dagster_project.warehouse.publish import hash_of_file

ROOT = Path(__file__).parents[2]
AS_OF = datetime(2025, 9, 1, 6, tzinfo=UTC)
MADE_OF = ("dbt", "data/mappings", "sandbox/plant", "promise", "dagster_project/warehouse")
CHROMIUM_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
BEFORE_PLACEMENT = "tag:before_placement"
KEYS = {
    "business_partners": "CardCode", "items": "ItemCode", "warehouses": "WarehouseCode",
    "journal_entries": "JdtNum", "internal_reconciliations": "ReconNum",
    "production_orders": "AbsoluteEntry", "product_trees": "TreeCode", "resources": "Code",
    "resource_capacities": "Id", "holidays": "HolidayCode", "currencies": "Code",
    "unit_of_measurements": "AbsEntry", "unit_of_measurement_groups": "AbsEntry",
}  # fmt: skip
LATE = "v00000001.duckdb"


@pytest.fixture(scope="session")
def published_demo(request: pytest.FixtureRequest) -> Path:
    """The published file of the demo company as of its first day, manifest beside it."""
    kept = request.config.cache.mkdir("published_demo") / _hash_of_sources()
    if not (kept / "CURRENT").exists():
        building = kept.with_suffix(".building")
        shutil.rmtree(building, ignore_errors=True)
        data = DataFolder(building).create()
        company = request.getfixturevalue("demo_company")
        _land(data.raw, company)
        models = Transform(data, AS_OF)
        models.build(select=[BEFORE_PLACEMENT])
        place_demand(data, AS_OF.date())
        models.build(exclude=[BEFORE_PLACEMENT])
        publish(data, AS_OF)
        shutil.rmtree(kept, ignore_errors=True)
        data.published.rename(kept)
        shutil.rmtree(building)
    return kept


def _hash_of_sources() -> str:
    told = hashlib.sha256()
    for folder in MADE_OF:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".py", ".sql", ".yml", ".csv") and path.is_file():
                told.update(path.read_bytes())
    return told.hexdigest()[:16]


def _land(raw_path: Path, company: Path) -> None:
    """The company's records as one whole extraction; the wire is tested elsewhere."""
    from extract import create_raw

    create_raw(raw_path)
    with duckdb.connect(str(raw_path)) as raw:
        tables = raw.execute(
            "select table_name from duckdb_tables() where contains(table_name, '__')"
        ).fetchall()
        for number, (table,) in enumerate(sorted(tables), start=1):
            system, name = table.split("__")
            records = _records(company / system, name)
            if records is None:
                continue
            key = "Id" if system == "salesforce" else KEYS.get(name, "DocEntry")
            record_key = (
                "concat_ws('|', record->>'ItemCode', record->>'SysNumber', record->>'WhsCode',"
                " record->>'Currency', record->>'Date')"
                if name in ("lot_quantities", "currency_rates")
                else f"record->>'{key}'"
            )
            raw.execute(
                f"insert into {table} select {number}, 1, row_number() over (), {record_key}, '',"
                " null, coalesce(record->>'IsDeleted', 'false') = 'true', record"
                f" from ({records})"
            )
            raw.execute(
                "insert into extraction (extraction_id, system, object, source, mode, state,"
                " seen_at) values (?, ?, ?, ?, 'full', 'closed', ?)",
                [number, system, name.replace("_", ""), system, AS_OF.replace(tzinfo=None)],
            )


def _records(folder: Path, name: str) -> str | None:
    if name == "lot_quantities":
        return (
            "select to_json({ItemCode: q.ItemCode, SysNumber: q.SysNumber, WhsCode: q.WhsCode,"
            " Quantity: q.Quantity, DistNumber: b.DistNumber, ExpDate: b.ExpDate,"
            " MnfDate: b.MnfDate, InDate: b.InDate, Status: b.Status}) as record"
            f" from read_json('{folder}/OBTQ.jsonl', format = 'newline_delimited') as q"
            f" join read_json('{folder}/OBTN.jsonl', format = 'newline_delimited') as b"
            " on q.ItemCode = b.ItemCode and q.SysNumber = b.SysNumber"
        )
    for path in folder.glob("*.jsonl"):
        snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", path.stem).lower()
        if snake == name:
            return f"select json as record from read_json_objects('{path}')"
    return None


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
def server(published_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboards]:
    """`python -m dashboards` over a copy of the published demo."""
    data = tmp_path_factory.mktemp("dashboards")
    published = data / "made" / "published"
    shutil.copytree(published_demo, published)
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
