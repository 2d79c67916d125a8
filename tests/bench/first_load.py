"""`make bench-load`: a first load of 1,000,000 CRM rows and of 200,000 ERP documents.

Each is read in a process of its own, whose greatest memory is told, from a server that makes up its
answers: Bulk results of 50,000 rows, pages of documents with five lines. So nothing of the other
side's work or memory counts, and the figures say what reading and landing take.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from pydantic import SecretStr

from extract import (
    SalesforceSettings,
    SalesforceSource,
    SapB1Settings,
    SapB1Source,
    Source,
    create_raw,
    extract_object,
)
from tests.bench.told import heading, progress, table

ROWS, DOCUMENTS = 1_000_000, 200_000
AS_OF = datetime(2025, 9, 1, 6, tzinfo=UTC)
_BULK_ROWS, _PAGE = 50_000, 500
_STAMP = "2025-08-30T10:00:00.000+0000"
_FIELDS = {
    "Id": "id", "Name": "string", "AccountId": "reference", "StageName": "picklist",
    "Amount": "currency", "Probability": "percent", "CloseDate": "date", "IsClosed": "boolean",
    "IsWon": "boolean", "IsDeleted": "boolean", "OwnerId": "reference", "Description": "string",
    "CreatedDate": "datetime", "LastModifiedDate": "datetime", "SystemModstamp": "datetime",
}  # fmt: skip


class _Load(NamedTuple):
    landed: int
    bytes: int
    calls: int
    seconds: float
    peak_mb: float
    file_mb: float


def _deals(first: int, count: int) -> bytes:
    lines = [",".join(f'"{name}"' for name in _FIELDS)]
    for n in range(first, first + count):
        lines.append(
            f'"006{n:015d}","Deal {n}","001{n % 5000:015d}","Prospecting","{n % 90_000}.50","10",'
            f'"2025-12-{n % 28 + 1:02d}","false","false","false","005000000000001AAA",'
            f'"Pumps for line {n % 70}","{_STAMP}","{_STAMP}","{_STAMP}"'
        )
    return "\n".join(lines).encode() + b"\n"


@cache
def _lines() -> str:
    rows = [
        {"LineNum": n, "ItemCode": f"A-{n:03}", "Quantity": 10.0, "Price": 12.5, "Currency": "EUR",
         "LineTotal": 125.0, "WarehouseCode": "01", "BaseType": None, "BaseEntry": None,
         "BaseLine": None, "LineStatus": "bost_Open", "UoMCode": "pc", "FreeText": None}
        for n in range(5)
    ]  # fmt: skip
    return json.dumps(rows)


def _orders(first: int, count: int) -> bytes:
    rows = ",".join(
        f'{{"DocEntry":{n},"DocNum":{n},"DocDate":"2025-08-01T00:00:00Z","DocDueDate":'
        f'"2025-09-01T00:00:00Z","CardCode":"C{n % 900:05}","DocTotal":625.0,"DocCurrency":"EUR",'
        f'"UpdateDate":"2025-08-30T00:00:00Z","UpdateTime":"10:00:00","DocumentLines":{_lines()}}}'
        for n in range(first, first + count)
    )
    more = f',"@odata.nextLink":"Orders?$skip={first + count}"' if first + count < DOCUMENTS else ""
    return f'{{"value":[{rows}]{more}}}'.encode()


class _Answers(BaseHTTPRequestHandler):
    """Both systems' answers, as far as a first load asks for them."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _any(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        address, headers = urlsplit(self.path), {}
        options = {name: values[0] for name, values in parse_qs(address.query).items()}
        if address.path.endswith("/token"):
            here = f"http://127.0.0.1:{self.server.server_address[1]}"
            body = json.dumps({"access_token": "t" * 20, "instance_url": here, "id": "o/u"})
        elif address.path.endswith("/describe"):
            body = json.dumps({"fields": [{"name": n, "type": t} for n, t in _FIELDS.items()]})
        elif address.path.endswith("/queryAll"):
            body = json.dumps({"totalSize": ROWS, "done": True, "records": []})
        elif address.path.endswith("/results"):
            first = int(options.get("locator", "0"))
            body = _deals(first, _BULK_ROWS)
            rest = first + _BULK_ROWS
            headers["Sforce-Locator"] = str(rest) if rest < ROWS else "null"
            headers["Sforce-NumberOfRecords"] = str(_BULK_ROWS)
        elif "/jobs/query" in address.path:
            job = {"id": "750", "state": "JobComplete", "numberRecordsProcessed": ROWS}
            body = json.dumps(job)
        elif address.path.endswith("/Login"):
            body, headers["Set-Cookie"] = '{"SessionId":"x"}', "B1SESSION=x;HttpOnly;"
        elif address.path.endswith("/$count"):
            body = str(DOCUMENTS)
        else:
            body = _orders(int(options.get("$skip", "0")), _PAGE)
        content = body if isinstance(body, bytes) else body.encode()
        self.send_response(200)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_DELETE = _any

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _serve(told: Connection) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    told.send(server.server_port)
    server.serve_forever()


@contextmanager
def _server() -> Iterator[str]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()


def _salesforce(address: str) -> Source:
    secret = SecretStr("bench-secret")
    return SalesforceSource(
        SalesforceSettings(login_url=address, client_id="bench", client_secret=secret)
    )


def _sap_b1(address: str) -> Source:
    password = SecretStr("bench-secret")
    return SapB1Source(SapB1Settings(url=address, company="DB", user="u", password=password))


def _load(told: Connection, open_source: Callable[[str], Source], name: str, address: str) -> None:
    with tempfile.TemporaryDirectory(prefix="promesa-load-") as folder:
        raw = create_raw(Path(folder) / "raw.duckdb")
        began = time.perf_counter()
        extraction = extract_object(open_source(address), name, raw, AS_OF)
        seconds = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        size = raw.stat().st_size / 1e6
    told.send(_Load(extraction.landed, extraction.bytes, extraction.calls, seconds, peak, size))


def _measured(open_source: Callable[[str], Source], name: str, address: str) -> _Load:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_load, args=(theirs, open_source, name, address))
    process.start()
    theirs.close()
    try:
        load: _Load = ours.recv()
    except EOFError:
        sys.exit(f"The load of {name} ended without a figure.")
    process.join()
    return load


def main() -> None:
    """Load both and print what it took."""
    loads: list[tuple[str, _Load]] = []
    with _server() as address:
        for told, open_source, name in (
            (f"{ROWS:,} CRM rows (Bulk 2.0)", _salesforce, "Opportunity"),
            (f"{DOCUMENTS:,} ERP documents (pages)", _sap_b1, "Orders"),
        ):
            progress(f"first load: {told}")
            loads.append((told, _measured(open_source, name, address)))
    heading("First load, landing included")
    table(
        ("load", "landed", "MB", "calls", "seconds", "rows/s", "peak memory MB", "raw file MB"),
        [
            (
                told,
                f"{one.landed:,}",
                f"{one.bytes / 1e6:,.0f}",
                f"{one.calls:,}",
                f"{one.seconds:.0f}",
                f"{one.landed / one.seconds:,.0f}",
                f"{one.peak_mb:,.0f}",
                f"{one.file_mb:,.0f}",
            )
            for told, one in loads
        ],
    )


if __name__ == "__main__":
    main()
