"""The company's own fields and tables, and what `$metadata` says of them (A13; guide 3.14)."""

from __future__ import annotations

import os
import xml.etree.ElementTree as ElementTree

import pytest

pytestmark = pytest.mark.skipif(
    "PROMESA_CONFORMANCE_SAP_B1" in os.environ, reason="alters the company's tables"
)


def types_of(client, **headers):
    """Type name → its properties' names and types, as `$metadata` declares them."""
    root = ElementTree.fromstring(client.get("$metadata", headers=headers).content)
    return {
        element.get("Name"): {
            child.get("Name"): child.get("Type") for child in element if "}Property" in child.tag
        }
        for element in root.iter()
        if element.tag.endswith(("}EntityType", "}ComplexType"))
    }


def test_A13_a_table_is_named_in_capitals_and_served_with_its_fields(small):
    field = {"TableName": "@MYTBL", "Name": "F1", "Type": "db_Alpha", "Size": 10}
    with small.client("v1") as client:
        early = client.post("UserFieldsMD", json=field)
        assert (early.status_code, early.json()["error"]["code"]) == (400, -2028)
        table = {"TableName": "MyTbl", "TableDescription": "Mine", "TableType": "bott_NoObject"}
        made = client.post("UserTablesMD", json=table)
        assert (made.status_code, made.json()["TableName"]) == (201, "MYTBL")
        assert made.json()["Archivable"] == "tNO"
        assert client.post("UserFieldsMD", json=field).status_code == 201

        row = client.post("U_MYTBL", json={"Code": "C", "Name": "CName", "U_F1": "data"})
        assert row.status_code == 201
        assert client.get("U_MYTBL('C')").json()["U_F1"] == "data"
        assert client.get("U_MYTBL(Code='C')").status_code == 200
        found = client.get("U_MYTBL?$filter=U_F1 eq 'data'&$select=Code").json()["value"]
        assert found == [{"Code": "C"}]
        assert client.patch("U_MYTBL('C')", json={"U_F1": "other"}).status_code == 204
        assert client.get("U_MYTBL('C')/U_F1").json() == {"value": "other"}
        assert client.get("UserTablesMD('MYTBL')").json()["TableDescription"] == "Mine"

        assert types_of(client)["U_MYTBL"] == {
            "Code": "Edm.String",
            "Name": "Edm.String",
            "U_F1": "Edm.String",
        }
        assert "U_MYTBL" in {entry["name"] for entry in client.get("").json()["value"]}

        assert client.delete("U_MYTBL('C')").status_code == 204
        assert client.delete("UserTablesMD('MYTBL')").status_code == 204
        assert client.get("U_MYTBL").status_code == 404
        assert "U_MYTBL" not in types_of(client)


def test_A13_a_table_survives_a_restart(restartable):
    server = restartable()
    with server.client() as client:
        client.post("UserTablesMD", json={"TableName": "KEPT", "TableType": "bott_NoObject"})
        client.post("U_KEPT", json={"Code": "1"})
    server.stop()
    server = restartable()
    with server.client() as client:
        assert client.get("U_KEPT('1')").json()["Code"] == "1"
    server.stop()


def test_A13_a_refused_change_set_takes_its_table_back(small):
    body = (
        "--b\nContent-Type: multipart/mixed;boundary=c\n\n"
        "--c\nContent-Type: application/http\nContent-ID: 1\n\n"
        'POST UserTablesMD\n\n{"TableName": "GONE", "TableType": "bott_NoObject"}\n\n'
        "--c\nContent-Type: application/http\nContent-ID: 2\n\n"
        'POST Items\n\n{"ItemCode": "A-100"}\n\n--c--\n--b--\n'
    )
    headers = {"Content-Type": "multipart/mixed;boundary=b"}
    with small.client() as client:
        assert "HTTP/1.1 400" in client.post("$batch", content=body, headers=headers).text
        assert client.get("U_GONE").status_code == 404
        assert client.get("UserTablesMD('GONE')").status_code == 404


@pytest.mark.parametrize(("dialect", "day"), [("v1", "Edm.DateTime"), ("v2", "Edm.DateTimeOffset")])
def test_A13_metadata_declares_the_fields_of_the_company(small, dialect, day):
    fields = [
        ("ORDR", "Day", "db_Date"),
        ("RDR1", "Count", "db_Numeric"),
        ("OITM", "W", "db_Float"),
    ]
    with small.client(dialect) as client:
        before = types_of(client)
        assert before["Document"]["U_PRM_Deal"] == "Edm.String"
        for table, name, kind in fields:
            made = client.post(
                "UserFieldsMD", json={"TableName": table, "Name": name, "Type": kind}
            )
            assert made.status_code == 201
        after = types_of(client)
    assert after["Document"]["U_Day"] == day
    assert after["DocumentLine"]["U_Count"] == "Edm.Int32"
    assert after["Item"]["U_W"] == "Edm.Double"
    assert set(after["Document"]) - set(before["Document"]) == {"U_Day"}


def test_A14_metadata_for_wcf_names_no_property_like_its_type(reader):
    with reader.client("v1") as client:
        plain, wcf = types_of(client), types_of(client, **{"B1S-WCFCompatible": "True"})
    with reader.client("v2") as client:
        newer = types_of(client)
    assert "BatchNumber" in plain["BatchNumber"]
    assert "BatchNumberProperty" in wcf["BatchNumber"]
    assert set(wcf["BatchNumber"]) == set(newer["BatchNumber"])
