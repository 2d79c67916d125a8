"""b1sl-python, unchanged, against the server: login, paging, create, change, actions, batch."""

from __future__ import annotations

import pytest
from b1sl.b1sl import B1Client, B1Config, entities
from b1sl.b1sl.exceptions.exceptions import (
    B1AuthError,
    B1NotFoundError,
    B1SqlNotAllowedError,
    B1SqlParamError,
    B1SqlSyntaxError,
    SAPConcurrencyError,
)


@pytest.fixture
def b1(small):
    with small.b1sl() as client:
        yield client


def test_A4_streams_every_order_once(b1):
    found = [order.doc_entry for order in b1.orders.orderby("DocEntry").stream(page_size=7)]
    assert found == list(range(1, 46))


def test_A4_a_top_within_a_page_still_tells_that_there_is_more(b1):
    page = b1.orders.orderby("DocEntry").top(5).execute()
    assert [order.doc_entry for order in page] == [1, 2, 3, 4, 5]
    assert page.has_more


def test_A4_counts(b1):
    assert b1.orders.count() == 45


def test_A6_creates_reads_changes_and_closes_an_order(b1):
    order = b1.orders.create(
        entities.Document(
            card_code="C10",
            doc_due_date="2025-10-01",
            document_lines=[entities.DocumentLine(item_code="A-100", quantity=10, unit_price=10)],
        )
    )
    assert (order.doc_entry, order.doc_total) == (46, 121.0)
    b1.orders.update(46, entities.Document(comments="changed"))
    assert b1.orders.get(46).comments == "changed"
    b1.orders.action(46, "Close")
    assert b1.orders.get_raw(46)["DocumentStatus"] == "bost_Close"


def test_A8_two_writers_meet(small, b1):
    b1.items.get("A-100")
    with small.client() as other:
        assert other.patch("Items('A-100')", json={"ItemName": "theirs"}).status_code == 204
    with pytest.raises(SAPConcurrencyError) as error:
        b1.items.update("A-100", entities.Item(item_name="ours"))
    assert error.value.sap_code == "-2039"


def test_A6_a_missing_record(b1):
    with pytest.raises(B1NotFoundError, match="-2028"):
        b1.items.get("NOTHING")


def test_A2_a_wrong_password(small):
    config = B1Config(
        base_url=small.url,
        username="promesa",
        password="wrong",
        company_db=small.credentials["CompanyDB"],
    )
    with pytest.raises(B1AuthError), B1Client(config) as client:
        client.items.get("A-100")


def test_A2_it_signs_in_again_after_the_session_expired(small, b1):
    b1.items.get("A-100")
    small.advance(31 * 60)
    assert b1.items.get("A-100").item_code == "A-100"


LOTS = (
    'SELECT T0."ItemCode", T0."SysNumber", T0."WhsCode", T0."Quantity", T1."DistNumber", '
    'T1."ExpDate" FROM OBTQ T0 INNER JOIN OBTN T1 ON T0."ItemCode" = T1."ItemCode" '
    'AND T0."SysNumber" = T1."SysNumber" WHERE T0."Quantity" > :least '
    'ORDER BY T0."ItemCode", T0."SysNumber"'
)


def test_A10_lot_quantities_come_by_sql_query(b1):
    b1.sql_queries.create(entities.SQLQuery(sql_code="lots", sql_name="Lots", sql_text=LOTS))
    assert b1.sql_queries.describe("lots").params == ["least"]
    rows = list(b1.sql_queries.run_stream("lots", page_size=1, least=50))
    assert [(row["DistNumber"], row["Quantity"], row["ExpDate"]) for row in rows] == [
        ("L1", 100.0, "20251001"),
        ("L2", 200.0, None),
    ]
    with pytest.raises(B1SqlParamError):
        b1.sql_queries.run("lots")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("SELECT * FROM OITM", B1SqlSyntaxError),
        ("SELECT SUM(OnHand) FROM OITW", B1SqlSyntaxError),
        ("DELETE FROM OITM", B1SqlSyntaxError),
        ("SELECT ItemCode, length(ItemName) AS n FROM OITM", B1SqlSyntaxError),
        ("SELECT WhsCode FROM OWHS", B1SqlNotAllowedError),
        ("SELECT DocEntry FROM AITM", B1SqlNotAllowedError),
    ],
)
def test_A10_sql_that_is_refused(b1, text, error):
    with pytest.raises(error):
        b1.sql_queries.create(entities.SQLQuery(sql_code="q", sql_name="q", sql_text=text))


def test_A9_a_batch_with_a_read_and_a_change_set(b1):
    with b1.batch() as batch:
        batch.items.top(1).execute()
        with batch.changeset() as changes:
            changes.items.update("A-100", entities.Item(item_name="One"))
            changes.items.update("A-200", entities.Item(item_name="Two"))
        results = batch.execute()
    assert results.all_ok
    assert [b1.items.get(code).item_name for code in ("A-100", "A-200")] == ["One", "Two"]


def test_A9_a_failing_change_set_leaves_nothing(b1):
    with b1.batch() as batch:
        with batch.changeset() as changes:
            changes.items.update("A-100", entities.Item(item_name="One"))
            changes.items.update("NOTHING", entities.Item(item_name="Two"))
        batch.items.get("A-100")
        results = batch.execute()
    assert not results.all_ok
    assert b1.items.get("A-100").item_name == "Item A-100"


def test_A13_user_fields_are_found_and_carried(b1):
    assert list(b1.orders.get_udf_schema()) == ["U_PRM_Deal"]
    assert b1.orders.get_raw(7)["U_PRM_Deal"] == "006000000000001AAA"
