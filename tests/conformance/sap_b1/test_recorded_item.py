"""The one item a live Service Layer was recorded with: served here, it is the same answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[2] / "data" / "wire_sap_b1" / "b1sl_python__test_get_item_real.json"
# The recorded server is newer than the shipped $metadata by this one property.
NEWER = "SAFTProductTypeEx"
HOST = "https://sap-server.example.com:50000/b1s/v2/"


def user_fields(table, record):
    """Declarations for the recorded company's own fields, by the kind of their values."""
    names = [name for name in record if name.startswith("U_")]
    kinds = {float: "db_Float", int: "db_Numeric"}
    return [
        {
            "TableName": table,
            "FieldID": number,
            "Name": name.removeprefix("U_"),
            "Type": kinds.get(type(record[name]), "db_Alpha"),
        }
        for number, name in enumerate(names)
    ]


@pytest.fixture(scope="module")
def recorded():
    return json.loads(SAMPLE.read_text())["interactions"][1]


@pytest.fixture(scope="module")
def served(recorded, tmp_path_factory, write_small, start_server):
    item = {k: v for k, v in json.loads(recorded["response"]["body"]).items() if "@" not in k}
    del item[NEWER]
    warehouse = item["ItemWarehouseInfoCollection"][0]
    sets = {
        "UserFieldsMD": [*user_fields("OITM", item), *user_fields("OITW", warehouse)],
        "Items": [{**item, "DataVersion": 3}],
    }
    folder = tmp_path_factory.mktemp("recorded")
    server = start_server(write_small(folder / "company", sets), folder / "state")
    with server.client() as client:
        yield client.get("Items('9990140071261')")
    server.stop()


def test_A3_the_body_is_the_recorded_one_byte_for_byte(recorded, served):
    root = str(served.url).partition("Items(")[0]
    lines = recorded["response"]["body"].splitlines()
    expected = [line for line in lines if f'"{NEWER}"' not in line]
    assert len(expected) == len(lines) - 1
    assert served.text.replace(root, HOST).splitlines() == expected


def test_A3_the_headers_are_the_recorded_ones(recorded, served):
    for name, values in recorded["response"]["headers"].items():
        if name.lower() in ("date", "transfer-encoding", "content-length"):
            continue
        assert served.headers[name] == values[0], name


def test_A2_the_login_answer_has_the_recorded_form(reader):
    recorded = json.loads(SAMPLE.read_text())["interactions"][0]["response"]
    with reader.client(login=False) as client:
        answer = client.post("Login", json=reader.credentials)
    then, now = json.loads(recorded["body"]), answer.json()
    assert list(now) == list(then)
    assert now["Version"] == then["Version"]
    assert now["SessionTimeout"] == 30
    assert "OData-Version" not in answer.headers
    for name in ("Content-Type", "Server", "Vary", "Keep-Alive", "Strict-Transport-Security"):
        assert answer.headers[name] == recorded["headers"][name][0]
