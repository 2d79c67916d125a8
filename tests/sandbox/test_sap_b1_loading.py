"""A company folder meets the real schema: what it would not hold is refused with file and line."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from sandbox.company import Company, CompanyError
from sandbox.sap_b1.keys import parse_key, stored_key, written_key
from sandbox.sap_b1.records import Query, Records
from sandbox.sap_b1.schema import load_schema
from sandbox.state import State

COMPANY = Company("Works", datetime(2025, 9, 1, 6, tzinfo=UTC), "EUR", "ES", "Europe/Madrid")


@pytest.fixture
def records(tmp_path):
    state = State(tmp_path / "state.sqlite")
    yield Records(state, load_schema(), COMPANY, lambda: COMPANY.clock)
    state.close()


@pytest.fixture
def load(records, tmp_path):
    def load(**sets):
        folder = tmp_path / "sap_b1"
        folder.mkdir(exist_ok=True)
        for name, rows in sets.items():
            (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        return records.load_company(tmp_path)

    return load


def test_what_is_loaded_is_normalised(records, load):
    order = {
        "DocEntry": 1,
        "DocumentStatus": "O",
        "DocDate": "20250830",
        "UpdateTime": "0915",
        "DocTotal": "12.5",
        "Comments": None,
    }
    assert load(Orders=[order]) == 1
    assert records.get("Orders", (1,)) == {
        "DocEntry": 1,
        "DocumentStatus": "bost_Open",
        "DocDate": "2025-08-30T00:00:00Z",
        "UpdateTime": "09:15:00",
        "DocTotal": 12.5,
        "DataVersion": 1,
    }


@pytest.mark.parametrize(
    ("sets", "text"),
    [
        (
            {"Orders": [{"DocEntry": 1}, {"DocEntry": 2, "DocStatus": "O"}]},
            "Orders.jsonl line 2: Property 'DocStatus' of 'Document' is invalid.",
        ),
        (
            {"Orders": [{"DocEntry": 1, "DocumentLines": [{"LineNum": 0, "Qty": 1}]}]},
            "Orders.jsonl line 1: Property 'Qty' of 'DocumentLine' is invalid.",
        ),
        (
            {"Orders": [{"DocEntry": 1, "U_PRM_Deal": "x"}]},
            "Property 'U_PRM_Deal' of 'Document' is invalid.",
        ),
        ({"Orders": [{"DocEntry": 1, "DocDate": "0"}]}, "Invalid value '0' for property 'DocDate'"),
        ({"Orders": [{"DocNum": 1}]}, "Orders.jsonl line 1 has no key DocEntry."),
        ({"Orders": [{"DocEntry": 1}, {"DocEntry": 1}]}, "Orders.jsonl holds a key twice"),
        ({"Order": [{"DocEntry": 1}]}, "Order.jsonl names no entity set"),
        ({"OBTQ": [{"ItemCode": "A"}]}, "OBTQ.jsonl line 1 has no SysNumber."),
    ],
)
def test_what_the_real_schema_would_not_hold_is_refused(records, load, sets, text):
    with pytest.raises(CompanyError) as error:
        load(**sets)
    assert text in str(error.value)
    assert records.find("Orders", Query()) == []


def test_a_user_field_on_one_documents_table_is_one_on_all(records, load):
    field = {"TableName": "ORDR", "FieldID": 0, "Name": "PRM_Deal", "Type": "db_Alpha"}
    load(
        UserFieldsMD=[field],
        Orders=[{"DocEntry": 1, "U_PRM_Deal": "x"}],
        Quotations=[{"DocEntry": 1, "U_PRM_Deal": "y"}],
    )
    assert records.get("Quotations", (1,))["U_PRM_Deal"] == "y"


def test_keys_keep_their_order_when_stored(records, load):
    load(
        SalesPersons=[{"SalesEmployeeCode": number} for number in (10, -1, 9, 2)],
        Items=[{"ItemCode": code} for code in ("B", "A-10", "A-2", "a")],
    )
    people = records.find("SalesPersons", Query())
    assert [row["SalesEmployeeCode"] for row in people] == [-1, 2, 9, 10]
    assert [row["ItemCode"] for row in records.find("Items", Query())] == ["A-10", "A-2", "B", "a"]


@pytest.mark.parametrize(
    ("set_name", "text", "key"),
    [
        ("Items", "'A-100'", ("A-100",)),
        ("Items", "'it''s'", ("it's",)),
        ("Items", "ItemCode='A'", ("A",)),
        ("Items", "5", None),
        ("Orders", "12", (12,)),
        ("Orders", "-1", (-1,)),
        ("Orders", "'12'", None),
        ("Orders", "", None),
        ("UserFieldsMD", "FieldID=0,TableName='ORDR'", ("ORDR", 0)),
        ("UserFieldsMD", "'ORDR'", None),
    ],
)
def test_keys_as_written_in_addresses(set_name, text, key):
    structure = load_schema().sets[set_name].structure
    assert parse_key(text, structure) == key
    if key is not None:
        assert parse_key(written_key(key, structure), structure) == key
        assert stored_key(key)


def test_a_transaction_that_fails_leaves_nothing(records, load):
    load(Items=[{"ItemCode": "A", "ItemName": "old"}])
    with pytest.raises(RuntimeError), records.transaction() as changes:
        before = records.get("Items", ("A",))
        records.update("Items", before, {**before, "ItemName": "new"})
        records.insert("Currencies", {"Code": "EUR"})
        assert [change.operation for change in changes] == ["update", "create"]
        raise RuntimeError
    assert records.get("Items", ("A",))["ItemName"] == "old"
    assert records.find("Currencies", Query()) == []
    assert changes == []


def test_walking_pages_sees_a_write_between_them(records, load):
    load(Items=[{"ItemCode": code} for code in "ABC"])
    assert len(records.keys("Items", Query())) == 3
    with records.transaction():
        records.insert("Items", {"ItemCode": "AA"})
    assert [row["ItemCode"] for row in records.find("Items", Query())] == ["A", "AA", "B", "C"]
