"""What travels: sign-in, shapes of errors, paging, counting, single entities, writes and tags."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

knows_the_company = pytest.mark.skipif(
    "PROMESA_CONFORMANCE_SAP_B1" in os.environ, reason="knows its records"
)


def tag(version):
    return f'W/"{hashlib.sha1(str(version).encode()).hexdigest().upper()}"'


# -- sign-in -----------------------------------------------------------------------------------


def test_A2_the_session_cookie_has_no_path_and_a_trailing_semicolon(reader):
    with reader.client(login=False) as client:
        answer = client.post("Login", json=reader.credentials)
    first, second = answer.headers.get_list("set-cookie")
    assert first == f"B1SESSION={answer.json()['SessionId']};HttpOnly;"
    assert second == "ROUTEID=.node1; path=/b1s"


def test_A2_no_session_is_401_with_code_301_in_each_dialect(reader):
    text = "Invalid session or session already timeout."
    with reader.client("v1", login=False) as client:
        answer = client.get("Items")
    assert answer.status_code == 401
    assert answer.json() == {"error": {"code": 301, "message": {"lang": "en-us", "value": text}}}
    assert answer.headers["DataServiceVersion"] == "3.0"
    with reader.client("v2", login=False) as client:
        answer = client.get("Items")
    assert answer.status_code == 401
    assert answer.json() == {"error": {"code": "301", "message": text}}
    assert answer.headers["Content-Type"] == "application/json;charset=utf-8"


def test_A1_paths_are_case_sensitive_login_in_small_letters_is_a_lost_session(reader):
    with reader.client(login=False) as client:
        answer = client.post("login", json=reader.credentials)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "301")


def test_A2_wrong_password_and_unknown_company(reader):
    with reader.client(login=False) as client:
        wrong = client.post("Login", json={**reader.credentials, "Password": "x"})
        unknown = client.post("Login", json={**reader.credentials, "CompanyDB": "NOWHERE"})
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert wrong.json()["error"]["message"] != unknown.json()["error"]["message"]


def test_A2_logout_ends_the_session(reader):
    with reader.client() as client:
        assert client.get("Currencies").status_code == 200
        answer = client.post("Logout")
        assert (answer.status_code, answer.content) == (204, b"")
        assert client.get("Currencies").status_code == 401


@knows_the_company
def test_A2_the_timeout_counts_from_the_last_request_not_from_the_login(small):
    with small.client() as client:
        for _ in range(3):
            small.advance(25 * 60)
            assert client.get("Currencies").status_code == 200
        small.advance(31 * 60)
        assert client.get("Currencies").status_code == 401


@knows_the_company
def test_A2_a_restart_ends_sessions_and_keeps_records(restartable):
    server = restartable()
    with server.client() as client:
        made = client.post("Orders", json={"CardCode": "C10", "DocumentLines": [LINE]}).json()
        cookie = client.cookies.get("B1SESSION")
    server.stop()
    again = restartable()
    with again.client(login=False) as client:
        answer = client.get("Orders(46)", headers={"Cookie": f"B1SESSION={cookie}"})
        assert answer.status_code == 401
    with again.client() as client:
        kept = client.get("Orders(46)").json()
    again.stop()
    assert {k: v for k, v in kept.items() if "@" not in k} == {
        k: v for k, v in made.items() if "@" not in k
    }


LINE = {"ItemCode": "A-100", "Quantity": 1}


# -- collections -------------------------------------------------------------------------------


@knows_the_company
def test_A4_a_page_has_20_and_the_next_link_is_relative_to_the_service(reader):
    with reader.client() as client:
        page = client.get("Orders?$orderby=DocEntry").json()
        assert len(page["value"]) == 20
        assert page["@odata.nextLink"] == "Orders?$orderby=DocEntry&$skip=20"
        seen, link = [], "Orders?$orderby=DocEntry"
        while link:
            page = client.get(link).json()
            seen += [row["DocEntry"] for row in page["value"]]
            link = page.get("@odata.nextLink")
    assert seen == list(range(1, 46))


@knows_the_company
def test_A4_the_filter_is_encoded_in_the_next_link(reader):
    with reader.client() as client:
        page = client.get("Orders", params={"$filter": "DocumentStatus eq 'bost_Close'"}).json()
    assert (
        page["@odata.nextLink"] == "Orders?$filter=DocumentStatus%20eq%20%27bost_Close%27&$skip=20"
    )


@pytest.mark.parametrize(
    ("size", "rows", "has_more"), [(7, 7, True), (45, 45, False), (0, 45, False)]
)
@knows_the_company
def test_A4_maxpagesize_is_taken_and_echoed_and_0_means_everything(reader, size, rows, has_more):
    with reader.client() as client:
        answer = client.get("Orders", headers={"Prefer": f"odata.maxpagesize={size}"})
    assert answer.headers["Preference-Applied"] == f"odata.maxpagesize={size}"
    assert len(answer.json()["value"]) == rows
    assert ("@odata.nextLink" in answer.json()) == has_more


@knows_the_company
def test_A4_prefer_beats_the_page_size_option(reader):
    with reader.client() as client:
        headers = {"B1S-PageSize": "3"}
        assert len(client.get("Orders", headers=headers).json()["value"]) == 3
        headers["Prefer"] = "odata.maxpagesize=5"
        assert len(client.get("Orders", headers=headers).json()["value"]) == 5


@knows_the_company
def test_A4_a_top_within_the_page_has_no_next_link_a_greater_one_has(reader):
    with reader.client() as client:
        small = client.get("Orders?$top=20").json()
        great = client.get("Orders?$top=30").json()
        rest = client.get(great["@odata.nextLink"]).json()
    assert (len(small["value"]), "@odata.nextLink" in small) == (20, False)
    assert len(great["value"]) == 20
    assert (len(rest["value"]), "@odata.nextLink" in rest) == (10, False)


@knows_the_company
def test_A4_counts_in_both_dialects(reader):
    with reader.client() as client:
        answer = client.get("Orders/$count")
        assert (answer.text, answer.headers["Content-Type"]) == ("45", "text/plain")
        assert client.get("Orders?$count=true&$top=1").json()["@odata.count"] == 45
    with reader.client("v1") as client:
        page = client.get("Orders?$inlinecount=allpages&$top=1").json()
        assert page["odata.count"] == "45"
        assert client.get("Orders?$inlinecount=some").status_code == 400


@knows_the_company
def test_A14_v1_has_its_own_names_and_plain_dates(reader):
    with reader.client("v1") as client:
        page = client.get("Orders").json()
        order = client.get("Orders(7)")
    assert page["odata.metadata"].endswith("/b1s/v1/$metadata#Orders")
    assert page["odata.nextLink"] == "Orders?$skip=20"
    assert order.json()["DocDate"] == "2025-07-08"
    assert order.headers["Content-Type"] == "application/json;odata=minimalmetadata;charset=utf-8"


@knows_the_company
def test_A15_every_declared_property_is_there_and_null_when_absent(reader):
    with reader.client() as client:
        order = client.get("Orders(1)").json()
    assert len([name for name in order if "@" not in name]) == 292 + 1
    assert order["U_PRM_Deal"] is None
    assert order["NumAtCard"] is None
    assert order["DocumentInstallments"] == []
    assert len(order["DocumentLines"][0]) == 235


@knows_the_company
def test_A8_selected_properties_come_in_the_order_asked_with_a_frozen_tag(small):
    with small.client() as client:
        client.patch("Items('A-100')", json={"ItemName": "x"})
        answer = client.get("Items('A-100')?$select=ItemName,ItemCode")
    assert "ETag" not in answer.headers
    assert list(answer.json()) == ["@odata.context", "@odata.etag", "ItemName", "ItemCode"]
    assert answer.json()["@odata.etag"] == tag(1)


def test_A5_an_unknown_property_in_select(reader):
    with reader.client() as client:
        answer = client.get("Orders?$select=DocEntry,DocStatus")
    assert answer.status_code == 400
    assert answer.json()["error"] == {
        "code": "-1000",
        "message": "Property 'DocStatus' of 'Document' is invalid",
    }


# -- single entities ---------------------------------------------------------------------------


def test_A6_a_missing_key_in_both_dialects(reader):
    text = "No matching records found (ODBC -2028)"
    with reader.client() as client:
        answer = client.get("Orders(999999)")
    assert (answer.status_code, answer.json()) == (
        404,
        {"error": {"code": "-2028", "message": text}},
    )
    with reader.client("v1") as client:
        answer = client.get("Items('no such item')")
    assert answer.json()["error"] == {"code": -2028, "message": {"lang": "en-us", "value": text}}


@knows_the_company
def test_A6_keys_of_every_form(small):
    with small.client() as client:
        client.post("Items", json={"ItemCode": "a'b/c (1)", "ItemName": "odd"})
        assert client.get("Items('a''b/c (1)')").json()["ItemName"] == "odd"
        assert client.get("Items('a%27%27b%2Fc%20(1)')").json()["ItemName"] == "odd"
        assert client.get("Items(ItemCode='A-100')").status_code == 200
        assert client.get("UserFieldsMD(TableName='ORDR',FieldID=0)").json()["Name"] == "PRM_Deal"
        assert client.get("Orders('7')").status_code == 400


def test_A1_the_metadata_is_xml_whatever_is_accepted(reader):
    with reader.client() as client:
        answer = client.get("$metadata?$format=json", headers={"Accept": "application/json"})
    assert answer.headers["Content-Type"] == "application/xml"
    assert b'<EntityContainer Name="ServiceLayer">' in answer.content
    with reader.client("v1") as client:
        older = client.get("$metadata")
    assert b'Type="Edm.DateTime"' in older.content
    assert b'Type="Edm.DateTimeOffset"' not in older.content


# -- writes ------------------------------------------------------------------------------------


@knows_the_company
def test_A6_a_created_entity_comes_back_with_its_address_and_tag(small):
    with small.client() as client:
        answer = client.post(
            "BusinessPartners", json={"CardCode": "C99", "CardName": "New", "CardType": "C"}
        )
        assert answer.status_code == 201
        assert answer.headers["Location"].endswith("/b1s/v2/BusinessPartners('C99')")
        assert answer.headers["ETag"] == answer.json()["@odata.etag"] == tag(1)
        assert answer.json()["CardType"] == "cCustomer"
        assert answer.json()["CreateDate"] == "2025-09-01T00:00:00Z"
        again = client.post("BusinessPartners", json={"CardCode": "C99"})
    assert again.status_code == 400
    assert again.json()["error"]["code"] == "-10"
    assert again.json()["error"]["message"].startswith("1320000140 - Business partner code 'C99'")


@knows_the_company
def test_A6_no_content_when_the_client_wants_none(small):
    with small.client() as client:
        answer = client.post(
            "Items", json={"ItemCode": "i011"}, headers={"Prefer": "return-no-content"}
        )
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Location"] == "/b1s/v2/Items('i011')"
    assert answer.headers["Preference-Applied"] == "return-no-content"


@knows_the_company
def test_A6_patch_keeps_put_resets_delete_removes(small):
    with small.client() as client:
        made = {"Code": "GBP", "Name": "Pound", "EnglishName": "Pound sterling"}
        client.post("Currencies", json=made)
        assert client.patch("Currencies('GBP')", json={"Name": "Libra"}).status_code == 204
        kept = client.get("Currencies('GBP')").json()
        assert (kept["Name"], kept["EnglishName"]) == ("Libra", "Pound sterling")
        assert client.put("Currencies('GBP')", json={"Name": "Pfund"}).status_code == 204
        reset = client.get("Currencies('GBP')").json()
        assert (reset["Name"], reset["EnglishName"]) == ("Pfund", None)
        assert client.delete("Currencies('GBP')").status_code == 204
        assert client.get("Currencies('GBP')").status_code == 404


@knows_the_company
def test_A6_there_is_no_upsert(small):
    with small.client() as client:
        answer = client.patch("Items('NEW')", json={"ItemName": "x"})
    assert (answer.status_code, answer.json()["error"]) == (
        404,
        {"code": "-2028", "message": "Entity with value('NEW') does not exist"},
    )


@knows_the_company
def test_A3_the_method_may_travel_in_a_header(small):
    with small.client() as client:
        headers = {"X-HTTP-Method-Override": "PATCH"}
        answer = client.post("Items('A-100')", json={"ItemName": "y"}, headers=headers)
        assert answer.status_code == 204
        assert client.get("Items('A-100')").json()["ItemName"] == "y"


@knows_the_company
def test_A6_documents_are_not_deleted(small):
    with small.client() as client:
        answer = client.delete("Orders(1)")
    assert (answer.status_code, answer.json()["error"]) == (
        400,
        {
            "code": "-5006",
            "message": "The requested action is not supported for this object.",
        },
    )


@knows_the_company
def test_A6_rows_of_a_collection_merge_unless_replacing_is_asked_for(small):
    change = {"BPAddresses": [{"RowNum": 1, "AddressName": "Shop", "City": "Elche"}]}
    with small.client() as client:
        client.patch("BusinessPartners('C10')", json=change)
        rows = client.get("BusinessPartners('C10')").json()["BPAddresses"]
        assert [(row["AddressName"], row["City"]) for row in rows] == [
            ("Main", None),
            ("Shop", "Elche"),
        ]
        client.patch("BusinessPartners('C10')", json={"BPAddresses": [{"AddressName": "Third"}]})
        rows = client.get("BusinessPartners('C10')").json()["BPAddresses"]
        assert [row["RowNum"] for row in rows] == [0, 1, 2]
        headers = {"B1S-ReplaceCollectionsOnPatch": "true"}
        client.patch("BusinessPartners('C10')", json=change, headers=headers)
        rows = client.get("BusinessPartners('C10')").json()["BPAddresses"]
    assert [row["AddressName"] for row in rows] == ["Shop"]


@knows_the_company
def test_F20_a_stale_tag_is_412(small):
    with small.client() as client:
        first = client.get("Items('A-100')").headers["ETag"]
        assert first == tag(1)
        ok = client.patch("Items('A-100')", json={"ItemName": "1"}, headers={"If-Match": first})
        assert ok.status_code == 204
        stale = client.patch("Items('A-100')", json={"ItemName": "2"}, headers={"If-Match": first})
        assert (stale.status_code, stale.json()["error"]["code"]) == (412, "-2039")
        assert client.get("Items('A-100')").headers["ETag"] == tag(2)
        strong = client.patch(
            "Items('A-100')", json={"ItemName": "3"}, headers={"If-Match": '"no weak tag"'}
        )
        assert strong.status_code == 204
        same = client.get("Items('A-100')", headers={"If-None-Match": tag(3)})
        assert same.status_code == 200


@knows_the_company
def test_A8_entities_without_a_version_have_no_tag(reader):
    with reader.client() as client:
        for path in ("Currencies('EUR')", "Resources('WC1')", "Warehouses('01')"):
            answer = client.get(path)
            assert "ETag" not in answer.headers
            assert "@odata.etag" not in answer.json()


@knows_the_company
def test_A11_stamps_move_from_the_sandbox_clock_where_the_entity_has_them(small):
    small.advance(3 * 24 * 3600)
    with small.client() as client:
        client.patch("Items('A-100')", json={"ItemName": "z"})
        client.patch("Warehouses('01')", json={"WarehouseName": "z"})
        item, place = client.get("Items('A-100')").json(), client.get("Warehouses('01')").json()
    assert item["UpdateDate"] == "2025-09-04T00:00:00Z"
    assert item["UpdateTime"].startswith("08:0")  # 06:00 UTC on the server's own clock in Madrid
    assert "UpdateDate" not in place


@knows_the_company
@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"[1]", "-1000"),
        (b"no json", "-1000"),
        (b'{"ItemCode": "X", "Foo": 1}', "-1000"),
        (b'{"ItemCode": "X", "U_Unknown": "1"}', "-1000"),
        (b'{"ItemCode": "X", "Valid": "maybe"}', "-1000"),
        (b'{"ItemCode": "X", "MinInventory": "12,5x"}', "-1000"),
    ],
)
def test_A6_bodies_that_are_refused(small, body, code):
    with small.client() as client:
        answer = client.post("Items", content=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
        assert client.get("Items('X')").status_code == 404


@knows_the_company
def test_A13_user_fields_are_declared_before_they_are_written(small):
    field = {"TableName": "OITM", "Name": "PRM_Note", "Type": "db_Alpha", "Size": 20}
    with small.client() as client:
        assert client.post("Items", json={"ItemCode": "X", "U_PRM_Note": "1"}).status_code == 400
        made = client.post("UserFieldsMD", json=field)
        assert (made.status_code, made.json()["FieldID"]) == (201, 0)
        assert client.post("Items", json={"ItemCode": "X", "U_PRM_Note": "1"}).status_code == 201
        assert client.get("Items('A-100')").json()["U_PRM_Note"] is None
        found = client.get("Items", params={"$filter": "U_PRM_Note eq '1'"}).json()["value"]
        assert [row["ItemCode"] for row in found] == ["X"]
        retyped = client.patch(
            "UserFieldsMD(TableName='OITM',FieldID=0)", json={"Type": "db_Numeric"}
        )
    assert retyped.status_code == 400


# -- services ----------------------------------------------------------------------------------


@knows_the_company
def test_A6_rates_and_currencies(small):
    with small.client() as client:
        call = "SBOBobService_GetCurrencyRate(Currency='USD',Date='20250901')"
        assert client.get(call).json() == 0.91
        posted = client.post(
            "SBOBobService_GetCurrencyRate", json={"Currency": "USD", "Date": "2025-09-01"}
        )
        assert posted.json() == 0.91
        missing = client.get("SBOBobService_GetCurrencyRate(Currency='USD',Date='20250902')")
        assert (missing.status_code, missing.json()["error"]["code"]) == (400, "-4006")
        rate = {"Currency": "USD", "Rate": "0.9", "RateDate": "20250902"}
        assert client.post("SBOBobService_SetCurrencyRate", json=rate).status_code == 204
        assert client.get(missing.request.url).json() == 0.9
        assert client.get("SBOBobService_GetLocalCurrency()").json() == "EUR"
        assert client.post("SBOBobService_GetLocalCurrency", json={}).json() == "EUR"
        assert client.get("CompanyService_GetCompanyInfo").json()["CompanyName"] == "Small Works"
        listed = client.post("HolidayService_GetHolidayList").json()["value"]
    assert listed == [{"HolidayCode": "ES-2025"}]


def test_A2_ping_needs_no_session(reader):
    answer = httpx.get(f"{reader.url}/ping/load-balancer")
    assert answer.json()["message"] == "pong"
    assert answer.json()["sender"] == "load balancer"
    assert isinstance(answer.json()["timestamp"], str)


@knows_the_company
def test_A2_an_absent_node_is_503(reader):
    absent = httpx.get(f"{reader.url}/ping/node/9")
    assert absent.status_code == 503
    assert absent.json()["message"] == "node 9 does not exist"
    assert absent.json()["sender"] == "load balancer"
    assert httpx.get(f"{reader.url}/ping/node/1").json()["sender"] == "node1"


BATCH = """--b
Content-Type: application/http
Content-Transfer-Encoding: binary

