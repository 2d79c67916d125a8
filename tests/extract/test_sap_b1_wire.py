"""The Service Layer's words read and written without a server."""

from __future__ import annotations

import json
from datetime import date

import pytest

from extract.declared import DECLARED
from extract.errors import Refuse, SetAside, SignInAgain, TryAgain
from extract.sap_b1 import wire
from extract.source import ObjectSpec
from extract.transport import Answer


def spec(name: str) -> ObjectSpec:
    return next(each for each in DECLARED if each.name == name)


def error(status: int, code: object, message: object = "text") -> Answer:
    return Answer(status, (), json.dumps({"error": {"code": code, "message": message}}).encode())


def test_the_session_cookie_needs_no_path_and_survives_its_semicolon() -> None:
    given = Answer(
        200,
        (
            ("Set-Cookie", "B1SESSION=6f7f1a54-x;HttpOnly;"),
            ("Set-Cookie", "ROUTEID=.node1; path=/b1s"),
        ),
        b'{"SessionId":"6f7f1a54-x"}',
    )
    assert wire.session_cookie(given) == "B1SESSION=6f7f1a54-x; ROUTEID=.node1"


def test_a_proxy_that_eats_cookies_leaves_the_session_in_the_body() -> None:
    assert wire.session_cookie(Answer(200, (), b'{"SessionId":"abc"}')) == "B1SESSION=abc"
    assert wire.session_cookie(Answer(200, (), b"<html>")) is None


def test_both_error_forms_are_read() -> None:
    v1 = b'{"error":{"code":301,"message":{"lang":"en-us","value":"Invalid session"}}}'
    v2 = b'{"error":{"code":"301","message":"Invalid session"}}'
    assert wire.read_error(v1) == wire.read_error(v2) == wire.WireError("301", "Invalid session")
    assert wire.read_error(b"<html>") is None


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (error(401, 301), SignInAgain),
        (error(403, "-6006"), Refuse),
        (error(404, "-2028"), Refuse),
        (error(400, -1116), SetAside),
        (error(412, "-2039"), TryAgain),
        (error(400, "-10"), Refuse),
        (Answer(404, (), b"<html>Not Found</html>"), TryAgain),
    ],
)
def test_each_error_is_sorted_by_what_to_do(given: Answer, kind: type[Exception]) -> None:
    assert type(wire.refusal(given, "promesa", "/b1s/v2/Orders", "text")) is kind


def test_the_overlap_crosses_midnight() -> None:
    assert wire.changed_since(spec("Orders"), "2025-09-01T00:01:30") == (
        "(UpdateDate gt '2025-08-31' or (UpdateDate eq '2025-08-31' and UpdateTime ge '22:59:00'))"
    )


def test_F27_the_hour_that_comes_twice_is_read_again() -> None:
    """A change at 02:50, summer time ends, another at 02:00, ten minutes after the first."""
    assert wire.changed_since(spec("Orders"), "2025-10-26T02:59:59") == (
        "(UpdateDate gt '2025-10-26' or (UpdateDate eq '2025-10-26' and UpdateTime ge '01:57:00'))"
    )


def test_reads_are_ordered_by_the_whole_key() -> None:
    assert wire.order_by(spec("Orders")) == "DocEntry"
    assert wire.order_by(spec("LotQuantities")) == "ItemCode,SysNumber,WhsCode"


@pytest.mark.parametrize(
    ("link", "skip"),
    [
        ("Orders?$skip=20", 20),
        ("/b1s/v2/Orders?$filter=A%20eq%201&$skip=40", 40),
        ("SQLQueries('sql0001')/List?&$skip=5", 5),
        ("Orders?%24skip=60", 60),
        ("Orders?$top=20", None),
        ("Orders?$skip=-3", None),
    ],
)
def test_only_the_offset_is_taken_from_a_next_link(link: str, skip: int | None) -> None:
    assert wire.next_skip(link) == skip


def test_s4_text_enters_a_filter_escaped() -> None:
    assert wire.literal("O'Brien' or 1 eq 1") == "'O''Brien'' or 1 eq 1'"


@pytest.mark.parametrize(
    ("body", "rate"),
    [(b"0.91", 0.91), (b'{"value": 1.1}', 1.1), (b'{"value": null}', None), (b"x", None)],
)
def test_a_rate_is_a_number_or_none(body: bytes, rate: float | None) -> None:
    assert wire.rate_of(body) == rate


def test_a_rate_is_asked_for_by_day() -> None:
    assert wire.rate_path("USD", date(2025, 9, 1)) == (
        "SBOBobService_GetCurrencyRate(Currency='USD',Date='20250901')"
    )


def test_a_count_is_text() -> None:
    assert wire.count_of(b"1456") == 1456
    assert wire.count_of("\ufeff12".encode()) == 12
    assert wire.count_of(b"<html>") is None


def test_b2_another_program_is_told_from_a_wrong_company() -> None:
    other = wire.sign_in_refusal(Answer(200, (), b"<html>"), "erp:50000", "DB", "")
    assert str(other).startswith(
        "sap_b1: `erp:50000` answered, but is not a Service Layer (no `/b1s/v2`)."
    )
    company = wire.sign_in_refusal(
        error(401, "-1", "Company DB2 not found"), "erp", "DB2", "Company DB2 not found"
    )
    assert "Company `DB2` is unknown there" in str(company)
    password = wire.sign_in_refusal(
        error(401, "-304", "Fail to get DB Credentials from SLD"), "erp", "DB", "Fail"
    )
    assert "`SAP_B1_PASSWORD`" in str(password)
