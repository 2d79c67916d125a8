"""Several records or calls in one request: composite, batch, graph, tree, collections (B5)."""

from __future__ import annotations

import uuid

import pytest

ROOT = "/services/data/v60.0"


@pytest.fixture
def mark():
    return f"c{uuid.uuid4().hex[:12]}"


def named(client, mark):
    soql = f"SELECT Name FROM Account WHERE Name LIKE '{mark}%' ORDER BY Name"
    found = client.get("query", params={"q": soql}).json()["records"]
    return [one["Name"].removeprefix(mark).strip() for one in found]


def account(mark, name, **values):
    return {"attributes": {"type": "Account"}, "Name": f"{mark} {name}", **values}


def sub(reference, method, path, **other):
    return {"referenceId": reference, "method": method, "url": f"{ROOT}/{path}", **other}


def composite(client, *requests, **other):
    answer = client.post("composite", json={"compositeRequest": list(requests), **other})
    assert answer.status_code == 200, answer.text
    return answer.json()["compositeResponse"]


def test_a_later_call_refers_to_an_earlier_answer(client, mark):
    """B5: compositeResponse with body, httpHeaders, httpStatusCode, referenceId, in order."""
    made, contact, read = composite(
        client,
        sub("first", "POST", "sobjects/Account", body={"Name": f"{mark} A"}),
        sub(
            "second", "POST", "sobjects/Contact", body={"LastName": "X", "AccountId": "@{first.id}"}
        ),
        sub("third", "GET", "sobjects/Contact/@{second.id}?fields=AccountId"),
    )
    assert made.keys() == {"body", "httpHeaders", "httpStatusCode", "referenceId"}
    assert (made["httpStatusCode"], contact["httpStatusCode"]) == (201, 201)
    assert made["httpHeaders"]["Location"].endswith(made["body"]["id"])
    assert read["body"]["AccountId"] == made["body"]["id"]


def test_a_reference_to_nothing_halts_that_call_alone(client, mark):
    """B5: PROCESSING_HALTED; the error's body is an array."""
    failed, halted, made = composite(
        client,
        sub("first", "POST", "sobjects/Account", body={}),
        sub("second", "PATCH", "sobjects/Account/@{first.id}", body={"Phone": "1"}),
        sub("third", "POST", "sobjects/Account", body={"Name": f"{mark} B"}),
    )
    assert (failed["httpStatusCode"], failed["body"][0]["errorCode"]) == (
        400,
        "REQUIRED_FIELD_MISSING",
    )
    assert (halted["httpStatusCode"], halted["body"][0]["errorCode"]) == (400, "PROCESSING_HALTED")
    assert made["httpStatusCode"] == 201
    assert named(client, mark) == ["B"]


def test_all_or_none_undoes_every_call(client, mark):
    """B5: allOrNone; the others say PROCESSING_HALTED."""
    first, second = composite(
        client,
        sub("first", "POST", "sobjects/Account", body={"Name": f"{mark} C"}),
        sub("second", "POST", "sobjects/Account", body={}),
        allOrNone=True,
    )
    assert first["body"][0]["errorCode"] == "PROCESSING_HALTED"
    assert second["body"][0]["errorCode"] == "REQUIRED_FIELD_MISSING"
    assert named(client, mark) == []


@pytest.mark.parametrize(
    "requests",
    [
        [sub(f"r{n}", "GET", "limits") for n in range(26)],
        [sub("same", "GET", "limits")] * 2,
        [{"method": "GET", "url": f"{ROOT}/limits"}],
    ],
    ids=["26 calls", "one reference twice", "no reference"],
)
def test_a_composite_call_that_can_not_be(client, requests):
    """B5: at most 25 calls, each with a reference of its own."""
    answer = client.post("composite", json={"compositeRequest": requests})
    assert answer.status_code == 400
    assert answer.json()[0]["errorCode"]


def test_a_batch_goes_on_or_halts(client, mark):
    """B5: results with statusCode and result; haltOnError answers 412 for the rest."""
    requests = [
        {"method": "GET", "url": "v60.0/limits"},
        {"method": "POST", "url": "v60.0/sobjects/Account", "richInput": {}},
        {"method": "POST", "url": "v60.0/sobjects/Account", "richInput": {"Name": f"{mark} D"}},
    ]
    going_on = client.post("composite/batch", json={"batchRequests": requests}).json()
    assert going_on["hasErrors"] is True
    assert [one["statusCode"] for one in going_on["results"]] == [200, 400, 201]
    assert named(client, mark) == ["D"]
    halted = client.post(
        "composite/batch", json={"batchRequests": requests, "haltOnError": True}
    ).json()
    assert [one["statusCode"] for one in halted["results"]] == [200, 400, 412]
    assert halted["results"][2]["result"][0]["errorCode"] == "BATCH_PROCESSING_HALTED"
    assert named(client, mark) == ["D"]


def test_each_graph_is_done_whole_or_not_at_all(client, mark):
    """B5: graphs with graphId, graphResponse, isSuccessful."""
    good = [
        sub("a", "POST", "sobjects/Account", body={"Name": f"{mark} E"}),
        sub("b", "POST", "sobjects/Contact", body={"LastName": "E", "AccountId": "@{a.id}"}),
    ]
    bad = [
        sub("a", "POST", "sobjects/Account", body={"Name": f"{mark} F"}),
        sub("b", "POST", "sobjects/Contact", body={}),
    ]
    body = {
        "graphs": [
            {"graphId": "1", "compositeRequest": good},
            {"graphId": "2", "compositeRequest": bad},
        ]
    }
    first, second = client.post("composite/graph", json=body).json()["graphs"]
    assert (first["graphId"], first["isSuccessful"]) == ("1", True)
    assert (second["graphId"], second["isSuccessful"]) == ("2", False)
    statuses = [one["httpStatusCode"] for one in second["graphResponse"]["compositeResponse"]]
    assert statuses == [400, 400]
    assert named(client, mark) == ["E"]


