"""F22 for a read that was cut or killed: the next goes on behind its last whole page (I4, I5)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from raw_sockets import http, raw_server
from small_company import salesforce, sap_b1
from told_source import ToldSource, ask, current, fresh, items

import extract.salesforce.read
from extract import Refuse, TryAgain, extract_object
from extract.landing import Progress, clear_leftovers, incoming_folder
from extract.source import ObjectSpec, Reading, ReadPlan
from sandbox.serve import RunningServers

AS_OF = datetime(2025, 9, 1, 6, tzinfo=UTC)
LATER = AS_OF + timedelta(hours=3)


def asked(servers: RunningServers, system: str, path: str) -> list[str]:
    """Queries of the requests whose path ends so, in order."""
    return [
        str(entry.detail.get("query", ""))
        for entry in servers.context(system).state.journal(0, "request")
        if str(entry.detail["path"]).endswith(path)
    ]


def test_F22_a_read_of_the_service_layer_goes_on_at_its_last_whole_page(
    servers: RunningServers, tmp_path: Path
) -> None:
    raw, whole = fresh(tmp_path), fresh(tmp_path / "unbroken")
    servers.context("sap_b1").faults.plan("drop_before", path=r"/Orders$", skip=2, count=None)
    with pytest.raises(TryAgain):
        extract_object(sap_b1(servers.environment), "Orders", raw, AS_OF)
    assert ask(raw, "select count(*) from extraction") == [(0,)], "I4: nothing of it counts"
    servers.context("sap_b1").faults.clear()
    before = len(asked(servers, "sap_b1", "/Orders"))

    told = extract_object(sap_b1(servers.environment), "Orders", raw, LATER)

    assert len(asked(servers, "sap_b1", "/Orders")) - before == 1, "pages 1 and 2 came before"
    assert (told.received, told.landed, told.calls) == (12, 12, 3)  # login, page 3, count
    assert told.seen_at == AS_OF, "its first pages are that old"
    assert list(incoming_folder(raw).iterdir()) == []
    extract_object(sap_b1(servers.environment), "Orders", whole, AS_OF)
    assert current(raw, "sap_b1__orders") == current(whole, "sap_b1__orders")


_KILLED = """
import os, signal, sys
from datetime import datetime, timezone
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from small_company import sap_b1
from extract import extract_object
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job ignores it
source = sap_b1(dict(os.environ))
fetch, calls = source.session.fetch, []
def dies(*given, **named):
    calls.append(1)
    if len(calls) == 3:
        os.kill(os.getpid(), int(sys.argv[3]))
    return fetch(*given, **named)
