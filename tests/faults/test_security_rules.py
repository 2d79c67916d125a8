"""S3, S4, S13 to S16 where no other file proves them: what is opened, followed, sent, parsed."""

from __future__ import annotations

import ast
import gzip
import json
import re
import socket
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import pytest
from raw_sockets import http, raw_server
from small_company import salesforce, sap_b1
from told_source import ToldSource, ask, fresh

from extract import Refuse, SalesforceTarget, Stop, TryAgain, extract_object
from extract.landing import open_raw, writing
from sandbox.serve import RunningServers

AS_OF = datetime(2025, 9, 1, 6, tzinfo=UTC)
CHECKOUT = Path(__file__).parents[2]
ROOMS = ("extract", "dagster_project", "dashboards", "promise")


def service_layer(connection: socket.socket, line: bytes, page: bytes, *headers: str) -> None:
    """Answer as a Service Layer with one page."""
    if b"Login" in line:
        connection.sendall(http(b'{"SessionId":"x"}', "200 OK", "Set-Cookie: B1SESSION=x;"))
    elif b"count" in line:
        connection.sendall(http(b"1"))
    else:
        connection.sendall(http(page, "200 OK", *headers))


def read_page(raw: Path, page: bytes, *headers: str) -> None:
    """Read warehouses from a Service Layer that gives this page."""

    def reply(connection: socket.socket) -> None:
        service_layer(connection, server.requests[-1].split(b"\r\n")[0], page, *headers)

    with raw_server(reply) as server:
        settings = {"SAP_B1_URL": server.address, "SAP_B1_COMPANY": "DB", "SAP_B1_USER": "u"}
        source = sap_b1({**settings, "SAP_B1_PASSWORD": "pass"})
        extract_object(source, "Warehouses", raw, AS_OF)


@pytest.mark.parametrize(
    "link", ["https://evil.example/b1s/v2/Warehouses?$skip=5", "//evil.example/x?$skip=5"]
)
def test_S3_a_next_link_to_another_host_ends_the_read(tmp_path: Path, link: str) -> None:
    page = json.dumps({"value": [{"WarehouseCode": "01"}], "@odata.nextLink": link}).encode()
    raw = fresh(tmp_path)
    with pytest.raises(Refuse) as caught:
        read_page(raw, page)
    assert caught.value.facts.code == "foreign_origin"
    assert ask(raw, "select count(*) from extraction") == [(0,)]


def test_S4_values_reach_a_query_as_values(servers: RunningServers) -> None:
    """A key that closes the literal and goes on is a wrong key, and a name is nothing else."""
    target = SalesforceTarget(salesforce(servers.environment).session)
    with pytest.raises(Refuse, match="invalid ID field: ' OR Name LIKE '%"):
        target.live("Account", ["' OR Name LIKE '%"], ["Name"])
    with pytest.raises(Refuse, match="is not an API name"):
        target.live("Account", None, ["Name FROM User --"])


def test_S5_the_writer_of_raw_reaches_no_file_but_what_was_spooled(tmp_path: Path) -> None:
    raw, beside = fresh(tmp_path), tmp_path / "beside.csv"
    beside.write_text("a\n1\n")
    with writing(raw), open_raw(raw) as con:
        for statement in (
            f"from read_csv('{beside}')",
            f"copy (select 1) to '{tmp_path / 'leak.csv'}'",
            f"attach '{tmp_path / 'other.duckdb'}'",
            "install httpfs",
            "load httpfs",
            "set enable_external_access = true",
        ):
            with pytest.raises(duckdb.Error):
                con.execute(statement)
    assert not (tmp_path / "leak.csv").exists()


@pytest.mark.parametrize(
    ("name", "fields"),
    [("Opportunity", {"Amount": 1}), ("User", {"IsActive": False}), ("Account", {"Name": "x"})],
)
def test_S13_a_plan_outside_the_owned_fields_is_refused_whole_before_the_first_call(
    servers: RunningServers, name: str, fields: dict[str, object]
) -> None:
    session = salesforce(servers.environment).session
    target = SalesforceTarget(session, {"Opportunity": ["Promesa_Verdict__c"]})
    row = {"Id": "006000000000001AAA", "Promesa_Verdict__c": "Go"}
    before = session.traffic.calls
    with pytest.raises(Stop) as caught:
        target.update(name, [row, {"Id": row["Id"], **fields}])  # type: ignore[dict-item]
    assert caught.value.facts.code == "outside_scope"
    assert session.traffic.calls == before == 0


