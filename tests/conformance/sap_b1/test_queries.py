"""Sums, groups and joins: `$apply`, `$crossjoin`, the query service (A5; guide 3.7.7-3.7.10).

The expected figures are worked out in plain Python from the small company's records.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict

import pytest

pytestmark = pytest.mark.skipif(
    "PROMESA_CONFORMANCE_SAP_B1" in os.environ, reason="knows the company's records"
)

JOIN = "$crossjoin(Orders,Orders/DocumentLines)"
LINES_OF_ORDER = "Orders/DocEntry eq Orders/DocumentLines/DocEntry"


@pytest.fixture(scope="module")
def orders(company_records):
    return company_records["Orders"]


def applied(reader, dialect, text, **options):
    with reader.client(dialect) as client:
        answer = client.get("Orders", params={"$apply": text, **options})
    assert answer.status_code == 200, answer.text
    return answer.json()


# -- $apply --------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", ["v1", "v2"])
def test_A5_aggregates_over_a_whole_set(reader, orders, dialect):
    totals = [order["DocTotal"] for order in orders]
    body = applied(
        reader,
        dialect,
        "aggregate(DocTotal with sum as Total, DocTotal with average as Mean,"
        "DocEntry with max as Last, DocEntry with min as First, $count as Orders,"
        "DocNum with sum as Numbers, DocDate with max as Day)",
    )
    context, at = {"v1": ("odata.metadata", ""), "v2": ("@odata.context", "@")}[dialect]
    assert body[context] == "$metadata#Orders(Total,Mean,Last,First,Orders,Numbers,Day)"
    [row] = body["value"]
    assert row[f"{at}odata.id"] is None
    assert row["Total"] == pytest.approx(sum(totals))
    assert row["Mean"] == pytest.approx(sum(totals) / 45)
    assert (row["Last"], row["First"], row["Orders"]) == (45, 1, 45)
    assert row["Numbers"] == sum(order["DocNum"] for order in orders)
    assert isinstance(row["Numbers"], int)
    assert row["Day"] == {"v1": "2025-07-28", "v2": "2025-07-28T00:00:00Z"}[dialect]


def test_A5_a_distinct_count_is_a_text_in_v1_as_the_guide_prints_it(reader):
    text = "aggregate(CardCode with countdistinct as Cards)"
    assert applied(reader, "v1", text)["value"] == [{"odata.id": None, "Cards": "3"}]
    assert applied(reader, "v2", text)["value"] == [{"@odata.id": None, "Cards": 3}]


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (
            "filter(Orders/CardCode ne 'C10')/groupby((CardCode), aggregate(DocNum with sum as N))",
            {},
        ),
        (
            "groupby((CardCode), aggregate(DocNum with sum as N))",
            {"$filter": "(Orders/CardCode ne 'C10')"},
        ),
        (
            "filter(CardCode ne 'C10')"
            "/groupby((Orders/CardCode),aggregate(Orders/DocNum with sum as N))",
            {"$orderby": "CardCode asc"},
        ),
    ],
)
def test_A5_groups_are_filtered_first(reader, orders, text, options):
    sums = defaultdict(int)
    for order in orders:
        sums[order["CardCode"]] += order["DocNum"]
    body = applied(reader, "v2", text, **options)
    assert body["@odata.context"] == "$metadata#Orders(CardCode,N)"
    assert body["value"] == [
        {"@odata.id": None, "CardCode": code, "N": sums[code]} for code in ("C20", "C30")
    ]


def test_A5_groups_by_enums_and_dates_are_shown_like_properties(reader, orders):
    body = applied(
        reader,
        "v1",
        "groupby((DocumentStatus,DocDate),aggregate($count as N))",
        **{"$orderby": "DocDate desc", "$filter": "DocDate ge '2025-07-27'"},
    )
    counted = defaultdict(int)
    for order in orders:
        counted[order["DocumentStatus"], order["DocDate"][:10]] += 1
    got = {(row["DocumentStatus"], row["DocDate"]): row["N"] for row in body["value"]}
    assert got == {key: n for key, n in counted.items() if key[1] >= "2025-07-27"}
    assert [row["DocDate"] for row in body["value"]] == sorted(
        (row["DocDate"] for row in body["value"]), reverse=True
    )


def test_A5_many_groups_come_in_pages(reader):
    with reader.client() as client:
        link = "Orders?$apply=groupby((DocEntry))"
        seen, pages = [], 0
        while link:
            page = client.get(link).json()
            seen += [row["DocEntry"] for row in page["value"]]
            link, pages = page.get("@odata.nextLink"), pages + 1
    assert (seen, pages) == (list(range(1, 46)), 3)


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("aggregate(Foo with sum as S)", {}),
        ("aggregate(CardCode with sum as S)", {}),
        ("aggregate(DocTotal with median as S)", {}),
        ("groupby(CardCode)", {}),
        ("groupby((CardCode),aggregate(DocTotal with sum as S))", {"$orderby": "S desc"}),
        ("groupby((year(DocDate)),aggregate(DocTotal with sum as S))", {}),
    ],
)
def test_A5_what_cannot_be_applied_is_an_invalid_option(reader, text, options):
    with reader.client() as client:
        answer = client.get("Orders", params={"$apply": text, **options})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "201")


# -- $crossjoin ----------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", ["v1", "v2"])
def test_A5_a_crossjoin_of_two_sets(reader, orders, dialect):
    context = {"v1": "odata.metadata", "v2": "@odata.context"}[dialect]
    with reader.client(dialect) as client:
        body = client.get(
            "$crossjoin(Orders,BusinessPartners)"
            "?$expand=Orders($select=DocEntry, DocDate),BusinessPartners($select=CardName)"
            "&$filter=Orders/CardCode eq BusinessPartners/CardCode and Orders/DocNum le 20003"
            " and startswith(BusinessPartners/CardCode,'C')&$orderby=Orders/DocEntry desc"
        ).json()
    day = {"v1": "", "v2": "T00:00:00Z"}[dialect]
    assert body[context] == "$metadata#Collection(Edm.ComplexType)"
    assert body["value"] == [
        {
            "Orders": {"DocEntry": entry, "DocDate": f"2025-07-0{entry + 1}{day}"},
            "BusinessPartners": {"CardName": f"Partner {orders[entry - 1]['CardCode']}"},
        }
        for entry in (3, 2, 1)
    ]


def test_A5_a_crossjoin_calculates(reader):
    with reader.client("v1") as client:
        body = client.get(
            "$crossjoin(Orders,BusinessPartners)"
            "?$expand=Orders($select=DocEntry mul (DocNum sub 20001) as DocSeq),"
            "BusinessPartners($select=CardCode)"
            "&$filter=Orders/CardCode eq BusinessPartners/CardCode"
            " and Orders/DocEntry add 20000 eq Orders/DocNum and Orders/DocEntry div 2 le 1.5"
        ).json()
    assert body["value"] == [
        {"Orders": {"DocSeq": 0}, "BusinessPartners": {"CardCode": "C20"}},
        {"Orders": {"DocSeq": 2}, "BusinessPartners": {"CardCode": "C30"}},
        {"Orders": {"DocSeq": 6}, "BusinessPartners": {"CardCode": "C10"}},
    ]


def test_A5_a_crossjoin_adds_up_by_group(reader, orders):
    with reader.client("v1") as client:
        body = client.get(
            "$crossjoin(Orders,BusinessPartners)?$apply="
            "filter(Orders/CardCode eq BusinessPartners/CardCode)"
            "/groupby((BusinessPartners/CardCode),aggregate("
            "Orders(DocNum with countdistinct as Distinct),"
            "Orders(DocNum with max as Last),Orders/$count as Counted))"
        ).json()
    last = {code: max(o["DocNum"] for o in orders if o["CardCode"] == code) for code in CODES}
    assert body["value"] == [
        {
            "BusinessPartners": {"CardCode": code},
            "Orders": {"Distinct": 15, "Last": last[code], "Counted": 15},
        }
        for code in CODES
    ]


CODES = ("C10", "C20", "C30")


@pytest.mark.parametrize(
    "path",
    [
        "$crossjoin(Orders,BusinessPartners)",
        "$crossjoin(Orders,BusinessPartners)?$filter=Orders/DocEntry eq 1",
        "$crossjoin(Orders,Nothing)?$expand=Orders($select=DocEntry)",
        "$crossjoin?$expand=Orders($select=DocEntry)",
    ],
)
def test_A5_a_crossjoin_without_options_is_1000(reader, path):
    with reader.client("v1") as client:
        answer = client.get(path)
    assert (answer.status_code, answer.json()) == (
        400,
        {
            "error": {
                "code": -1000,
                "message": {"lang": "en-us", "value": "invalid $crossjoin query"},
            }
        },
    )


# -- row-level filters ---------------------------------------------------------------------


@pytest.mark.parametrize("dialect", ["v1", "v2"])
def test_A5_lines_are_filtered_by_the_query_service_as_plain_text(reader, dialect):
    option = (
        "$expand=Orders($select=DocEntry, DocNum),Orders/DocumentLines($select=ItemCode,LineNum)"
        f"&$filter={LINES_OF_ORDER} and Orders/DocEntry ge 44"
        " and (Orders/DocumentLines/LineNum eq 0 or Orders/DocumentLines/LineNum eq 1)"
        " and Orders/DocumentLines/LineStatus eq 'C'"
    )
    with reader.client(dialect) as client:
        answer = client.post(
            "QueryService_PostQuery", json={"QueryPath": JOIN, "QueryOption": option}
        )
    assert answer.headers["Content-Type"] == "text/plain"
    assert json.loads(answer.text)["value"] == [
        {
            "Orders": {"DocEntry": entry, "DocNum": 20_000 + entry},
            "Orders/DocumentLines": {"ItemCode": "A-100", "LineNum": 0},
        }
        for entry in (44, 45)
    ]


def test_A5_the_next_link_of_the_query_service_is_its_next_query_option(reader):
    option = f"$expand=Orders($select=DocEntry)&$filter={LINES_OF_ORDER}"
    seen = []
    with reader.client() as client:
        while option:
            body = client.post(
                "QueryService_PostQuery", json={"QueryPath": JOIN, "QueryOption": option}
            ).json()
            seen += [row["Orders"]["DocEntry"] for row in body["value"]]
            link = body.get("@odata.nextLink")
            option = link and link.removeprefix("QueryService_PostQuery?")
    assert seen == list(range(1, 46))


def test_A5_lines_join_with_items_and_whole_sources_are_whole(reader):
    path = "$crossjoin(Orders,Orders/DocumentLines,Items)"
    option = (
        "$expand=Orders/DocumentLines,Items($select=ItemName)"
        f"&$filter={LINES_OF_ORDER} and Orders/DocumentLines/ItemCode eq Items/ItemCode"
        " and Orders/DocEntry eq 7"
    )
    with reader.client() as client:
        [row] = client.post(
            "QueryService_PostQuery", json={"QueryPath": path, "QueryOption": option}
        ).json()["value"]
    assert row["Items"] == {"ItemName": "Item A-100"}
    assert (row["Orders/DocumentLines"]["Price"], len(row["Orders/DocumentLines"])) == (10.0, 235)


def test_A5_a_joined_query_adds_up_lines(reader):
    option = (
        f"$apply=filter({LINES_OF_ORDER})/groupby((Orders/CardCode),"
        "aggregate(Orders/DocumentLines(Quantity with sum as Pieces)))"
    )
    with reader.client() as client:
        body = client.post(
            "QueryService_PostQuery?$count=true", json={"QueryPath": JOIN, "QueryOption": option}
        ).json()
    assert body["@odata.count"] == 3
    assert [row["Orders/DocumentLines"]["Pieces"] for row in body["value"]] == [15.0] * 3


def test_A5_b1sl_python_joins_and_filters_rows(reader):
    with reader.b1sl() as b1:
        rows = (
            b1.query_service(JOIN)
            .expand({"Orders": ["DocEntry"], "Orders/DocumentLines": ["ItemCode"]})
            .filter(f"{LINES_OF_ORDER} and Orders/DocEntry lt 3")
            .execute()
        )
        joined = (
            b1.crossjoin("Orders", "BusinessPartners")
            .expand({"Orders": ["DocEntry"], "BusinessPartners": ["CardCode"]})
            .filter("Orders/CardCode eq BusinessPartners/CardCode and Orders/DocEntry lt 3")
            .execute()
        )
    line = {"ItemCode": "A-100"}
    assert [row["Orders"] for row in rows] == [{"DocEntry": 1}, {"DocEntry": 2}]
    assert [row["Orders/DocumentLines"] for row in rows] == [line, line]
    assert [row["BusinessPartners"]["CardCode"] for row in joined] == ["C20", "C30"]
