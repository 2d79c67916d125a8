"""Salesforce's words read and written without a server."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from extract.errors import QuotaSpent, Refuse, SignInAgain, TryAgain
from extract.salesforce import wire
from extract.transport import Answer


def answer(status: int, body: object, *headers: tuple[str, str]) -> Answer:
    return Answer(status, headers, json.dumps(body).encode())


def error(status: int, code: str, message: str = "m") -> Answer:
    return answer(status, [{"errorCode": code, "message": message}])


def test_a_query_names_fields_and_order() -> None:
    assert (
        wire.select("Account", ["Id", "Name"], "IsDeleted = false", "SystemModstamp, Id")
        == "SELECT Id, Name FROM Account WHERE IsDeleted = false ORDER BY SystemModstamp, Id"
    )


def test_the_look_back_is_ten_minutes_and_includes_equal_stamps() -> None:
    assert (
        wire.changed_since("SystemModstamp", "2025-08-30T10:05:00.000+0000")
        == "SystemModstamp >= 2025-08-30T09:55:00Z"
    )


@pytest.mark.parametrize(
    "text", ["2025-08-30T10:00:00.000+0000", "2025-08-30T10:00:00.000Z", "2025-08-30T12:00:00+0200"]
)
def test_an_instant_is_the_same_by_rest_and_bulk(text: str) -> None:
    assert wire.instant(text) == datetime(2025, 8, 30, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("O'Brien", r"'O\'Brien'"),
        ("a\\b", r"'a\\b'"),
        ("x' OR Name != '", r"'x\' OR Name != \''"),
        ("two\nlines", r"'two\nlines'"),
    ],
)
def test_s4_text_enters_soql_escaped(text: str, expected: str) -> None:
    assert wire.literal(text) == expected


@pytest.mark.parametrize("name", ["Id, Name", "Id FROM User--", "", "1st", "a b", "Id\n"])
def test_s4_only_names_are_names(name: str) -> None:
    with pytest.raises(Refuse):
        wire.name(name)


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (error(401, "INVALID_SESSION_ID"), SignInAgain),
        (error(403, "REQUEST_LIMIT_EXCEEDED"), QuotaSpent),
        (error(403, "INSUFFICIENT_ACCESS"), Refuse),
        (error(400, "INVALID_FIELD"), Refuse),
        (error(400, "INVALID_TYPE"), Refuse),
        (error(404, "NOT_FOUND"), Refuse),
        (error(400, "UNABLE_TO_LOCK_ROW"), TryAgain),
        (error(400, "QUERY_TIMEOUT"), TryAgain),
        (error(400, "INVALID_QUERY_LOCATOR"), Refuse),
        (Answer(400, (), b"<html>proxy</html>"), TryAgain),
    ],
)
def test_each_error_is_sorted_by_what_to_do(given: Answer, kind: type[Exception]) -> None:
    assert type(wire.refusal(given, "Account", "text")) is kind


def test_a_missing_column_is_named() -> None:
    body = "\nSELECT Foo__c FROM Account\n ^\nNo such column 'Foo__c' on entity 'Account'."
    found = wire.refusal(error(400, "INVALID_FIELD", body), "Account", body)
    assert found is not None
    assert found.facts.field == "Foo__c"


def test_compound_fields_are_left_out() -> None:
    body = json.dumps(
        {
            "fields": [
                {"name": "Id", "type": "id"},
                {"name": "BillingAddress", "type": "address"},
                {"name": "BillingCity", "type": "string"},
                {"name": "Geo__c", "type": "location"},
                {"name": "AnnualRevenue", "type": "currency"},
                {"name": "IsDeleted", "type": "boolean"},
            ]
        }
    ).encode()
    fields = wire.fields_of(body)
    assert fields is not None
    assert wire.readable(fields) == {
        "Id": "text",
        "BillingCity": "text",
        "AnnualRevenue": "number",
        "IsDeleted": "flag",
    }


@pytest.mark.parametrize(
    ("login", "instance", "is_trusted"),
    [
        ("https://acme.my.salesforce.com", "https://acme.my.salesforce.com", True),
        ("https://login.salesforce.com", "https://na1.salesforce.com", True),
        ("https://login.salesforce.com", "http://na1.salesforce.com", False),
        ("https://login.salesforce.com", "https://salesforce.com.evil.example", False),
        ("https://login.salesforce.com", "https://evil.example", False),
        ("https://login.salesforce.com", "https://a@na1.salesforce.com", False),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080", True),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8081", False),
        ("http://127.0.0.1:8080", "https://na1.salesforce.com", False),
    ],
)
def test_s3_the_instance_is_trusted_only_at_home(
    login: str, instance: str, is_trusted: bool
) -> None:
    assert wire.is_trusted_instance(login, instance) is is_trusted


def test_the_calls_left_stand_in_a_header() -> None:
    given = answer(200, {}, ("Sforce-Limit-Info", "api-usage=18/5000"))
    assert wire.calls_left(given) == 4982
    assert wire.calls_left(answer(200, {})) is None


def test_row_errors_say_status_code_and_top_errors_error_code() -> None:
    rows = wire.row_errors([{"statusCode": "UNABLE_TO_LOCK_ROW", "message": "m", "fields": ["A"]}])
    assert rows == [wire.WireError("UNABLE_TO_LOCK_ROW", "m", ("A",))]
    assert wire.read_errors(b'[{"errorCode":"X","message":"m"}]') == [wire.WireError("X", "m")]
    assert wire.read_errors(b"<html>") == []
