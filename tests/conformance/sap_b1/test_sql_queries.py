"""SQLQueries from their creation to their end (A10; guide chapter 4)."""

from __future__ import annotations

import os

import pytest

knows_the_company = pytest.mark.skipif(
    "PROMESA_CONFORMANCE_SAP_B1" in os.environ, reason="knows its records"
)


def create(client, code, text):
    body = {"SqlCode": code, "SqlName": code, "SqlText": text}
    return client.post("SQLQueries", json=body)


@pytest.fixture
def drop(shared):
    """Deletes a query whatever became of it, so that a test may run twice on a real system."""
    codes = []
    yield codes.append
    with shared.client() as client:
        for code in codes:
            client.delete(f"SQLQueries('{code}')")


@pytest.mark.parametrize(
    ("text", "kept", "parameters"),
    [
        (
            "select   docentry, DocTotal,\n doctotal as Twice from ordr t1"
            " where t1.DocTotal > :least  and Comments <> 'two  blanks'",
            'select "DocEntry", "DocTotal", "DocTotal" as "Twice" from "ORDR" t1'
            """ where t1."DocTotal" > :least and "Comments" <> 'two  blanks'""",
            "least",
        ),
        (
            "select [itemcode], count(*) as N from [oitw] group by [itemcode]",
            'select "ItemCode", count(*) as "N" from "OITW" group by "ItemCode"',
            None,
        ),
    ],
)
def test_A10_a_query_is_kept_normalised_as_on_hana(shared, drop, text, kept, parameters):
    drop("prm_kept")
    with shared.client("v1") as client:
        made = create(client, "prm_kept", text)
        assert made.status_code == 201
        assert (made.json()["SqlText"], made.json()["ParamList"]) == (kept, parameters)
        read = client.get("SQLQueries('prm_kept')").json()
        assert read["SqlText"] == kept
        assert read["CreateDate"] == read["UpdateDate"]


@knows_the_company
@pytest.mark.parametrize("dialect", ["v1", "v2"])
def test_A10_a_query_pages_with_the_ampersand_of_the_real_one(shared, drop, dialect):
    drop("prm_page")
    at = {"v1": "", "v2": "@"}[dialect]
    context = {"v1": "odata.metadata", "v2": "@odata.context"}[dialect]
    with shared.client(dialect) as client:
        create(client, "prm_page", "select docentry, DocDate, CardCode from ORDR order by DocEntry")
        answer = client.get(
            "SQLQueries('prm_page')/List", headers={"Prefer": "odata.maxpagesize=2"}
        )
        page = answer.json()
        assert answer.headers["Preference-Applied"] == "odata.maxpagesize=2"
        assert page[context].endswith("$metadata#SAPB1.SQLQueryResult")
        assert page["value"][0] == {"DocEntry": 1, "DocDate": "20250702", "CardCode": "C20"}
        assert page[f"{at}odata.nextLink"] == "SQLQueries('prm_page')/List?&$skip=2"
        # Paging is always on: without a preference there are 20 rows.
        page = client.get("SQLQueries('prm_page')/List").json()
        assert len(page["value"]) == 20
        rows = page["value"]
        while link := page.get(f"{at}odata.nextLink"):
            page = client.get(link).json()
            rows += page["value"]
        assert [row["DocEntry"] for row in rows] == list(range(1, 46))


@knows_the_company
def test_A10_parameters_by_address_and_by_body(shared, drop):
    drop("prm_by")
    text = "select DocEntry from ORDR where CardCode = :card and DocTotal < :most order by DocEntry"
    with shared.client() as client:
        assert create(client, "prm_by", text).json()["ParamList"] == "card,most"
        got = client.get("SQLQueries('prm_by')/List?card='C20'&most=60.5").json()
        assert [row["DocEntry"] for row in got["value"]] == [1, 4]
        posted = client.post(
            "SQLQueries('prm_by')/List", json={"ParamList": "card='C20'&most=60.5"}
        )
        assert posted.json()["value"] == got["value"]
        page = client.get(
            "SQLQueries('prm_by')/List?card='C20'&most=60.5",
            headers={"Prefer": "odata.maxpagesize=1"},
        ).json()
        assert page["@odata.nextLink"] == (
            "SQLQueries('prm_by')/List?card=%27C20%27&most=60.5&$skip=1"
        )
        assert client.get(page["@odata.nextLink"]).json()["value"] == [{"DocEntry": 4}]
        for wrong in ("", "?card='C20'", "?card='C20'&most=1&more=2", "?card=1 or 1&most=1"):
            answer = client.get(f"SQLQueries('prm_by')/List{wrong}")
            assert (answer.status_code, answer.json()["error"]["code"]) == (400, "704"), wrong


