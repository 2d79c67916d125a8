"""F and B rows of the live sources: what goes wrong at a server, and what is left in raw."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from raw_sockets import http, raw_server
from small_company import salesforce, salesforce_settings, sap_b1, sap_b1_settings
from told_source import ToldSource, ask, current, fresh, items, land

from extract import (
    Misconfigured,
    QuotaSpent,
    Refuse,
    SalesforceSource,
    SapB1Source,
    Stop,
    TryAgain,
    check,
    extract_object,
    open_sources,
)
from extract.landing import incoming_folder, writing
from extract.transport import Limits
from sandbox import salesforce as sandbox_salesforce
from sandbox.serve import RunningServers

AS_OF = datetime(2025, 9, 1, 6, tzinfo=UTC)


def logins(servers: RunningServers) -> int:
    """Logins and tokens that both servers were asked for."""
    return sum(
        1
        for name in ("salesforce", "sap_b1")
        for entry in servers.context(name).state.journal(0, "request")
        if str(entry.detail.get("path", "")).endswith(("/Login", "/oauth2/token"))
    )


@pytest.mark.parametrize("kind", ["cut_body", "drop_before", "drop_after"])
def test_f2_a_broken_page_is_read_again_and_only_it(
    servers: RunningServers, tmp_path: Path, kind: str
) -> None:
    fault = servers.context("sap_b1").faults.plan(kind, path=r"/Orders$", skip=1)
    source = sap_b1(servers.environment)
    told = extract_object(source, "Orders", fresh(tmp_path), AS_OF)
    assert fault.hit == 1
    assert (told.received, told.landed) == (12, 12)
    assert told.calls == 7  # login, two counts, three pages, one of them twice


def test_f2_html_under_200_never_lands(servers: RunningServers, tmp_path: Path) -> None:
    options = {"status": 200, "body": "<html>maintenance</html>", "content_type": "text/html"}
    servers.context("sap_b1").faults.plan("status", path=r"/Orders$", count=None, options=options)
    raw = fresh(tmp_path)
    with pytest.raises(TryAgain) as caught:
        extract_object(sap_b1(servers.environment), "Orders", raw, AS_OF)
    assert (caught.value.facts.system, caught.value.facts.object) == ("sap_b1", "Orders")
    assert ask(raw, "select count(*) from extraction") == [(0,)]
    assert list(incoming_folder(raw).iterdir()) == []


def test_f2_a_bulk_page_with_fewer_rows_than_declared(
    servers: RunningServers, tmp_path: Path
) -> None:
    fault = servers.context("salesforce").faults.plan("cut_body", path=r"/results$")
    source = salesforce(servers.environment, bulk_from_rows=1)
    told = extract_object(source, "Account", fresh(tmp_path), AS_OF)
    assert fault.hit == 1
    assert told.landed == told.received == 12


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_f3_a_restarting_server_is_waited_for(
    servers: RunningServers, tmp_path: Path, status: int
) -> None:
    options = {"status": status, "body": "<html>Bad Gateway</html>"}
    for name, path in (("sap_b1", r"/Items$"), ("salesforce", r"/queryAll$")):
        servers.context(name).faults.plan("status", path=path, count=2, options=options)
    raw = fresh(tmp_path)
    assert extract_object(sap_b1(servers.environment), "Items", raw, AS_OF).landed == 12
    assert extract_object(salesforce(servers.environment), "Account", raw, AS_OF).landed == 12


def test_f3_a_query_too_long_for_an_address_goes_by_bulk(
    servers: RunningServers, tmp_path: Path
) -> None:
    options = {"status": 414, "body": "<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>"}
    servers.context("salesforce").faults.plan(
        "status", path=r"/queryAll$", skip=1, count=1, options=options
    )
    told = extract_object(salesforce(servers.environment), "Account", fresh(tmp_path), AS_OF)
    assert told.landed == 12


def test_f4_a_spent_quota_ends_all_calls_to_that_system(
    servers: RunningServers, tmp_path: Path
) -> None:
    servers.context("salesforce").faults.plan("quota", path=r"/queryAll$", count=None)
    source = salesforce(servers.environment)
    raw = fresh(tmp_path)
    with pytest.raises(QuotaSpent):
        extract_object(source, "Account", raw, AS_OF)
    calls = source.session.traffic.calls
    with pytest.raises(QuotaSpent, match="salesforce Contact:"):  # not the one that met it (I22)
        extract_object(source, "Contact", raw, AS_OF)
    assert source.session.traffic.calls == calls


def test_f4_the_last_calls_of_the_day_are_left_to_others(
    servers: RunningServers, tmp_path: Path
) -> None:
    source = salesforce(servers.environment, reserve_calls=10**9)
    with pytest.raises(QuotaSpent, match="API calls are left"):
        extract_object(source, "Account", fresh(tmp_path), AS_OF)


def test_f6_a_session_that_ends_between_pages_is_renewed_once(
    servers: RunningServers, tmp_path: Path
) -> None:
    before = logins(servers)
    servers.context("sap_b1").faults.plan("expired_session", path=r"/Orders$", skip=1)
    servers.context("salesforce").faults.plan("expired_session", path=r"/queryAll$", skip=1)
    raw = fresh(tmp_path)
    assert extract_object(sap_b1(servers.environment), "Orders", raw, AS_OF).landed == 12
    assert extract_object(salesforce(servers.environment), "Account", raw, AS_OF).landed == 12
    assert logins(servers) - before == 4


def test_f6_one_login_is_shared_by_all_workers(servers: RunningServers) -> None:
    before = logins(servers)
    source = sap_b1(servers.environment)
    workers = [
        threading.Thread(target=source.session.get, args=("Orders/$count",)) for _ in range(6)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert logins(servers) - before == 1


def test_f7_b1_refused_credentials_are_tried_once(servers: RunningServers, tmp_path: Path) -> None:
    before = logins(servers)
    raw = fresh(tmp_path)
    crm = salesforce(servers.environment, client_secret="wrong")
    erp = sap_b1(servers.environment, password="wrong")
    for source, name in ((crm, "Account"), (crm, "Contact"), (erp, "Items"), (erp, "Orders")):
        with pytest.raises(Stop) as caught:
            extract_object(source, name, raw, AS_OF)
        assert "Nothing else was tried." in str(caught.value)
        assert caught.value.facts.object == name  # I22: each object that was not read is named
    assert logins(servers) - before == 2


def test_b1_the_sentence_names_code_and_settings(servers: RunningServers) -> None:
    with pytest.raises(Stop) as caught:
        salesforce(servers.environment, client_secret="wrong").session.sign_in()
    text = str(caught.value)
    assert "Salesforce refused the credentials (`invalid_client" in text
    assert "`SALESFORCE_CLIENT_SECRET`" in text
    assert "wrong" not in text


def test_b2_another_program_at_the_address() -> None:
    with raw_server(http(b"<html>nginx</html>", "404 Not Found")) as server:
        settings = {"SAP_B1_URL": server.address, "SAP_B1_COMPANY": "DB", "SAP_B1_USER": "u"}
        with pytest.raises(Stop, match="is not a Service Layer"):
            sap_b1({**settings, "SAP_B1_PASSWORD": "p"}).session.sign_in()


def test_f8_a_field_that_may_not_be_read_is_named(servers: RunningServers, tmp_path: Path) -> None:
    body = '{"fields":[{"name":"Id","type":"id"},{"name":"SystemModstamp","type":"datetime"}]}'
    options = {"status": 200, "body": body, "content_type": "application/json"}
    servers.context("salesforce").faults.plan("status", path="Account/describe", options=options)
    raw = fresh(tmp_path)
    source = salesforce(servers.environment)
    with pytest.raises(Refuse) as caught:
        extract_object(source, "Account", raw, AS_OF)
    assert caught.value.facts.field == "Name"
    assert "Promesa Integration" in str(caught.value)
    assert extract_object(source, "Contact", raw, AS_OF).landed == 12


def test_f8_an_object_that_may_not_be_used_is_named(
    servers: RunningServers, tmp_path: Path
) -> None:
    body = '{"error":{"code":"-6006","message":"You are not permitted"}}'
    options = {"status": 403, "body": body, "content_type": "application/json"}
    servers.context("sap_b1").faults.plan("status", path="Resources", count=None, options=options)
    raw = fresh(tmp_path)
    with pytest.raises(Refuse, match="may not use Resources"):
        extract_object(sap_b1(servers.environment), "Resources", raw, AS_OF)


def test_f10_a_number_that_became_text_is_refused_by_describe(
    servers: RunningServers, tmp_path: Path
) -> None:
    names = ("AccountId", "StageName", "CloseDate", "IsClosed", "IsWon", "SystemModstamp")
    fields = [{"name": name, "type": "string"} for name in ("Id", "Amount", *names)]
    options = {"status": 200, "body": json.dumps({"fields": fields})}
    servers.context("salesforce").faults.plan("status", path="describe", options=options)
    with pytest.raises(Refuse) as caught:
        extract_object(salesforce(servers.environment), "Opportunity", fresh(tmp_path), AS_OF)
    assert caught.value.facts.code == "retyped"


def test_f9_rows_that_move_while_read_are_not_taken_for_deleted(tmp_path: Path) -> None:
    """A Service Layer whose count changes at every look: three reads, then landed as incomplete."""
    counts = iter(range(20, 40))
    page = b'{"value":[{"WarehouseCode":"01"}]}'

    def reply(connection) -> None:  # type: ignore[no-untyped-def]
        request = server.requests[-1].split(b"\r\n")[0]
        if b"Login" in request:
            connection.sendall(http(b'{"SessionId":"x"}', "200 OK", "Set-Cookie: B1SESSION=x;"))
        elif b"$count" in request or b"%24count" in request:
            connection.sendall(http(str(next(counts)).encode()))
        else:
            connection.sendall(http(page))

    with raw_server(reply) as server:
        settings = {"SAP_B1_URL": server.address, "SAP_B1_COMPANY": "DB", "SAP_B1_USER": "u"}
        source = sap_b1({**settings, "SAP_B1_PASSWORD": "pass"})
        raw = fresh(tmp_path)
        told = extract_object(source, "Warehouses", raw, AS_OF)
        again = extract_object(source, "Warehouses", raw, AS_OF)
    assert (told.landed, told.deleted, again.deleted) == (1, 0, 0)


def test_f2_i3_fewer_records_than_both_counts_say_land_nothing(
    servers: RunningServers, tmp_path: Path
) -> None:
    empty = {"status": 200, "body": '{"value": []}', "content_type": "application/json"}
    faults = servers.context("sap_b1").faults
    faults.plan("status", path="/Orders$", count=20, options=empty)
    raw, source = fresh(tmp_path), sap_b1(servers.environment)
    with pytest.raises(TryAgain, match="12 records were counted and 0 came"):
        extract_object(source, "Orders", raw, AS_OF)
    faults.clear()
    assert extract_object(source, "Orders", raw, AS_OF).landed == 12


def test_f2_i5_an_empty_answer_after_a_count_lands_nothing(
    servers: RunningServers, tmp_path: Path
) -> None:
    body = '{"totalSize": 0, "done": true, "records": []}'
    empty = {"status": 200, "body": body, "content_type": "application/json"}
    servers.context("salesforce").faults.plan("status", path="/queryAll", skip=1, options=empty)
    source = salesforce(servers.environment)
    with pytest.raises(TryAgain, match="records were counted and 0 came"):
        extract_object(source, "Opportunity", fresh(tmp_path), AS_OF)


@pytest.mark.parametrize("link", ["Warehouses?$skip=5", "Warehouses", "Warehouses?$skip=0"])
def test_s14_a_next_link_that_leads_in_a_circle_ends(tmp_path: Path, link: str) -> None:
    page = ('{"value":[{"WarehouseCode":"01"}],"@odata.nextLink":"' + link + '"}').encode()

    def reply(connection) -> None:  # type: ignore[no-untyped-def]
        request = server.requests[-1].split(b"\r\n")[0]
        if b"Login" in request:
            connection.sendall(http(b'{"SessionId":"x"}', "200 OK", "Set-Cookie: B1SESSION=x;"))
        else:
            connection.sendall(http(b"7" if b"count" in request else page))

    with raw_server(reply) as server:
        settings = {"SAP_B1_URL": server.address, "SAP_B1_COMPANY": "DB", "SAP_B1_USER": "u"}
        raw = fresh(tmp_path)
        with pytest.raises(Refuse, match="next link of page"):
            extract_object(
                sap_b1({**settings, "SAP_B1_PASSWORD": "pass"}), "Warehouses", raw, AS_OF
            )
        assert len(server.requests) < 8
    assert ask(raw, "select count(*) from sap_b1__warehouses") == [(0,)]


def test_s14_a_repeated_locator_of_salesforce_ends(tmp_path: Path) -> None:
    token = '{"access_token":"tokentoken","instance_url":"%s","id":"x/y"}'
    types = {"Id": "id", "Name": "string", "SystemModstamp": "datetime"}
    fields = [{"name": name, "type": kind} for name, kind in types.items()]
    describe = json.dumps({"fields": fields})
    page = (
        '{"totalSize":9,"done":false,"nextRecordsUrl":"/services/data/v60.0/query/0r8x",'
        '"records":[{"Id":"1","Name":"n","SystemModstamp":"2025-08-30T10:00:00.000+0000"}]}'
    )

    def reply(connection) -> None:  # type: ignore[no-untyped-def]
        request = server.requests[-1].split(b"\r\n")[0]
        if b"token" in request:
            connection.sendall(http((token % server.address).encode()))
        elif b"describe" in request:
            connection.sendall(http(describe.encode()))
        else:
            connection.sendall(http(page.encode()))

    with raw_server(reply) as server:
        source = salesforce(
            {
                "SALESFORCE_LOGIN_URL": server.address,
                "SALESFORCE_CLIENT_ID": "id",
                "SALESFORCE_CLIENT_SECRET": "sssss",
            }
        )
        with pytest.raises(Refuse, match="page 2 repeats"):
            extract_object(source, "Account", fresh(tmp_path), AS_OF)
        assert len(server.requests) < 8


def test_s3_the_token_goes_to_no_other_host() -> None:
    answer = b'{"access_token":"tokentoken","instance_url":"http://127.0.0.1:9","id":"x/y"}'
    with raw_server(http(answer)) as server:
        source = salesforce(
            {
                "SALESFORCE_LOGIN_URL": server.address,
                "SALESFORCE_CLIENT_ID": "id",
                "SALESFORCE_CLIENT_SECRET": "sssss",
            }
        )
        with pytest.raises(Stop, match="not trusted"):
            source.session.sign_in()
        assert len(server.requests) == 1


_KILLED = """
import sys, os, signal, datetime
from pathlib import Path
sys.path.insert(0, sys.argv[2])
import extract.landing.land as _  # the module, under its function's name
from told_source import ToldSource, items, AS_OF
from extract import extract_object
land = sys.modules["extract.landing.land"]
place = sys.argv[3]
whole = getattr(land, place)
def dies(*given, **named):
    if sys.argv[4] == "after":
        whole(*given, **named)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(land, place, dies)
