"""From one entity to others: associations, `$expand`, single properties (A5; guide 3.7.11, 3.11,
3.12)."""

from __future__ import annotations

import os

import pytest

pytestmark = pytest.mark.skipif(
    "PROMESA_CONFORMANCE_SAP_B1" in os.environ, reason="knows the company's records"
)

# Of the small company's orders 1 to 45, order n is customer C{n % 3 + 1}0's.
OF_C20 = [entry for entry in range(1, 46) if entry % 3 == 1]


# -- associations --------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", ["v1", "v2"])
def test_A5_the_orders_of_a_partner(reader, dialect):
    link = {"v1": "odata.nextLink", "v2": "@odata.nextLink"}[dialect]
    with reader.client(dialect) as client:
        page = client.get(
            "BusinessPartners('C20')/Orders?$select=DocEntry",
            headers={"Prefer": "odata.maxpagesize=10"},
        ).json()
        assert page[link] == "BusinessPartners('C20')/Orders?$select=DocEntry&$skip=10"
        rest = client.get(page[link]).json()
        seen = [row["DocEntry"] for row in page["value"] + rest["value"]]
        assert client.get("BusinessPartners('C20')/Orders/$count").text == "15"
        found = client.get("BusinessPartners('C20')/Orders?$filter=DocEntry le 7").json()
    assert seen == OF_C20
    assert [row["DocEntry"] for row in found["value"]] == [1, 4, 7]


@pytest.mark.parametrize("dialect", ["v1", "v2"])
def test_A5_the_partner_of_an_order_and_on_from_there(reader, dialect):
    with reader.client(dialect) as client:
        partner = client.get("Orders(1)/BusinessPartner")
        assert partner.json()["CardCode"] == "C20"
        assert (
            partner.headers["ETag"]
            == partner.json()[{"v1": "odata.etag", "v2": "@odata.etag"}[dialect]]
        )
        assert client.get("Orders(1)/BusinessPartner/CardName").json() == {"value": "Partner C20"}
        assert client.get("Orders(1)/BusinessPartner/CardName/$value").text == "Partner C20"
        chain = client.get("Orders(1)/BusinessPartner/Orders?$top=2&$select=DocEntry").json()
        assert [row["DocEntry"] for row in chain["value"]] == [1, 4]
        one = client.get("BusinessPartners('C20')/Orders(4)/DocNum").json()
        assert one == {"value": 20_004}


def test_A5_an_association_of_a_missing_entity_is_not_found(reader):
    with reader.client() as client:
        for path in ("Orders(999)/BusinessPartner", "BusinessPartners('X')/Orders"):
            answer = client.get(path)
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "-2028"), path


# -- $expand -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "$expand=BusinessPartner($select=CardCode,CardName),SalesPerson&$select=DocEntry",
        "$expand=BusinessPartner,SalesPerson"
        "&$select=BusinessPartner/CardCode,BusinessPartner/CardName,DocEntry",
        "$expand=BusinessPartner($select=CardCode, CardName),SalesPerson"
        "&$select=DocEntry,BusinessPartner",
    ],
)
@pytest.mark.parametrize("dialect", ["v1", "v2"])
def test_A5_expand_in_each_of_the_guides_forms(reader, dialect, query):
    at = {"v1": "", "v2": "@"}[dialect]
    wanted = {"DocEntry": 1, "BusinessPartner": {"CardCode": "C20", "CardName": "Partner C20"}}
    wanted["SalesPerson"] = None
    with reader.client(dialect) as client:
        one = client.get(f"Orders(1)?{query}").json()
        many = client.get(f"Orders?{query}&$top=2").json()["value"]
    assert {k: v for k, v in one.items() if "odata" not in k} == wanted
    assert {k: v for k, v in many[0].items() if "odata" not in k} == wanted
    assert f"{at}odata.etag" in many[0]
    assert many[1]["BusinessPartner"]["CardCode"] == "C30"


def test_A5_expand_of_a_collection_is_a_list_of_whole_entities(reader):
    with reader.client() as client:
        partner = client.get("BusinessPartners('C20')?$expand=Orders,Invoices").json()
        item = client.get("Items('A-100')?$select=ItemCode&$expand=ProductTrees").json()
    assert [row["DocEntry"] for row in partner["Orders"]] == OF_C20
    assert partner["Orders"][0]["DocumentLines"][0]["ItemCode"] == "A-100"
    assert partner["Invoices"] == []
    assert item["ProductTrees"][0]["TreeType"] == "iProductionTree"


def test_A5_a_selected_navigation_property_that_is_not_expanded_is_ignored(reader):
    with reader.client() as client:
        plain = client.get("Orders(1)?$select=CardCode,BusinessPartner/ForeignName").json()
    assert {k for k in plain if "odata" not in k} == {"CardCode"}


