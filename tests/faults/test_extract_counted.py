"""F2, F9 and F27: what a read is counted against, its order, and what its cursor follows."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from raw_sockets import http, raw_server
from small_company import salesforce, sap_b1
from told_source import ask, fresh

from extract import SapB1Source, TryAgain, extract_object
from sandbox.serve import RunningServers

AS_OF = datetime(2025, 9, 1, 6, tzinfo=UTC)


def short_page(table: str) -> dict[str, object]:
    """An answer that leaves out two records of a second page and leads on behind them."""
    link = f"{table}?$skip=10"
    body = json.dumps({"value": [{"DocEntry": 1}], "@odata.nextLink": link})
    return {"status": 200, "body": body, "content_type": "application/json"}


def orders_from_the_beginning(servers: RunningServers, raw: Path) -> None:
    """Make the next read of orders an incremental one that finds all of them."""
    extract_object(sap_b1(servers.environment), "Orders", raw, AS_OF)
    with duckdb.connect(str(raw)) as con:
        con.execute("update extraction set cursor_to = '2000-01-01T00:00:00'")


def test_F2_a_shortened_incremental_answer_is_noticed(
    servers: RunningServers, tmp_path: Path
) -> None:
    raw = fresh(tmp_path)
    orders_from_the_beginning(servers, raw)
    options = short_page("Orders")
    servers.context("sap_b1").faults.plan("status", path=r"/Orders$", skip=1, options=options)
    with pytest.raises(TryAgain, match="12 records were counted and 8 came"):
        extract_object(sap_b1(servers.environment), "Orders", raw, AS_OF)
    assert ask(raw, "select count(*) from extraction") == [(1,)], "nothing of it counts"
    told = extract_object(sap_b1(servers.environment), "Orders", raw, AS_OF)
    assert (told.mode, told.received, told.folded) == ("incremental", 12, 12)


def test_F2_a_service_layer_that_knows_no_count_is_read_without_one(
    servers: RunningServers, tmp_path: Path
) -> None:
    raw = fresh(tmp_path)
    orders_from_the_beginning(servers, raw)
    body = '{"error":{"code":"201","message":"Invalid query option"}}'
    options = {"status": 400, "body": body, "content_type": "application/json"}
    servers.context("sap_b1").faults.plan("status", path=r"/Orders$", options=options)
    told = extract_object(sap_b1(servers.environment), "Orders", raw, AS_OF)
    assert (told.mode, told.received) == ("incremental", 12)


def test_F9_lots_are_ordered_and_counted_before_and_after(
    servers: RunningServers, tmp_path: Path
) -> None:
    raw = fresh(tmp_path)
    told = extract_object(sap_b1(servers.environment), "LotQuantities", raw, AS_OF)
    keys = [key for (key,) in ask(raw, "select record_key from sap_b1__lot_quantities")]
    assert told.received == len(keys) > 5, "more than one page"
    state = servers.context("sap_b1").state
    stored = sap_b1(servers.environment).session.get("SQLQueries('PROMESA_LOT_ROWS')").body
    assert b"ORDER BY" in stored.upper()
    counts = sum(
        str(entry.detail["path"]).endswith("SQLQueries('PROMESA_LOT_COUNT')/List")
        for entry in state.journal(0, "request")
    )
    assert counts == 2


def test_F2_I6_a_shortened_list_of_lots_marks_none_as_gone(
    servers: RunningServers, tmp_path: Path
) -> None:
    raw = fresh(tmp_path)
    extract_object(sap_b1(servers.environment), "LotQuantities", raw, AS_OF)
    empty = {"status": 200, "body": '{"value":[]}', "content_type": "application/json"}
    servers.context("sap_b1").faults.plan(
        "status", path=r"PROMESA_LOT_ROWS'\)/List$", count=None, options=empty
    )
    with pytest.raises(TryAgain, match="records were counted and 0 came"):
        extract_object(sap_b1(servers.environment), "LotQuantities", raw, AS_OF)
    assert ask(raw, "select count(*) from sap_b1__lot_quantities where is_deleted") == [(0,)]


def test_F9_a_record_twice_for_another_lost_moves_no_cursor_and_deletes_none(
    servers: RunningServers, tmp_path: Path
) -> None:
    """Page 2 begins one record late: as many records as were counted, one of them twice."""
    raw, faults = fresh(tmp_path), servers.context("sap_b1").faults
    orders_from_the_beginning(servers, raw)
    faults.plan("shifted_rows", path=r"/Orders$", skip=1)
    told = extract_object(sap_b1(servers.environment), "Orders", raw, AS_OF)
    assert (told.received, told.cursor_to) == (12, "2000-01-01T00:00:00")

    first = fresh(tmp_path / "first")
    faults.plan("shifted_rows", path=r"/Orders$", skip=1)
    told = extract_object(sap_b1(servers.environment), "Orders", first, AS_OF)
    assert (told.landed, told.cursor_to) == (11, None), "the next read reads it all again"
    told = extract_object(sap_b1(servers.environment), "Orders", first, AS_OF)
    assert (told.landed, told.folded, told.mode) == (1, 11, "full")

    extract_object(sap_b1(servers.environment), "Items", raw, AS_OF)
    faults.plan("shifted_rows", path=r"/Items$", skip=1)
    assert extract_object(sap_b1(servers.environment), "Items", raw, AS_OF).deleted == 0


@pytest.mark.parametrize("bulk_from_rows", [1, 2000])
def test_F9_salesforce_is_counted_again_when_fewer_came(
    servers: RunningServers, tmp_path: Path, bulk_from_rows: int
) -> None:
    """Fewer than counted before: broken if the second count says so too, else a bin was emptied."""
    faults = servers.context("salesforce").faults
    more = '{"totalSize": 40, "done": true, "records": []}'
    options = {"status": 200, "body": more, "content_type": "application/json"}
    source = salesforce(servers.environment, bulk_from_rows=bulk_from_rows)
    counts = r"/queryAll$"
    faults.plan("status", path=counts, options=options)
    assert extract_object(source, "Account", fresh(tmp_path), AS_OF).landed == 12

    faults.clear()
    faults.plan("status", path=counts, options=options)
    skip = 1 if bulk_from_rows > 1 else 0
    faults.plan("status", path=counts, skip=skip, options=options)
    raw = fresh(tmp_path / "broken")
    with pytest.raises(TryAgain, match="40 records were counted and 12 came"):
        extract_object(source, "Account", raw, AS_OF)
    assert ask(raw, "select count(*) from extraction") == [(0,)]


class Rates:
    """A Service Layer with one foreign currency, whose rates are entered up to a day."""

    def __init__(self) -> None:
        self.known: dict[str, float] = {}
        self.asked: list[str] = []

    def answer(self, line: str) -> bytes:
        if "Login" in line:
            return http(b'{"SessionId":"x"}', "200 OK", "Set-Cookie: B1SESSION=x;")
        if "Currencies" in line:
            return http(b'{"value":[{"Code":"USD"}]}')
        day = line.split("Date=")[1][3:11] if "%27" in line else line.split("Date='")[1][:8]
        self.asked.append(day)
        if day in self.known:
            return http(f'{{"value":{self.known[day]}}}'.encode())
        return http(b'{"error":{"code":"-10","message":"no rate"}}', "400 Bad Request")


@pytest.fixture
def rates() -> Iterator[tuple[Rates, SapB1Source]]:
    told = Rates()

    def reply(connection: socket.socket) -> None:
        line = server.requests[-1].split(b"\r\n")[0].decode()
        connection.sendall(told.answer(line))

    with raw_server(reply) as server:
        settings = {"SAP_B1_URL": server.address, "SAP_B1_COMPANY": "DB", "SAP_B1_USER": "u"}
        yield told, sap_b1({**settings, "SAP_B1_PASSWORD": "pass"}, rate_days=30)


def landed_days(raw: Path) -> list[str]:
    rows = ask(
        raw, "select distinct left(record_key[5:], 10) from sap_b1__currency_rates order by 1"
    )
    return [str(day) for (day,) in rows]


def test_F27_no_rate_is_skipped_after_a_run_dated_ahead(
    rates: tuple[Rates, SapB1Source], tmp_path: Path
) -> None:
    told, source = rates
    raw = fresh(tmp_path)
    told.known = {"20250831": 1.1, "20250901": 1.2}
    extract_object(source, "CurrencyRates", raw, AS_OF)
    extract_object(source, "CurrencyRates", raw, AS_OF + timedelta(days=20))
    told.known |= {"20250902": 1.3, "20250903": 1.4}
    extract_object(source, "CurrencyRates", raw, AS_OF + timedelta(days=2))
    assert landed_days(raw) == ["2025-08-31", "2025-09-01", "2025-09-02", "2025-09-03"]


def test_F27_a_run_dated_back_reads_on_from_there(
    rates: tuple[Rates, SapB1Source], tmp_path: Path
) -> None:
    told, source = rates
    raw = fresh(tmp_path)
    told.known = {"20250831": 1.1, "20250901": 1.2}
    extract_object(source, "CurrencyRates", raw, AS_OF)
    again = extract_object(source, "CurrencyRates", raw, AS_OF - timedelta(days=1))
    told.known |= {"20250902": 1.3}
    extract_object(source, "CurrencyRates", raw, AS_OF + timedelta(days=1))
    assert again.cursor_to == "2025-08-31"
    assert landed_days(raw) == ["2025-08-31", "2025-09-01", "2025-09-02"]


def test_B6_a_rate_entered_late_is_found(rates: tuple[Rates, SapB1Source], tmp_path: Path) -> None:
    told, source = rates
    raw = fresh(tmp_path)
    told.known = {"20250828": 1.1, "20250901": 1.2}
    extract_object(source, "CurrencyRates", raw, AS_OF)
    told.known |= {"20250829": 1.15}
    extract_object(source, "CurrencyRates", raw, AS_OF + timedelta(hours=1))
    assert landed_days(raw) == ["2025-08-28", "2025-08-29", "2025-09-01"]