source.session.fetch = dies
extract_object(source, "Orders", Path(sys.argv[1]), datetime(2025, 9, 1, 6, tzinfo=timezone.utc))
"""


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_F22_F23_a_killed_or_stopped_read_loses_no_whole_page(
    servers: RunningServers, tmp_path: Path, sign: signal.Signals
) -> None:
    raw = fresh(tmp_path)
    helpers = str(Path(__file__).parent.parent / "extract")
    started = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-c", _KILLED, str(raw), helpers, str(int(sign))],
        env={**os.environ, **servers.environment},
        check=False,
        capture_output=True,
    )
    assert ended.returncode == -sign
    assert time.monotonic() - started < 10, "F23: within 10 s"
    assert ask(raw, "select count(*) from extraction") == [(0,)]
    before = len(asked(servers, "sap_b1", "/Orders"))
    assert extract_object(sap_b1(servers.environment), "Orders", raw, AS_OF).landed == 12
    assert len(asked(servers, "sap_b1", "/Orders")) - before == 1


def test_F22_a_bulk_read_goes_on_in_its_job(
    servers: RunningServers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extract.salesforce.read, "_BULK_PAGE_ROWS", 5)
    raw = fresh(tmp_path)
    servers.context("salesforce").faults.plan("drop_before", path=r"/results$", skip=2, count=None)
    with pytest.raises(TryAgain):
        extract_object(salesforce(servers.environment, bulk_from_rows=1), "Account", raw, AS_OF)
    servers.context("salesforce").faults.clear()
    jobs = len(asked(servers, "salesforce", "/jobs/query"))
    pages = len(asked(servers, "salesforce", "/results"))
    told = extract_object(salesforce(servers.environment, bulk_from_rows=1), "Account", raw, AS_OF)
    assert (told.received, told.landed) == (12, 12)
    assert len(asked(servers, "salesforce", "/jobs/query")) == jobs, "no second job"
    assert len(asked(servers, "salesforce", "/results")) - pages == 1


class Org:
    """A Salesforce at the socket with two pages of accounts, whose second may fail."""

    def __init__(self) -> None:
        self.second: bytes = b""
        self.paths: list[bytes] = []
        types = {"Id": "id", "Name": "string", "SystemModstamp": "datetime"}
        fields = [{"name": name, "type": kind} for name, kind in types.items()]
        self._describe = {"fields": fields}

    def page(self, number: int, link: str = "") -> bytes:
        row = {
            "Id": str(number),
            "Name": "n",
            "SystemModstamp": "2025-08-30T10:00:00.000+0000",
        }
        told = {"totalSize": 2, "done": not link, "records": [row]}
        return http(json.dumps({**told, **({"nextRecordsUrl": link} if link else {})}).encode())

    def answer(self, address: str, line: bytes) -> bytes:
        if b"token" in line:
            told = {"access_token": "tokentoken", "instance_url": address, "id": "x/y"}
            return http(json.dumps(told).encode())
        if b"describe" in line:
            return http(json.dumps(self._describe).encode())
        if b"count%28" in line:
            return http(b'{"totalSize":2,"done":true,"records":[]}')
        self.paths.append(line.split()[1].partition(b"?")[0])
        if b"0r8x" in line:
            return self.second
        return self.page(1, "/services/data/v60.0/query/0r8x-1")


@pytest.fixture
def org() -> Iterator[tuple[Org, dict[str, str]]]:
    told = Org()

    def reply(connection) -> None:  # type: ignore[no-untyped-def]
        line = server.requests[-1].split(b"\r\n")[0]
        connection.sendall(told.answer(server.address, line))

    with raw_server(reply) as server:
        yield (
            told,
            {
                "SALESFORCE_LOGIN_URL": server.address,
                "SALESFORCE_CLIENT_ID": "id",
                "SALESFORCE_CLIENT_SECRET": "sssss",
            },
        )


def test_F22_a_rest_read_goes_on_at_its_next_link(
    org: tuple[Org, dict[str, str]], tmp_path: Path
) -> None:
    told, environment = org
    raw = fresh(tmp_path)
    told.second = http(b'{"totalSize":2,"records":[', length=90)
    with pytest.raises(TryAgain):
        extract_object(salesforce(environment), "Account", raw, AS_OF)
    told.second, told.paths = told.page(2), []
    assert extract_object(salesforce(environment), "Account", raw, AS_OF).landed == 2
    assert told.paths == [b"/services/data/v60.0/query/0r8x-1"]


def test_F22_a_locator_that_has_died_is_no_end(
    org: tuple[Org, dict[str, str]], tmp_path: Path
) -> None:
    """Salesforce keeps a locator for two days; then the read begins again, once."""
    told, environment = org
    raw = fresh(tmp_path)
    told.second = http(b"", "503 X")
    with pytest.raises(TryAgain):
        extract_object(salesforce(environment), "Account", raw, AS_OF)
    told.second, told.paths = (
        http(b'[{"message":"gone","errorCode":"INVALID_QUERY_LOCATOR"}]', "400 X"),
        [],
    )
    with pytest.raises(Refuse, match="from its first page"):
        extract_object(salesforce(environment), "Account", raw, AS_OF)
    assert [path.endswith(b"0r8x-1") for path in told.paths] == [True, False, True]
    assert list(incoming_folder(raw).iterdir()) == []


def _plan(folder: Path, after: int = 0) -> ReadPlan:
    spool = folder / "incoming" / "t"
    spool.mkdir(parents=True, exist_ok=True)
    return ReadPlan(AS_OF, None, spool, after)


def _begun(plan: ReadPlan) -> Progress:
    progress = Progress(plan, {"query": "q"})
    for number in (1, 2):
        page = plan.spool / f"page-{number}.json"
        page.write_text("{}" * number)
        progress.add(page, number, f"next {number}")
    return progress


def test_F22_only_a_read_of_the_same_is_gone_on_with(tmp_path: Path) -> None:
    plan = _plan(tmp_path)
    _begun(plan)
    again = Progress(plan, {"query": "q"})
    assert [(step.rows, step.next) for step in again.steps] == [(1, "next 1"), (2, "next 2")]
    assert Progress(_plan(tmp_path, after=7), {"query": "q"}).steps == (), "something was landed"
    _begun(plan)
    assert Progress(plan, {"query": "another"}).steps == ()


@pytest.mark.parametrize("cut", [1, 3, 8])
def test_F25_a_cut_line_of_the_record_costs_one_page_only(tmp_path: Path, cut: int) -> None:
    plan = _plan(tmp_path)
    _begun(plan)
    record = plan.spool / "read.jsonl"
    record.write_bytes(record.read_bytes()[:-cut])
    again = Progress(plan, {"query": "q"})
    assert [step.next for step in again.steps] == ["next 1"]
    again.add(plan.spool / "page-2.json", 2, "")
    assert Progress(plan, {"query": "q"}).is_whole


def test_F25_a_page_that_is_not_as_written_begins_the_read_again(tmp_path: Path) -> None:
    plan = _plan(tmp_path)
    _begun(plan)
    (plan.spool / "page-2.json").write_text("{")
    assert Progress(plan, {"query": "q"}).steps == ()


def test_F27_pages_of_another_time_are_not_gone_on_with(tmp_path: Path) -> None:
    """A clock set back, or pages older than a locator lives: read again, never mixed."""
    for hours in (37, -1):
        plan = _plan(tmp_path / str(hours))
        _begun(plan)
        record = plan.spool / "read.jsonl"
        head, *rest = record.read_text().splitlines(keepends=True)
        began = datetime.now(UTC) - timedelta(hours=hours)
        told = json.dumps({**json.loads(head), "began": began.isoformat()}) + "\n"
        record.write_text(told + "".join(rest))
        assert Progress(plan, {"query": "q"}).steps == ()


def test_F22_what_has_no_whole_page_is_cleared_away(tmp_path: Path) -> None:
    raw = fresh(tmp_path)
    for name in ("begun", "empty"):
        (incoming_folder(raw) / name).mkdir()
    _begun(ReadPlan(AS_OF, None, incoming_folder(raw) / "begun"))
    assert clear_leftovers(raw) == 1
    assert [path.name for path in incoming_folder(raw).iterdir()] == ["begun"]


@pytest.mark.parametrize(
    ("seconds", "cursor"), [(59.0, "2025-08-30T10:00:00"), (300.0, "2025-08-30T09:55:00")]
)
def test_I5_a_long_read_gives_back_its_time(tmp_path: Path, seconds: float, cursor: str) -> None:
    """What moved while it was read stands before the newest stamp: the next read looks there."""

    class Long(ToldSource):
        def read(self, spec: ObjectSpec, plan: ReadPlan) -> Reading:
            return replace(super().read(spec, plan), seconds=seconds)

    orders = [
        {**row, "DocEntry": number, "DocNum": number, "DocDate": "2025-08-01T00:00:00Z"}
        for number, row in enumerate(items(3))
    ]
    source = Long([orders])
    assert extract_object(source, "Orders", fresh(tmp_path), AS_OF).cursor == cursor