def test_A5_expand_and_page_go_on_together(reader):
    with reader.client() as client:
        page = client.get("Orders?$expand=BusinessPartner($select=CardCode)").json()
        assert page["@odata.nextLink"] == (
            "Orders?$expand=BusinessPartner%28%24select%3DCardCode%29&$skip=20"
        )
        rest = client.get(page["@odata.nextLink"]).json()
    assert rest["value"][0]["BusinessPartner"] == {"CardCode": "C10"}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("$expand=DocumentLines", "201"),  # an inline collection: no navigation property
        ("$expand=Nothing", "201"),
        ("$expand=BusinessPartner($filter=CardCode eq 'x')", "201"),
        ("$expand=BusinessPartner($select=Nothing)", "-1000"),
        ("$expand=BusinessPartner(", "201"),
        ("$search=x", "201"),
    ],
)
def test_A5_what_cannot_be_expanded(reader, query, code):
    with reader.client() as client:
        answer = client.get(f"Orders(1)?{query}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


# -- single properties ---------------------------------------------------------------------


@pytest.mark.parametrize("dialect", ["v1", "v2"])
def test_A5_a_property_by_its_own_address(reader, dialect):
    null = {"v1": "odata.null", "v2": "@odata.null"}[dialect]
    with reader.client(dialect) as client:
        assert client.get("Orders(7)/DocEntry").json() == {"value": 7}
        assert client.get("Orders(7)/NumAtCard").json() == {null: True}
        # The guide's own example of null is an order that does not exist.
        assert client.get("Orders(999)/DocEntry").json() == {null: True}
        raw = client.get("Orders(7)/DocNum/$value")
        assert (raw.text, raw.headers["Content-Type"]) == ("20007", "text/plain")
        day = client.get("Orders(7)/DocDate/$value").text
        assert day == {"v1": "2025-07-08", "v2": "2025-07-08T00:00:00Z"}[dialect]
        lines = client.get("Orders(7)/DocumentLines").json()["value"]
        assert [line["ItemCode"] for line in lines] == ["A-100"]
        assert client.get("Orders(7)/TaxExtension/TaxId0").status_code >= 400


def test_A5_the_raw_value_of_null_is_not_found_with_the_guides_words(reader):
    text = "Resource not found for the property: NumAtCard"
    with reader.client("v1") as client:
        answer = client.get("Orders(7)/NumAtCard/$value")
    assert (answer.status_code, answer.json()["error"]) == (
        404,
        {
            "code": -2028,
            "innererror": {"context": None, "trace": None},
            "message": {"lang": "en-us", "value": text},
        },
    )
    with reader.client("v2") as client:
        answer = client.get("Orders(7)/NumAtCard/$value")
    assert answer.json() == {"error": {"code": "-2028", "message": text}}


@pytest.mark.parametrize(
    "path", ["Orders(7)/DocNum/$ref", "Orders(7)/$ref", "Orders(7)/BusinessPartner/$ref"]
)
def test_A5_ref_is_an_invalid_property(reader, path):
    with reader.client() as client:
        answer = client.get(path)
    assert (answer.status_code, answer.json()["error"]) == (
        400,
        {"code": "201", "message": "Invalid query option: $ref is an invalid property."},
    )


# -- options by request --------------------------------------------------------------------


def test_A3_texts_compare_without_case_when_asked(reader):
    query = {"$filter": "CardName eq 'PARTNER c20'", "$select": "CardCode"}
    with reader.client() as client:
        assert client.get("BusinessPartners", params=query).json()["value"] == []
        headers = {"B1S-CaseInsensitive": "true"}
        found = client.get("BusinessPartners", params=query, headers=headers).json()["value"]
        assert [row["CardCode"] for row in found] == ["C20"]
        query["$filter"] = "contains(CardName, 'NER C2')"
        found = client.get("BusinessPartners", params=query, headers=headers).json()["value"]
        assert [row["CardCode"] for row in found] == ["C20"]


def test_A3_for_wcf_no_property_is_named_like_its_type(shared):
    lots = [{"BatchNumber": "L2", "Quantity": 5}]
    line = {"ItemCode": "A-200", "Quantity": 5, "UnitPrice": 1, "BatchNumbers": lots}
    with shared.client("v1") as client:
        made = client.post("DeliveryNotes", json={"CardCode": "C10", "DocumentLines": [line]})
        path = f"DeliveryNotes({made.json()['DocEntry']})"
        plain = client.get(path).json()["DocumentLines"][0]["BatchNumbers"][0]
        headers = {"B1S-WCFCompatible": "True"}
        wcf = client.get(path, headers=headers).json()["DocumentLines"][0]["BatchNumbers"][0]
    assert "BatchNumber" in plain
    assert "BatchNumberProperty" not in plain
    assert wcf["BatchNumberProperty"] == "L2"


def test_A4_the_v4_name_of_the_page_preference_is_taken_too(reader):
    with reader.client() as client:
        answer = client.get("Orders", headers={"Prefer": "maxpagesize=3, return-no-content"})
    assert len(answer.json()["value"]) == 3
    assert answer.headers["Preference-Applied"] == "odata.maxpagesize=3"
