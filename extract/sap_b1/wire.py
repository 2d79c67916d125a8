"""The Service Layer's words as pure functions of bytes and headers; no request is made here.

Sources: SAP "Working with SAP Business One Service Layer" (guide), $metadata v2.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from extract.errors import (
    ExtractError,
    Refuse,
    SetAside,
    SignInAgain,
    Stop,
    TryAgain,
)
from extract.source import ObjectSpec
from extract.transport import Answer

SYSTEM = "sap_b1"
ROOT = "/b1s/v2/"
NEXT_LINK = "@odata.nextLink"
COUNT = "@odata.count"

# UpdateTime is filtered by hour and minute only (guide 3.7.5), so a minute more is read again. It
# is local time without its zone: where summer time ends, an hour of stamps comes twice (F27).
OVERLAP = timedelta(minutes=62)

# A next page is an offset into the query run again, so the rows have an order of their own (F9).
LOT_QUERY_CODE = "PROMESA_LOT_ROWS"
LOT_QUERY = (
    "SELECT T0.ItemCode AS ItemCode, T0.SysNumber AS SysNumber, T0.WhsCode AS WhsCode,"
    " T0.Quantity AS Quantity, T1.DistNumber AS DistNumber, T1.ExpDate AS ExpDate,"
    " T1.MnfDate AS MnfDate, T1.InDate AS InDate, T1.Status AS Status"
    " FROM OBTQ T0 INNER JOIN OBTN T1 ON T0.ItemCode = T1.ItemCode"
    " AND T0.SysNumber = T1.SysNumber"
    " ORDER BY T0.ItemCode, T0.SysNumber, T0.WhsCode"
)
LOT_COUNT_CODE = "PROMESA_LOT_COUNT"
LOT_COUNT = (
    "SELECT COUNT(*) AS LotRows"
    " FROM OBTQ T0 INNER JOIN OBTN T1 ON T0.ItemCode = T1.ItemCode"
    " AND T0.SysNumber = T1.SysNumber"
)
LOT_QUERIES = {LOT_QUERY_CODE: LOT_QUERY, LOT_COUNT_CODE: LOT_COUNT}


@dataclass(frozen=True)
class WireError:
    """An error body: the code (a number or a text by version) as text, and the message."""

    code: str
    message: str


def literal(value: str | int) -> str:
    """A constant of an OData filter or key; the only way values enter one (S4)."""
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def login_body(company: str, user: str, password: str) -> bytes:
    """The body of POST Login (guide 3.1)."""
    return json.dumps({"CompanyDB": company, "UserName": user, "Password": password}).encode()


def session_cookie(answer: Answer) -> str | None:
    """The Cookie header for the session: B1SESSION, and ROUTEID where the balancer set one.

    B1SESSION comes without a Path and with a trailing semicolon (guide 3.1), which cookie jars
    drop; so the pairs are taken from the header themselves.
    """
    pairs = [cookie.split(";", 1)[0].strip() for cookie in answer.header_values("set-cookie")]
    kept = [pair for pair in pairs if pair.startswith(("B1SESSION=", "ROUTEID="))]
    if not any(pair.startswith("B1SESSION=") for pair in kept):
        session = _object(answer.body).get("SessionId")
        if not isinstance(session, str) or not session:
            return None
        kept.insert(0, f"B1SESSION={session}")
    return "; ".join(kept)


def read_error(body: bytes) -> WireError | None:
    """The error in a body: v1 has {code: int, message: {value}}, v2 two texts; None if neither."""
    error = _object(body).get("error")
    if not isinstance(error, dict):
        return None
    message = error.get("message", "")
    if isinstance(message, dict):
        message = message.get("value", "")
    return WireError(str(error.get("code", "")), str(message))


def refusal(answer: Answer, user: str, path: str, text: str) -> ExtractError | None:
    """What an answer's status asks for; None for success. `text` is the message, redacted."""
    if answer.status < 300:
        return None
    error = read_error(answer.body)
    code = error.code if error else str(answer.status)
    thing = path.split("?")[0].split("(")[0].removeprefix(ROOT)
    if answer.status == 401:
        return SignInAgain("the session has ended.", system=SYSTEM, code=code)
    if error is None:
        return TryAgain(
            f"{thing} was answered with {answer.status} and no Service Layer message.",
            system=SYSTEM,
            code=code,
            status=answer.status,
        )
    if answer.status == 403 or code in ("-6006", "804"):
        return Refuse(
            f"User `{user}` may not use {thing}: {text}",
            system=SYSTEM,
            code=code,
            what_to_do="Give it this authorisation in SAP Business One.",
        )
    if code == "-2039" or answer.status == 412:
        return TryAgain(f"someone else is changing it: {text}", system=SYSTEM, code=code)
    # Site validations (-1116, SBO_SP_TransactionNotification) are permanent and per record.
    if code == "-1116":
        return SetAside(text, system=SYSTEM, code=code, what_to_do="A site rule refuses it.")
    if answer.status == 404:
        return Refuse(
            f"{thing} does not exist there: {text}",
            system=SYSTEM,
            code=code,
            status=404,
            what_to_do="This Service Layer may be older, or the object is not licensed.",
        )
    return Refuse(text, system=SYSTEM, code=code, status=answer.status)


