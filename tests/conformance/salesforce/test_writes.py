"""Writing records: what is refused and how, collections, what the CRM itself works out."""

from __future__ import annotations

import pytest

from sandbox.salesforce.keys import make_id

DEAL, OTHER_DEAL = make_id("006", 1), make_id("006", 2)
CUSTOMER = make_id("001", 1)


@pytest.fixture
def client(small):
    with small.client() as client:
        yield client


def records(client, soql, kind="query"):
    return client.get(kind, params={"q": soql}).json()["records"]


@pytest.mark.parametrize(
    ("values", "code", "fields"),
    [
        ({"Phone": "1"}, "REQUIRED_FIELD_MISSING", ["Name"]),
        ({"Name": "x" * 256}, "STRING_TOO_LONG", ["Name"]),
        ({"Name": "a", "Nope": 1}, "INVALID_FIELD", None),
        (
            {"Name": "a", "SystemModstamp": "2025-01-01T00:00:00Z"},
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            ["SystemModstamp"],
        ),
        ({"Name": "a", "NumberOfEmployees": "many"}, "JSON_PARSER_ERROR", ["NumberOfEmployees"]),
        ({"Name": "a", "AnnualRevenue": 1e20}, "NUMBER_OUTSIDE_VALID_RANGE", ["AnnualRevenue"]),
        ({"Name": "a", "ParentId": "nonsense"}, "MALFORMED_ID", ["ParentId"]),
        (
            {"Name": "a", "ParentId": make_id("001", 999)},
            "INVALID_CROSS_REFERENCE_KEY",
            ["ParentId"],
        ),
    ],
)
def test_what_a_record_may_not_be(client, values, code, fields):
    """B6."""
    answer = client.post("sobjects/Account", json=values)
    assert answer.status_code == 400
    (error,) = answer.json()
    assert error["errorCode"] == code
    assert error.get("fields") == fields


def test_broken_json_and_wrong_dates(client):
    """B6."""
    broken = client.post("sobjects/Account", content="{")
    assert broken.json()[0]["errorCode"] == "JSON_PARSER_ERROR"
    for value in ("2025-13-01", "yesterday", 5, "0001-1-1"):
        (error,) = client.patch(f"sobjects/Opportunity/{DEAL}", json={"CloseDate": value}).json()
        assert error["errorCode"] == "JSON_PARSER_ERROR"


def test_instants_come_back_in_utc_with_milliseconds(client):
    """B2."""
    made = client.post(
        "sobjects/Task", json={"Subject": "x", "ReminderDateTime": "2025-09-01T12:00:00+02:00"}
    ).json()["id"]
    read = client.get(f"sobjects/Task/{made}").json()
    assert read["ReminderDateTime"] == "2025-09-01T10:00:00.000+0000"


def test_unknown_objects_records_and_methods(client):
    """B6."""
    assert client.post("sobjects/Nope", json={}).status_code == 404
    assert client.get(f"sobjects/Account/{make_id('001', 999)}").status_code == 404
    assert client.patch(f"sobjects/Account/{make_id('001', 999)}", json={}).status_code == 404
    wrong = client.put("sobjects/Account", json={})
    assert (wrong.status_code, wrong.json()[0]["errorCode"]) == (405, "METHOD_NOT_ALLOWED")
    client.delete(f"sobjects/Account/{make_id('001', 20)}")
    gone = client.patch(f"sobjects/Account/{make_id('001', 20)}", json={"Phone": "1"})
    assert (gone.status_code, gone.json()[0]["errorCode"]) == (404, "ENTITY_IS_DELETED")


def update(record_id, **values):
    return {"attributes": {"type": "Opportunity"}, "id": record_id, **values}


def test_a_collection_answers_each_row_in_order(client):
    """B5."""
    rows = [
        update(DEAL, NextStep="one"),
        update(OTHER_DEAL, NextStep="x" * 256),
        {"attributes": {"type": "Account"}, "id": CUSTOMER, "Phone": "1"},
        {"attributes": {"type": "Nope"}, "id": CUSTOMER},
        update(None, NextStep="none"),
    ]
    answer = client.patch("composite/sobjects", json={"allOrNone": False, "records": rows})
    assert answer.status_code == 200
    found = answer.json()
    assert [one["success"] for one in found] == [True, False, True, False, False]
    assert found[0] == {"id": DEAL, "success": True, "errors": []}
    assert found[1]["errors"][0].keys() == {"statusCode", "message", "fields"}
    assert [one["errors"][0]["statusCode"] for one in found if not one["success"]] == [
        "STRING_TOO_LONG",
        "INVALID_TYPE",
        "MISSING_ARGUMENT",
    ]
    assert client.get(f"sobjects/Opportunity/{DEAL}").json()["NextStep"] == "one"