@knows_the_company
def test_A10_a_query_is_changed_and_deleted(shared):
    with shared.client() as client:
        create(client, "prm_old", "select DocEntry from ORDR where DocEntry = 1")
        taken = create(client, "prm_old", "select DocEntry from ORDR")
        assert (taken.status_code, taken.json()["error"]["code"]) == (400, "-2035")
        change = {"SqlText": "select DocNum from ORDR where DocEntry = 1"}
        assert client.patch("SQLQueries('prm_old')", json=change).status_code == 204
        found = client.get("SQLQueries('prm_old')/List").json()["value"]
        assert found == [{"DocNum": 20_001}]
        wrong = {"SqlText": "select * from ORDR"}
        assert client.patch("SQLQueries('prm_old')", json=wrong).json()["error"]["code"] == "701"
        assert client.delete("SQLQueries('prm_old')").status_code == 204
        gone = client.get("SQLQueries('prm_old')/List")
        assert (gone.status_code, gone.json()["error"]["code"]) == (404, "-2028")


# The guide's own examples of what is refused, with its words. [M 4.5.2, 4.10]
@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        (
            "select CardCode from OCRD t1 where exists(select 1 from CRD2 t2"
            " where t1.CardCode = t2.CardCode)",
            702,
            "Table 'CRD2' not accessible",
        ),
        (
            "select DocEntry from ordr t1 order by DocEntry dsc",
            701,
            "Invalid SQL syntax:select DocEntry from ordr t1 order by DocEntry dsc,"
            " line 1, character position 47, Incorrect syntax near 'dsc'.",
        ),
        (
            'select "ItemCode", length("ItemCode")as lenItemCode from oitm',
            701,
            'Invalid SQL syntax:select "ItemCode", length("ItemCode")as lenItemCode from oitm,'
            " line 1, character position 19, Cannot support this function or expression: 'length'",
        ),
        (
            "select * from ORDR",
            701,
            "Invalid SQL syntax:select * from ORDR, line 1, character position 7,"
            " Cannot support asterisk(*) in select list.",
        ),
        (
            "update ORDR set Comments = '1234'",
            701,
            "Invalid SQL syntax:, line 1, character position 0,"
            " mismatched input 'update' expecting {SELECT, '('}",
        ),
    ],
)
def test_A10_what_is_refused_is_refused_in_the_guides_words(shared, text, code, message):
    with shared.client("v1") as client:
        answer = create(client, "prm_no", text)
    assert answer.status_code == 400
    assert answer.json() == {
        "error": {"code": code, "message": {"lang": "en-us", "value": message}}
    }


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        (
            "select max(itemCode) as a, min(itemCode) as a from OITM",
            701,
            "Multiple name for column or column alias 'a', please specify",
        ),
        ("select max(itemCode) from OITM", 701, "alias"),
        ("select WhsCode from OWHS", 702, "Table 'OWHS' not accessible"),
        ("select DocEntry from OIGN", 702, "Table 'OIGN' not accessible"),
        ("", 701, "Invalid SQL syntax"),
    ],
)
def test_A10_more_that_is_refused(shared, text, code, message):
    with shared.client("v1") as client:
        error = create(client, "prm_no", text).json()["error"]
    assert error["code"] == code
    assert message in error["message"]["value"]


@knows_the_company
def test_A10_joins_unions_subqueries_and_functions(shared, drop):
    cases = {
        "select T0.DocEntry, T1.LineNum from ORDR T0 full outer join RDR1 T1"
        " on T0.DocEntry = T1.DocEntry where T0.DocEntry in (1, 2) order by T0.DocEntry": [
            {"DocEntry": 1, "LineNum": 0},
            {"DocEntry": 2, "LineNum": 0},
        ],
        "select top 2 CardCode, count(*) as N from ORDR group by CardCode"
        " having count(*) > 1 order by CardCode": [
            {"CardCode": "C10", "N": 15},
            {"CardCode": "C20", "N": 15},
        ],
        "select upper(left(ItemName, 4)) as Head, ifnull(ItemCode, '?') as Code from OITM"
        " where ItemCode like 'A-1%' union select 'X' as Head, 'Y' as Code from OITM": [
            {"Head": "ITEM", "Code": "A-100"},
            {"Head": "X", "Code": "Y"},
        ],
        "select DocEntry from ORDR T0 where not exists (select * from RDR1 T1"
        " where T1.DocEntry = T0.DocEntry and T1.LineNum = 0)": [],
        "select DocStatus, CANCELED from ORDR where DocEntry = 1": [
            {"DocStatus": "C", "CANCELED": "N"}
        ],
    }
    drop("prm_run")
    with shared.client() as client:
        for text, rows in cases.items():
            client.delete("SQLQueries('prm_run')")
            assert create(client, "prm_run", text).status_code == 201, text
            assert client.get("SQLQueries('prm_run')/List").json()["value"] == rows, text
        unknown = "select Nothing from ORDR"
        client.delete("SQLQueries('prm_run')")
        create(client, "prm_run", unknown)
        answer = client.get("SQLQueries('prm_run')/List")
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "703")