def sign_in_refusal(answer: Answer, host: str, company: str, text: str) -> Stop:
    """Why Login failed, and what to check (B1, B2)."""
    error = read_error(answer.body)
    if error is None:
        return Stop(
            f"`{host}` answered, but is not a Service Layer (no `/b1s/v2`).",
            system=SYSTEM,
            code="not_a_service_layer",
            what_to_do="Check `SAP_B1_URL`.",
        )
    if re.search(r"company|database|schema", text, re.IGNORECASE) and error.code not in (
        "-304",
        "100000027",
    ):
        return Stop(
            f"Company `{company}` is unknown there ({text}).",
            system=SYSTEM,
            code=error.code,
            what_to_do="Check `SAP_B1_COMPANY`.",
        )
    return Stop(
        f"SAP Business One refused the sign-in ({error.code}: {text}).",
        system=SYSTEM,
        code=error.code,
        what_to_do="Check `SAP_B1_USER`, `SAP_B1_PASSWORD` and `SAP_B1_COMPANY`."
        " Nothing else was tried.",
    )


def order_by(spec: ObjectSpec) -> str:
    """Paging is by offset without a snapshot (guide 4.4), so every read is ordered by its key."""
    return ",".join(spec.key)


def changed_since(spec: ObjectSpec, cursor: str) -> str:
    """The filter for what moved since a cursor, with its overlap; `ge`, never `gt`."""
    since = datetime.fromisoformat(cursor) - OVERLAP
    day = literal(since.strftime("%Y-%m-%d"))
    if not spec.stamp.time:
        return f"{spec.stamp.day} ge {day}"
    clock = literal(since.strftime("%H:%M:00"))
    return (
        f"({spec.stamp.day} gt {day} or"
        f" ({spec.stamp.day} eq {day} and {spec.stamp.time} ge {clock}))"
    )


def next_skip(link: str) -> int | None:
    """The offset in a next link; the Service Layer may leave out our own options, so only the
    offset is taken and the options are sent again."""
    options = dict(parse_qsl(urlsplit(link).query.lstrip("&")))
    value = options.get("$skip", "")
    return int(value) if value.isdigit() else None


def count_of(body: bytes) -> int | None:
    """The answer of …/$count: a whole number as text."""
    text = body.decode("utf-8", errors="replace").strip().lstrip("\ufeff")
    return int(text) if text.isdigit() else None


def rate_path(currency: str, day: date) -> str:
    """The function call for one day's rate ($metadata v2 declares it as a Function)."""
    return (
        f"SBOBobService_GetCurrencyRate(Currency={literal(currency)},"
        f"Date={literal(day.strftime('%Y%m%d'))})"
    )


def rate_body(currency: str, day: date) -> bytes:
    """The same as an action's body, as version 1 wants it."""
    return json.dumps({"Currency": currency, "Date": day.strftime("%Y%m%d")}).encode()


def rate_of(body: bytes) -> float | None:
    """The rate in an answer: a bare number, or {"value": number}."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if isinstance(content, dict):
        content = content.get("value")
    if isinstance(content, bool) or not isinstance(content, (int, float)):
        return None
    return float(content)


def codes_of(body: bytes) -> list[str]:
    """The currency codes of a page of Currencies."""
    rows = _object(body).get("value")
    return [str(row["Code"]) for row in rows if "Code" in row] if isinstance(rows, list) else []


def rates_page(rates: Sequence[Mapping[str, object]]) -> bytes:
    """Rates as a page like any other, so that they land like any other."""
    return json.dumps({"value": list(rates)}).encode()


def query_path(code: str) -> str:
    """The address of a stored query."""
    return f"SQLQueries({literal(code)})"


def sql_query_body(code: str) -> bytes:
    """A stored query of ours (guide 4); SELECT only, every column named."""
    name = code.replace("_", " ").capitalize()
    return json.dumps({"SqlCode": code, "SqlName": name, "SqlText": LOT_QUERIES[code]}).encode()


def lot_count_of(body: bytes) -> int | None:
    """The one number in the answer of the counting query."""
    rows = _object(body).get("value")
    if not isinstance(rows, list) or len(rows) != 1 or not isinstance(rows[0], dict):
        return None
    text = str(rows[0].get("LotRows", ""))
    return int(text) if text.isdigit() else None


def _object(body: bytes) -> dict[str, object]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