def test_all_or_none_means_none(client, small):
    """B5."""
    before = client.get(f"sobjects/Opportunity/{DEAL}").json()
    commits = len(small.control("GET", "journal?kind=commit"))
    rows = [update(DEAL, NextStep="one"), update(OTHER_DEAL, NextStep="x" * 256)]
    found = client.patch("composite/sobjects", json={"allOrNone": True, "records": rows}).json()
    assert [one["errors"][0]["statusCode"] for one in found] == [
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "STRING_TOO_LONG",
    ]
    assert client.get(f"sobjects/Opportunity/{DEAL}").json() == before
    assert len(small.control("GET", "journal?kind=commit")) == commits


def test_more_than_200_rows_or_10_chunks_are_refused(client):
    """B5."""
    rows = [update(DEAL, NextStep="a") for _ in range(201)]
    answer = client.patch("composite/sobjects", json={"records": rows})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (
        400,
        "EXCEEDED_MAX_COLLECTION_SIZE",
    )
    mixed = [
        update(DEAL) if number % 2 else {"attributes": {"type": "Account"}, "id": CUSTOMER}
        for number in range(11)
    ]
    assert client.patch("composite/sobjects", json={"records": mixed}).status_code == 400


def test_upsert_rows_tell_created_from_updated(client):
    """B5."""
    rows = [
        {"attributes": {"type": "Contact"}, "Email": "a@x.example", "LastName": "A"},
        {"attributes": {"type": "Contact"}, "Email": "a@x.example", "LastName": "B"},
        {"attributes": {"type": "Contact"}, "LastName": "C"},
    ]
    found = client.patch("composite/sobjects/Contact/Email", json={"records": rows}).json()
    assert [(one["success"], one["created"]) for one in found] == [
        (True, True),
        (True, False),
        (False, False),
    ]
    assert found[0]["id"] == found[1]["id"]


def test_a_parent_may_be_named_by_its_own_key(client):
    """B5."""
    made = client.post(
        "sobjects/Contact", json={"LastName": "K", "Email": "boss@x.example"}
    ).json()["id"]
    below = client.post(
        "sobjects/Contact", json={"LastName": "L", "ReportsTo": {"Email": "boss@x.example"}}
    ).json()["id"]
    assert client.get(f"sobjects/Contact/{below}").json()["ReportsToId"] == made
    (error,) = client.post(
        "sobjects/Contact", json={"LastName": "M", "ReportsTo": {"Email": "nobody@x.example"}}
    ).json()
    assert error["errorCode"] == "INVALID_CROSS_REFERENCE_KEY"


def test_a_stage_brings_its_probability_and_a_line_of_history(client):
    """B4."""
    client.patch(f"sobjects/Opportunity/{DEAL}", json={"StageName": "Closed Won"})
    deal = client.get(f"sobjects/Opportunity/{DEAL}").json()
    assert (deal["Probability"], deal["IsClosed"], deal["IsWon"]) == (100.0, True, True)
    assert deal["ExpectedRevenue"] == deal["Amount"] == 100.0
    client.patch(f"sobjects/Opportunity/{DEAL}", json={"CloseDate": "2025-12-31"})
    client.patch(f"sobjects/Opportunity/{DEAL}", json={"NextStep": "not in the history"})
    history = records(
        client,
        "SELECT StageName, CloseDate, PrevCloseDate, Amount, CreatedById FROM OpportunityHistory"
        f" WHERE OpportunityId = '{DEAL}' ORDER BY Id",
    )
    assert [(one["StageName"], one["CloseDate"], one["PrevCloseDate"]) for one in history] == [
        ("Closed Won", "2025-09-01", "2025-09-01"),
        ("Closed Won", "2025-12-31", "2025-09-01"),
    ]
    assert history[0]["CreatedById"] == make_id("005", 1)


def test_a_deal_with_lines_has_their_total_as_its_amount(client):
    """B4."""
    line = make_id("00k", 1)
    client.patch(f"sobjects/OpportunityLineItem/{line}", json={"Quantity": 25})
    assert client.get(f"sobjects/OpportunityLineItem/{line}").json()["TotalPrice"] == 250.0
    assert client.get(f"sobjects/Opportunity/{DEAL}").json()["Amount"] == 250.0
    made = client.post(
        "sobjects/OpportunityLineItem",
        json={
            "OpportunityId": DEAL,
            "PricebookEntryId": make_id("01u", 2),
            "Quantity": 3,
            "UnitPrice": 20.0,
        },
    ).json()["id"]
    read = client.get(f"sobjects/OpportunityLineItem/{made}").json()
    assert (read["ProductCode"], read["Product2Id"]) == ("A-200", make_id("01t", 2))
    assert client.get(f"sobjects/Opportunity/{DEAL}").json()["Amount"] == 310.0
    changed = client.patch(f"sobjects/Opportunity/{DEAL}", json={"Amount": 1, "NextStep": "n"})
    assert changed.status_code == 204
    deal = client.get(f"sobjects/Opportunity/{DEAL}").json()
    assert (deal["Amount"], deal["NextStep"]) == (310.0, "n")
    client.delete(f"sobjects/OpportunityLineItem/{made}")
    assert client.get(f"sobjects/Opportunity/{DEAL}").json()["Amount"] == 250.0