extract_object(ToldSource([items(20, ItemName="second")]), "Items", Path(sys.argv[1]), AS_OF)
"""


@pytest.mark.parametrize(
    ("place", "when"),
    [
        ("_stage", "before"),
        ("keep_rejects", "after"),
        ("_insert_rows", "after"),
        ("_close", "before"),
        ("_close", "after"),
    ],
)
def test_f22_i4_a_kill_leaves_nothing(tmp_path: Path, place: str, when: str) -> None:
    raw = fresh(tmp_path)
    land(raw, items(20))
    before = current(raw, "sap_b1__items")
    helpers = str(Path(__file__).parent.parent / "extract")
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, str(raw), helpers, place, when], check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert list(incoming_folder(raw).iterdir()) != []
    assert current(raw, "sap_b1__items") == before
    assert ask(raw, "select count(*) from extraction") == [(1,)]
    assert land(raw, items(20, ItemName="second")).landed == 1
    assert list(incoming_folder(raw).iterdir()) == []


_HOLDER = """
import sys, time
from pathlib import Path
from extract.landing import writing
with writing(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_f26_the_second_run_is_told_who_writes_and_a_dead_one_does_not_block(
    tmp_path: Path,
) -> None:
    raw = fresh(tmp_path)
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(raw)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == "held"
        with pytest.raises(TryAgain, match=f"being written by process {holder.pid} since 20"):
            land(raw, items(3))
    finally:
        holder.kill()
        holder.wait()
    assert land(raw, items(3)).landed == 3


def test_f26_threads_of_one_process_take_turns(tmp_path: Path) -> None:
    raw = fresh(tmp_path)
    failures: list[Exception] = []

    def work(name: str) -> None:
        try:
            extract_object(ToldSource([[{"Code": "x", "Name": "y"}]]), name, raw, AS_OF)
        except Exception as error:
            failures.append(error)

    workers = [threading.Thread(target=work, args=(name,)) for name in ("Currencies", "Resources")]
    with writing(raw):
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert failures == []
    assert ask(raw, "select count(*), count(distinct extraction_id) from extraction") == [(2, 2)]


def test_f24_a_full_disk_stops_and_says_how_much_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = fresh(tmp_path)

    class Full(ToldSource):
        def read(self, spec, plan):  # type: ignore[no-untyped-def]
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(Stop, match=r"is full \(\d+ MB free\)"):
        extract_object(Full(), "Items", raw, AS_OF)
    assert ask(raw, "select count(*) from extraction") == [(0,)]


def test_s1_secrets_reach_no_file_and_no_output(
    servers: RunningServers, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    servers.context("salesforce").faults.plan("cut_body", path="/queryAll")
    servers.context("sap_b1").faults.plan("expired_session", path="/Items")
    raw = fresh(tmp_path)
    crm, erp = salesforce(servers.environment), sap_b1(servers.environment)
    for source, name in ((crm, "Account"), (erp, "Items")):
        extract_object(source, name, raw, AS_OF)
    secrets = [
        servers.environment["SALESFORCE_CLIENT_SECRET"],
        servers.environment["SAP_B1_PASSWORD"],
        crm.session._token,
        erp.session._cookie.partition("=")[2].partition(";")[0],
    ]
    shown = capfd.readouterr()
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for secret in secrets:
        assert secret.encode() not in written
        assert secret not in shown.out + shown.err
        assert secret not in repr(crm.session.settings) + repr(erp.session.settings)


def test_s15_what_is_spooled_is_for_the_owner_alone(tmp_path: Path) -> None:
    raw = fresh(tmp_path)
    modes: list[int] = []

    class Looking(ToldSource):
        def read(self, spec, plan):  # type: ignore[no-untyped-def]
            modes.append(plan.spool.stat().st_mode & 0o077)
            return super().read(spec, plan)

    extract_object(Looking([items(2)]), "Items", raw, AS_OF)
    assert modes == [0]
    assert raw.stat().st_mode & 0o077 == 0
    assert raw.parent.stat().st_mode & 0o077 == 0


def test_b23_wrong_settings_are_one_sentence_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in list(os.environ):
        if name.startswith(("SALESFORCE_", "SAP_B1_")):
            monkeypatch.delenv(name)
    env = tmp_path / ".env"

    def told(text: str) -> str:
        env.write_text(text)
        env.chmod(0o600)
        with pytest.raises(Misconfigured) as caught, open_sources(env_file=env):
            raise AssertionError("opened")
        return str(caught.value)

    assert "No source is configured." in told("")
    wrong = told("SAP_B1_URL=https://erp:50000\nSAP_B1_TIMEOUT_SECONDS=abc\nSAP_B1_USER=u\n")
    assert '`SAP_B1_TIMEOUT_SECONDS`: "abc" is not a number.' in wrong
    assert "`SAP_B1_COMPANY` is missing." in wrong
    assert "`SAP_B1_PASSWORD` is missing." in wrong
    assert "did you mean `SAP_B1_COMPANY`?" in told("SAP_B1_COMPANI=x\n")
    assert "Give `SALESFORCE_CLIENT_SECRET`" in told(
        "SALESFORCE_LOGIN_URL=https://a.my.salesforce.com\nSALESFORCE_CLIENT_ID=x\n"
    )
    env.write_text("SAP_B1_PASSWORD=x\n")
    env.chmod(0o644)
    with pytest.raises(Misconfigured, match="chmod 600"), open_sources(env_file=env):
        raise AssertionError("opened")


def test_check_names_what_to_do(servers: RunningServers, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in servers.environment.items():
        monkeypatch.setenv(name, value)
    assert [finding for finding in check() if not finding.is_well] == []
    monkeypatch.setenv("SAP_B1_PASSWORD", "wrong")
    wrong = [finding for finding in check() if not finding.is_well]
    assert [(finding.system, finding.subject) for finding in wrong] == [("sap_b1", "connection")]
    assert "`SAP_B1_PASSWORD`" in wrong[0].what_to_do


def test_the_jwt_bearer_signs_in_as_well(servers: RunningServers, tmp_path: Path) -> None:
    context = servers.context("salesforce")
    keyed = sandbox_salesforce.jwt_environment(context, servers.salesforce_url)
    source = SalesforceSource(salesforce_settings(keyed), Limits(attempts=1))
    assert extract_object(source, "Account", fresh(tmp_path), AS_OF).landed == 12


def test_sessions_end_when_a_source_is_closed(servers: RunningServers) -> None:
    source = SapB1Source(sap_b1_settings(servers.environment))
    source.session.sign_in()
    source.close()
    paths = [
        str(entry.detail.get("path"))
        for entry in servers.context("sap_b1").state.journal(0, "request")
    ]
    assert paths[-1].endswith("/Logout")
