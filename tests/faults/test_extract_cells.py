"""F1 to F10 and F27 at a live source: cells of the matrix that no other file proves."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from small_company import salesforce, sap_b1
from told_source import ask, current, fresh

from extract import QuotaSpent, Refuse, TryAgain, extract_object
from sandbox.serve import RunningServers

AS_OF = datetime(2025, 9, 1, 6, tzinfo=UTC)


def requests(servers: RunningServers, system: str, path: str) -> list[str]:
    """Queries of the requests whose path ends so, in order."""
    return [
        str(entry.detail.get("query", ""))
        for entry in servers.context(system).state.journal(0, "request")
        if str(entry.detail["path"]).endswith(path)
    ]


def logins(servers: RunningServers) -> int:
    return len(requests(servers, "salesforce", "/oauth2/token"))


def test_F1_an_object_has_its_time_and_the_next_run_goes_on(
    servers: RunningServers, tmp_path: Path
) -> None:
    raw = fresh(tmp_path)
    options = {"seconds": 0.4}
    servers.context("sap_b1").faults.plan("slow", path=r"/Orders$", skip=1, options=options)
    with pytest.raises(TryAgain, match="the time for reading it is over") as caught:
        extract_object(sap_b1(servers.environment), "Orders", raw, AS_OF, seconds=0.4)
    assert caught.value.facts.object == "Orders"
    assert ask(raw, "select count(*) from extraction") == [(0,)]
    before = len(requests(servers, "sap_b1", "/Orders"))
    assert extract_object(sap_b1(servers.environment), "Orders", raw, AS_OF).landed == 12
    assert len(requests(servers, "sap_b1", "/Orders")) - before == 1, "two pages came before"


def test_F3_an_answer_too_long_is_asked_for_in_smaller_pages_never_again_the_same(
    servers: RunningServers, tmp_path: Path
) -> None:
    options = {"status": 413, "body": "<h1>Request Entity Too Large</h1>"}
    faults = servers.context("sap_b1").faults
    fault = faults.plan("status", path=r"/Orders$", skip=1, count=2, options=options)
    before = len(requests(servers, "sap_b1", "/Orders"))
    told = extract_object(sap_b1(servers.environment), "Orders", fresh(tmp_path), AS_OF)
    assert fault.hit == 2
    assert (told.received, told.landed) == (12, 12)
    # Five records, then twice refused, then the other seven one by one.
    assert len(requests(servers, "sap_b1", "/Orders")) - before == 1 + 2 + 7


def test_F4_a_first_load_says_how_many_calls_it_takes_and_no_later_one_does(
    servers: RunningServers, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    raw = fresh(tmp_path)
    with caplog.at_level(logging.INFO, "promesa.extract"):
        extract_object(salesforce(servers.environment), "Account", raw, AS_OF)
        extract_object(salesforce(servers.environment), "Account", raw, AS_OF)
    (told,) = [line for line in caplog.messages if "first load" in line]
    assert told.startswith("salesforce Account: first load of 12 records, about 1 calls of ")
    assert told.endswith(" left today.")


def test_F4_when_calls_return_the_object_is_read(servers: RunningServers, tmp_path: Path) -> None:
    raw = fresh(tmp_path)
    servers.context("salesforce").faults.plan("quota", path=r"/queryAll$", count=None)
    with pytest.raises(QuotaSpent):
        extract_object(salesforce(servers.environment), "Account", raw, AS_OF)
    servers.context("salesforce").faults.clear()
    assert extract_object(salesforce(servers.environment), "Account", raw, AS_OF).landed == 12


@pytest.mark.parametrize("path", [r"/jobs/query/\w+$", r"/results$"])
def test_F6_a_session_that_ends_within_a_job_is_renewed_once(
    servers: RunningServers, tmp_path: Path, path: str
) -> None:
    before = logins(servers)
    servers.context("salesforce").faults.plan("expired_session", method="GET", path=path)
    source = salesforce(servers.environment, bulk_from_rows=1)
    assert extract_object(source, "Account", fresh(tmp_path), AS_OF).landed == 12
    assert logins(servers) - before == 2


def test_F6_workers_that_meet_an_ended_session_together_sign_in_once(
    servers: RunningServers,
) -> None:
    source = salesforce(servers.environment)
    source.session.sign_in()
    before = logins(servers)
    servers.context("salesforce").faults.plan("expired_session", path="/limits$")
    told: list[int] = []

    def work() -> None:
        told.append(source.session.get(f"{source.session.data}/limits").status)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert told == [200] * 4
    assert logins(servers) - before == 1


def test_F10_a_new_field_lands_and_is_reported_and_a_missing_one_is_named(
    own_servers: RunningServers, tmp_path: Path
) -> None:
    raw, faults = fresh(tmp_path), own_servers.context("salesforce").faults
    source = salesforce(own_servers.environment)
    extract_object(source, "Account", raw, AS_OF)
    change = {"object": "Account", "field": "Region__c", "type": "string"}
    faults.plan("schema_change", options={**change, "change": "added"})
    told = extract_object(source, "Account", raw, AS_OF, full=True)
    assert [(each.field, each.kind) for each in told.drift] == [("Region__c", "added")]
    faults.plan(
        "schema_change", options={"object": "Account", "field": "Name", "change": "removed"}
    )
    kept = current(raw, "salesforce__account")
    with pytest.raises(Refuse) as caught:
        extract_object(source, "Account", raw, AS_OF)
    assert (caught.value.facts.object, caught.value.facts.field) == ("Account", "Name")
    assert current(raw, "salesforce__account") == kept, "the last whole batch stays"
    assert extract_object(source, "Contact", raw, AS_OF).landed == 12, "others go on"


def test_F27_no_cursor_follows_the_clock_of_the_run(
    servers: RunningServers, tmp_path: Path
) -> None:
    for name, source in (
        ("Orders", sap_b1(servers.environment)),
        ("Account", salesforce(servers.environment)),
    ):
        told = [
            extract_object(source, name, fresh(tmp_path / f"{name}{days}"), AS_OF + timedelta(days))
            for days in (0, -400, 400)
        ]
        assert len({each.cursor for each in told} - {None}) == 1