def test_deleting_a_customer_takes_its_deals_and_lines_along(client):
    """B5."""
    client.delete(f"sobjects/Account/{CUSTOMER}")
    for name, parent in (("Opportunity", DEAL), ("OpportunityLineItem", make_id("00k", 1))):
        soql = f"SELECT Id, IsDeleted FROM {name} WHERE Id = '{parent}'"
        assert records(client, soql) == []
        assert records(client, soql, "queryAll")[0]["IsDeleted"] is True


def test_stamps_come_from_the_sandbox_clock_and_move_with_it(client, small):
    """B2."""
    client.patch(f"sobjects/Account/{CUSTOMER}", json={"Phone": "1"})
    first = client.get(f"sobjects/Account/{CUSTOMER}").json()
    assert first["SystemModstamp"].startswith("2025-09-01T06:0")
    assert first["LastModifiedById"] == make_id("005", 1)
    small.control("POST", "clock", {"advance_seconds": 86400})
    client.patch(f"sobjects/Account/{CUSTOMER}", json={"Phone": "2"})
    second = client.get(f"sobjects/Account/{CUSTOMER}").json()
    assert second["SystemModstamp"].startswith("2025-09-02T06:0")
    assert second["LastModifiedDate"] == second["SystemModstamp"]
    refused = small.control("POST", "clock", {"set": "2025-01-01T00:00:00Z"})
    assert "never goes back" in refused["error"]


def test_the_journal_tells_requests_from_commits(client, small):
    """B5."""
    client.patch(f"sobjects/Account/{CUSTOMER}", json={"Phone": "+34"})
    (commit,) = small.control("GET", "journal?kind=commit")
    assert commit["detail"] == {
        "object": "Account",
        "key": CUSTOMER,
        "operation": "update",
        "fields": {"Phone": [None, "+34"]},
    }
    assert commit["user"] == make_id("005", 1)
    requests = {one["sequence"]: one["detail"] for one in small.control("GET", "journal")}
    cause = requests[commit["request"]]
    assert (cause["method"], cause["status"]) == ("PATCH", 204)
    assert cause["path"].endswith(CUSTOMER)


def test_a_composite_call_refers_to_its_earlier_answers_and_may_undo_all(client):
    """B5."""

    def call(name):
        return {
            "allOrNone": True,
            "compositeRequest": [
                {
                    "method": "POST",
                    "referenceId": "customer",
                    "url": "/services/data/v60.0/sobjects/Account",
                    "body": {"Name": name},
                },
                {
                    "method": "POST",
                    "referenceId": "person",
                    "url": "/services/data/v60.0/sobjects/Contact",
                    "body": {
                        "LastName": "x" * (80 if name == "Good" else 81),
                        "AccountId": "@{customer.id}",
                    },
                },
                {
                    "method": "GET",
                    "referenceId": "found",
                    "url": "/services/data/v60.0/query?q=SELECT+Account.Name+FROM+Contact"
                    "+WHERE+Id='@{person.id}'",
                },
            ],
        }

    good = client.post("composite", json=call("Good")).json()["compositeResponse"]
    assert [one["httpStatusCode"] for one in good] == [201, 201, 200]
    assert good[2]["body"]["records"][0]["Account"]["Name"] == "Good"
    client.post("composite", json=call("Bad"))
    assert records(client, "SELECT Id FROM Account WHERE Name = 'Bad'") == []


def test_too_long_an_address_is_414(client):
    """B3."""
    answer = client.get("query", params={"q": "SELECT Id FROM Account " + "x" * 17000})
    assert answer.status_code == 414
    assert "URI Too Long" in answer.text


def test_bulk_null_and_empty_cells_differ(client):
    """B8."""
    client.patch(f"sobjects/Account/{CUSTOMER}", json={"Phone": "1", "Fax": "2"})
    job = client.post("jobs/ingest", json={"operation": "update", "object": "Account"}).json()
    assert job["state"] == "Open"
    body = f"Id,Phone,Fax\n{CUSTOMER},,#N/A\n"
    assert client.put(f"jobs/ingest/{job['id']}/batches", content=body).status_code == 201
    client.patch(f"jobs/ingest/{job['id']}", json={"state": "UploadComplete"})
    assert client.get(f"jobs/ingest/{job['id']}").json()["numberRecordsFailed"] == 0
    read = client.get(f"sobjects/Account/{CUSTOMER}").json()
    assert (read["Phone"], read["Fax"]) == ("1", None)


def test_a_bulk_job_with_an_unknown_column_fails_whole(client):
    """B8."""
    job = client.post("jobs/ingest", json={"operation": "insert", "object": "Account"}).json()["id"]
    client.put(f"jobs/ingest/{job}/batches", content="Name,Nope\nA,1\nB,2\n")
    client.patch(f"jobs/ingest/{job}", json={"state": "UploadComplete"})
    info = client.get(f"jobs/ingest/{job}").json()
    assert (info["state"], info["numberRecordsProcessed"]) == ("Failed", 0)
    assert "Nope" in info["errorMessage"]
    left = client.get(f"jobs/ingest/{job}/unprocessedrecords").text
    assert left.splitlines() == ['"Name","Nope"', '"A","1"', '"B","2"']