def test_a_tree_makes_records_with_their_children(client, mark):
    """B5: 201 with referenceId and id of each record."""
    contacts = [
        {"attributes": {"type": "Contact", "referenceId": f"c{n}"}, "LastName": f"{mark} {n}"}
        for n in (1, 2)
    ]
    body = {
        "records": [
            {
                "attributes": {"type": "Account", "referenceId": "a"},
                "Name": f"{mark} G",
                "Contacts": {"records": contacts},
            }
        ]
    }
    answer = client.post("composite/tree/Account", json=body)
    assert answer.status_code == 201
    content = answer.json()
    assert content["hasErrors"] is False
    assert [one["referenceId"] for one in content["results"]] == ["a", "c1", "c2"]
    read = client.get(f"sobjects/Contact/{content['results'][1]['id']}").json()
    assert read["AccountId"] == content["results"][0]["id"]


def test_a_tree_with_one_bad_record_makes_none(client, mark):
    """B5: 400 with the failed record's errors, and nothing is created."""
    body = {
        "records": [
            {"attributes": {"type": "Account", "referenceId": "a"}, "Name": f"{mark} H"},
            {"attributes": {"type": "Account", "referenceId": "b"}, "Nope": 1},
        ]
    }
    answer = client.post("composite/tree/Account", json=body)
    assert answer.status_code == 400
    content = answer.json()
    assert content["hasErrors"] is True
    (failed,) = content["results"]
    assert failed["referenceId"] == "b"
    assert failed["errors"][0].keys() == {"statusCode", "message", "fields"}
    assert named(client, mark) == []


def test_rows_are_answered_in_order_with_their_own_errors(client, mark):
    """B5: HTTP 200 even when rows fail; the key is statusCode, not errorCode."""
    rows = [account(mark, "I"), {"attributes": {"type": "Account"}}, account(mark, "J")]
    answer = client.post("composite/sobjects", json={"records": rows})
    assert answer.status_code == 200
    first, second, third = answer.json()
    assert first.keys() == {"id", "success", "errors"}
    assert (first["success"], second["success"], third["success"]) == (True, False, True)
    (error,) = second["errors"]
    assert error["statusCode"] == "REQUIRED_FIELD_MISSING"
    assert error["fields"] == ["Name"]
    assert named(client, mark) == ["I", "J"]


def test_rows_are_read_by_their_ids_both_ways(client, mark):
    """B5: GET and POST composite/sobjects/X; null where no record has the id."""
    rows = [account(mark, "K", Phone="1"), account(mark, "L", Phone="2")]
    ids = [one["id"] for one in client.post("composite/sobjects", json={"records": rows}).json()]
    missing = ids[0][:6] + "zzzzzzzzz" + "AAA"
    wanted = [ids[1], missing, ids[0]]
    got = client.get(
        "composite/sobjects/Account", params={"ids": ",".join(wanted), "fields": "Name,Phone"}
    ).json()
    posted = client.post(
        "composite/sobjects/Account", json={"ids": wanted, "fields": ["Name", "Phone"]}
    ).json()
    assert got == posted
    assert [one and one["Phone"] for one in got] == ["2", None, "1"]


def test_rows_of_several_objects_in_one_request(client, mark):
    """B5: chunks of consecutive types, at most ten."""
    rows = [
        account(mark, "M"),
        {"attributes": {"type": "Contact"}, "LastName": mark},
        account(mark, "N"),
    ]
    answer = client.post("composite/sobjects", json={"records": rows}).json()
    assert [one["id"][:3] for one in answer] == ["001", "003", "001"]
    many = [account(mark, "x"), {"attributes": {"type": "Contact"}, "LastName": mark}] * 6
    refused = client.post("composite/sobjects", json={"records": many})
    assert refused.status_code == 400


def test_rows_are_deleted_by_their_ids(client, mark):
    """B5: DELETE ?ids=; a row that is gone already fails alone."""
    rows = [account(mark, "O"), account(mark, "P")]
    ids = [one["id"] for one in client.post("composite/sobjects", json={"records": rows}).json()]
    client.delete(f"sobjects/Account/{ids[0]}")
    answer = client.delete("composite/sobjects", params={"ids": ",".join(ids)})
    assert answer.status_code == 200
    first, second = answer.json()
    assert first["errors"][0]["statusCode"] == "ENTITY_IS_DELETED"
    assert second["success"] is True
    assert named(client, mark) == []


def test_children_and_parent_by_the_name_of_the_relationship(client, mark):
    """B2: sobjects/X/id/relationship."""
    made = client.post("sobjects/Account", json={"Name": f"{mark} Q"}).json()["id"]
    contact = client.post("sobjects/Contact", json={"LastName": mark, "AccountId": made}).json()
    children = client.get(f"sobjects/Account/{made}/Contacts").json()
    assert [one["Id"] for one in children["records"]] == [contact["id"]]
    parent = client.get(f"sobjects/Contact/{contact['id']}/Account").json()
    assert parent["Id"] == made
    assert client.get(f"sobjects/Account/{made}/Nope").status_code == 404