GET /b1s/v1/Currencies('EUR')

--b
Content-Type: multipart/mixed;boundary=c

--c
Content-Type: application/http
Content-Transfer-Encoding: binary
Content-ID: 1

POST /b1s/v1/Orders

{"CardCode": "C10", "DocumentLines": [{"ItemCode": "A-100", "Quantity": 1, "UnitPrice": 5}]}

--c
Content-Type: application/http
Content-Transfer-Encoding: binary
Content-ID: 2

POST $1/Close

--c--
--b--
"""


@knows_the_company
def test_A9_a_batch_in_the_manuals_form_answers_202_in_v1_and_names_what_it_made(small):
    headers = {"Content-Type": "multipart/mixed;boundary=b"}
    with small.client("v1") as client:
        answer = client.post("$batch", content=BATCH.replace("\n", "\r\n"), headers=headers)
        made = client.get("Orders(46)").json()
    assert answer.status_code == 202
    assert answer.headers["Content-Type"].startswith("multipart/mixed; boundary=batchresponse_")
    assert [line for line in answer.text.split("\r\n") if line.startswith("HTTP/1.1")] == [
        "HTTP/1.1 200 OK",
        "HTTP/1.1 201 Created",
        "HTTP/1.1 204 No Content",
    ]
    assert "Content-Type: multipart/mixed; boundary=changesetresponse_" in answer.text
    assert made["DocumentStatus"] == "bost_Close"


@knows_the_company
@pytest.mark.parametrize("content", ["", "--b\nnothing", "no boundary at all"])
def test_A9_an_incomplete_batch(small, content):
    headers = {"Content-Type": "multipart/mixed;boundary=b"}
    with small.client() as client:
        answer = client.post("$batch", content=content, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (
        400,
        {"code": "-1000", "message": "Incomplete Batch Request Body!"},
    )


@knows_the_company
def test_A15_every_declared_set_is_served_and_an_empty_body_never_breaks_the_server(small):
    with small.client() as client:
        document = client.get("").json()["value"]
        assert len(document) == 310
        for name in (entry["url"] for entry in document):
            assert client.get(f"{name}?$top=1&$select=*").status_code == 200, name
            assert client.post(name, json={}).status_code < 500, name


@knows_the_company
def test_A14_a_lots_name_has_another_property_in_each_dialect(small):
    line = {"ItemCode": "A-200", "Quantity": 5, "UnitPrice": 1}
    with small.client("v1") as client:
        lots = [{"BatchNumber": "L2", "Quantity": 5}]
        body = {"CardCode": "C10", "DocumentLines": [{**line, "BatchNumbers": lots}]}
        older = client.post("DeliveryNotes", json=body).json()["DocumentLines"][0]["BatchNumbers"]
    with small.client("v2") as client:
        newer = client.get("DeliveryNotes(1)").json()["DocumentLines"][0]["BatchNumbers"]
    assert (older[0]["BatchNumber"], newer[0]["BatchNumberProperty"]) == ("L2", "L2")
    assert "BatchNumberProperty" not in older[0]
    assert "BatchNumber" not in newer[0]


@knows_the_company
def test_A17_readers_and_writers_at_once_see_whole_transactions(small):
    """Four writers sell a piece ten times each; readers always find the totals agreeing."""
    body = {"CardCode": "C10", "DocumentLines": [{"ItemCode": "A-100", "Quantity": 1}]}

    def sell(_):
        with small.client() as client:
            return [client.post("Orders", json=body).status_code for _ in range(10)]

    def look(_):
        with small.client() as client:
            return [client.get("Items('A-100')").json() for _ in range(10)]

    with ThreadPoolExecutor(6) as pool:
        looks = pool.map(look, range(2))
        sold = list(pool.map(sell, range(4)))
    assert sold == [[201] * 10] * 4
    for item in (item for found in looks for item in found):
        row = item["ItemWarehouseInfoCollection"][0]
        assert row["Committed"] == item["QuantityOrderedByCustomers"]
    with small.client() as client:
        assert client.get("Items('A-100')").json()["QuantityOrderedByCustomers"] == 40.0
        assert client.get("Orders/$count").text == "85"