def test_S14_a_page_that_inflates_beyond_measure_lands_nothing(tmp_path: Path) -> None:
    bomb = gzip.compress(b'{"value":["' + b"0" * 60_000_000 + b'"]}')
    raw = fresh(tmp_path)
    with pytest.raises((Refuse, TryAgain)) as caught:
        read_page(raw, bomb, "Content-Encoding: gzip")
    assert caught.value.facts.code in ("answer_too_big", "next_link_circle")
    assert ask(raw, "select count(*) from extraction") == [(0,)]


@pytest.mark.parametrize(("opens", "closes"), [("[", "]"), ('{"a":', "}")])
def test_S14_a_nesting_bomb_ends_in_a_sentence(tmp_path: Path, opens: str, closes: str) -> None:
    depth = 50_000
    inner = opens * depth + ("1" if opens != "[" else "") + closes * depth
    text = '{"value":[{"ItemCode":"A","ItemName":"x","U_X":' + inner + "}]}"
    raw = fresh(tmp_path)
    with pytest.raises(Refuse, match="nested beyond all measure"):
        extract_object(ToldSource([[]], text=text), "Items", raw, AS_OF)
    assert ask(raw, "select count(*) from extraction") == [(0,)]


def test_S14_a_nesting_bomb_as_an_error_is_an_error_like_any_other(tmp_path: Path) -> None:
    with raw_server(http(b"[" * 100_000, "400 Bad Request")) as server:
        settings = {"SAP_B1_URL": server.address, "SAP_B1_COMPANY": "DB", "SAP_B1_USER": "u"}
        with pytest.raises(Stop, match="is not a Service Layer"):
            sap_b1({**settings, "SAP_B1_PASSWORD": "pass"}).session.sign_in()
        crm = {"SALESFORCE_LOGIN_URL": server.address, "SALESFORCE_CLIENT_ID": "id"}
        with pytest.raises(Stop):
            salesforce({**crm, "SALESFORCE_CLIENT_SECRET": "sssss"}).session.sign_in()


def _product_files() -> Iterator[Path]:
    for room in ROOMS:
        yield from (CHECKOUT / room).rglob("*.py")


def test_S15_nothing_from_outside_is_unpickled_evaluated_or_given_to_a_shell() -> None:
    """Mapping files and answers are parsed as data."""
    forbidden = {"pickle", "marshal", "shelve", "dill"}
    calls = {"eval", "exec", "os.system", "yaml.load", "yaml.unsafe_load", "pd.read_pickle"}
    found: list[str] = []
    for path in _product_files():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names = {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names = {str(node.module).split(".")[0]}
            elif isinstance(node, ast.Call):
                names = {ast.unparse(node.func)} & calls
                shell = any(word.arg == "shell" for word in node.keywords)
                names |= {"shell=True"} if shell else set()
                found += [f"{path}:{node.lineno} {name}" for name in names]
                continue
            else:
                continue
            found += [f"{path}:{node.lineno} {name}" for name in names & forbidden]
    assert found == []


_opened: list[tuple[str, int]] = []
_is_recording = [False]


def _record(event: str, given: tuple[object, ...]) -> None:
    if _is_recording[0] and event == "socket.connect" and isinstance(given[1], tuple):
        _opened.append((str(given[1][0]), int(given[1][1])))


def test_S16_reading_both_systems_opens_connections_to_them_alone(
    servers: RunningServers, tmp_path: Path
) -> None:
    sys.addaudithook(_record)
    _is_recording[0] = True
    try:
        raw = fresh(tmp_path)
        extract_object(sap_b1(servers.environment), "Orders", raw, AS_OF)
        extract_object(salesforce(servers.environment), "Account", raw, AS_OF)
    finally:
        _is_recording[0] = False
    allowed = {
        (str(urlsplit(address).hostname), int(urlsplit(address).port or 0))
        for name, address in servers.environment.items()
        if re.fullmatch(r"SALESFORCE_LOGIN_URL|SAP_B1_URL", name)
    }
    assert set(_opened) == allowed
