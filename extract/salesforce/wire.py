"""Salesforce's words as pure functions of bytes and headers; no request is made here.

Sources: developer.salesforce.com, REST API, Bulk API 2.0 and Tooling API guides.
"""

from __future__ import annotations

import json
import re
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode, urlsplit

import jwt

from extract.errors import ExtractError, QuotaSpent, Refuse, SignInAgain, Stop, TryAgain
from extract.transport import Answer

SYSTEM = "salesforce"
NEXT_LINK = "nextRecordsUrl"
TOKEN_PATH = "/services/oauth2/token"
LOCATOR_GONE = "INVALID_QUERY_LOCATOR"
LOCATOR_HEADER = "Sforce-Locator"
ROWS_HEADER = "Sforce-NumberOfRecords"
METADATA = "http://soap.sforce.com/2006/04/metadata"
_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"

# Commits may appear below a stamp already seen; ten minutes are read again (F9).
LOOK_BACK = timedelta(minutes=10)

# describe's types → kinds; compound ones (address, location) break Bulk and repeat their parts.
_KINDS = {
    "double": "number",
    "currency": "number",
    "percent": "number",
    "int": "whole",
    "long": "whole",
    "boolean": "flag",
    "date": "date",
    "datetime": "instant",
    "time": "time",
}
_LEFT_OUT = frozenset({"address", "location", "base64", "complexvalue", "json"})

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_QUOTA_CODES = frozenset({"REQUEST_LIMIT_EXCEEDED", "API_DISABLED_FOR_ORG"})
_LOCKED_CODES = frozenset({"UNABLE_TO_LOCK_ROW", "QUERY_TIMEOUT", "SERVER_UNAVAILABLE"})


@dataclass(frozen=True)
class WireError:
    """One entry of an error body, which is an array at the top and per row."""

    code: str
    message: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class FieldInfo:
    """What describe says about one field."""

    name: str
    type: str
    kind: str
    length: int
    precision: int
    scale: int
    is_updateable: bool
    is_createable: bool
    is_nillable: bool
    is_calculated: bool
    is_restricted: bool
    values: tuple[str, ...]


@dataclass(frozen=True)
class Token:
    """An access token and the host it is for."""

    access_token: str
    instance_url: str
    user_id: str = ""


@dataclass(frozen=True)
class BulkJob:
    """The state of a Bulk 2.0 query job."""

    id: str
    state: str
    records: int | None
    message: str


def name(value: str) -> str:
    """An object or field name for SOQL; anything else than a name is refused (S4)."""
    if not _NAME.match(value):
        raise Refuse(f'"{value}" is not an API name.', system=SYSTEM, code="bad_name")
    return value


def literal(value: str) -> str:
    """A text constant for SOQL, escaped (S4)."""
    escaped = (
        value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")
    )
    return f"'{escaped}'"


def select(object_name: str, fields: Iterable[str], where: str = "", order: str = "") -> str:
    """A SOQL query over checked names."""
    listed = ", ".join(name(field) for field in fields)
    query = f"SELECT {listed} FROM {name(object_name)}"
    if where:
        query += f" WHERE {where}"
    return f"{query} ORDER BY {order}" if order else query


def count(object_name: str, where: str = "") -> str:
    """A counting query."""
    return f"SELECT count() FROM {name(object_name)}" + (f" WHERE {where}" if where else "")


def ids_in(ids: Sequence[str]) -> str:
    """A condition on record ids."""
    return f"Id IN ({', '.join(literal(each) for each in ids)})"


def changed_since(stamp_field: str, cursor: str) -> str:
    """What moved since a cursor, with its look-back; >= because stamps are not unique."""
    since = instant(cursor) - LOOK_BACK
    return f"{name(stamp_field)} >= {since.strftime('%Y-%m-%dT%H:%M:%SZ')}"


def instant(text: str) -> datetime:
    """'2025-08-30T10:00:00.000+0000' (REST) or '…Z' (Bulk) as an instant in UTC."""
    fitted = re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", text.replace("Z", "+00:00"))
    parsed = datetime.fromisoformat(fitted)
    return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def client_credentials_body(client_id: str, client_secret: str) -> bytes:
    """The token request of an app that runs as its own user (OAuth client credentials)."""
    return urlencode(
        {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
        }
    ).encode()


def jwt_bearer_body(client_id: str, username: str, login_url: str, private_key: str) -> bytes:
    """The token request signed with the app's certificate (OAuth JWT bearer); 3 minutes' life."""
    claims = {
        "iss": client_id,
        "sub": username,
        "aud": login_url.rstrip("/"),
        "exp": int(time.time()) + 180,
    }
    assertion = jwt.encode(claims, private_key, algorithm="RS256")
    return urlencode(
        {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
    ).encode()


def read_token(answer: Answer) -> Token | None:
    """The token in an answer, if there is one."""
    content = content_of(answer.body)
    if answer.status != 200 or not isinstance(content, dict):
        return None
    token, instance = content.get("access_token"), content.get("instance_url")
    if not isinstance(token, str) or not isinstance(instance, str) or not token:
        return None
    # The identity URL ends with …/<organisation id>/<user id>.
    return Token(token, instance, str(content.get("id", "")).rpartition("/")[2])


def sign_in_refusal(answer: Answer, host: str, text: str, settings: str) -> Stop:
    """Why no token came, and which settings to check (B1)."""
    content = content_of(answer.body)
    if not isinstance(content, dict) or "error" not in content:
        return Stop(
            f"`{host}` answered, but is not a Salesforce login host.",
            system=SYSTEM,
            code="not_salesforce",
            what_to_do="Check `SALESFORCE_LOGIN_URL` (the My Domain address).",
        )
    code = str(content["error"])
    return Stop(
        f"Salesforce refused the credentials (`{code}`). {text}".strip(),
        system=SYSTEM,
        code=code,
        what_to_do=f"Check {settings}. Nothing else was tried.",
    )


def error_description(body: bytes) -> str:
    """The text beside an OAuth error."""
    content = content_of(body)
    return str(content.get("error_description", "")) if isinstance(content, dict) else ""


def is_trusted_instance(login_url: str, instance_url: str) -> bool:
    """S3: the instance is the login host itself, or both are Salesforce's own over https."""
    login, instance = urlsplit(login_url), urlsplit(instance_url)
    if (login.scheme, login.netloc) == (instance.scheme, instance.netloc):
        return True
    hosts = [login.hostname or "", instance.hostname or ""]
    return (
        instance.scheme == "https"
        and "@" not in instance.netloc
        and all(host.endswith(".salesforce.com") for host in hosts)
    )


def read_errors(body: bytes) -> list[WireError]:
    """The errors of a body: an array of {message, errorCode, fields}."""
    content = content_of(body)
    return row_errors(content) if isinstance(content, list) else []


def row_errors(errors: object) -> list[WireError]:
    """Errors of a row or a body; the key is statusCode in rows and errorCode at the top."""
    if not isinstance(errors, list):
        return []
    return [
        WireError(
            str(error.get("statusCode") or error.get("errorCode") or ""),
            str(error.get("message", "")),
            tuple(str(each) for each in error.get("fields") or ()),
        )
        for error in errors
        if isinstance(error, dict)
    ]


def refusal(answer: Answer, object_name: str, text: str) -> ExtractError | None:
    """What an answer's status asks for; None for success. `text` is the message, redacted."""
    if answer.status < 300:
        return None
    errors = read_errors(answer.body)
    code = errors[0].code if errors else str(answer.status)

    def told(kind: type[ExtractError], sentence: str, remedy: str = "") -> ExtractError:
        return kind(
            sentence,
            system=SYSTEM,
            object=object_name,
            field=_named_field(errors),
            code=code,
            status=answer.status,
            what_to_do=remedy,
        )

    if answer.status == 401:
        return told(SignInAgain, "the session has ended.")
    if code in _QUOTA_CODES:
        # 403, not 429 (protocols B6); asking again at once only makes it worse.
        return told(
            QuotaSpent,
            "Salesforce takes no more calls today (quota spent).",
            "Nothing more was asked of it in this run; the rest waits.",
        )
    if not errors:
        return told(TryAgain, f"Salesforce answered {answer.status} without a message of its own.")
    if code in _LOCKED_CODES:
        return told(TryAgain, text)
    if code == LOCATOR_GONE:
        return told(Refuse, text, "The next run reads the object from its first page.")
    if code in ("INSUFFICIENT_ACCESS", "INSUFFICIENT_ACCESS_OR_READONLY") or answer.status == 403:
        return told(
            Refuse, text, "Assign permission set *Promesa Integration* to the integration user."
        )
    if code in ("INVALID_TYPE", "INVALID_FIELD", "NOT_FOUND"):
        return told(
            Refuse,
            text,
            "Give the integration user read access to it, or run `promesa setup-crm`.",
        )
    return told(Refuse, text)


def _named_field(errors: Sequence[WireError]) -> str:
    """The column an error names: in its fields, or in 'No such column 'X' on entity'."""
    if not errors:
        return ""
    if errors[0].fields:
        return errors[0].fields[0]
    found = re.search(r"No such column '([^']+)'", errors[0].message)
    return found.group(1) if found else ""


def fields_of(body: bytes) -> tuple[FieldInfo, ...] | None:
    """The fields of a describe; None if it is none. Only what the user may read is listed there."""
    content = content_of(body)
    fields = content.get("fields") if isinstance(content, dict) else None
    if not isinstance(fields, list):
        return None
    return tuple(
        FieldInfo(
            name=str(field["name"]),
            type=str(field.get("type", "string")).lower(),
            kind=_KINDS.get(str(field.get("type", "string")).lower(), "text"),
            length=int(field.get("length") or 0),
            precision=int(field.get("precision") or 0),
            scale=int(field.get("scale") or 0),
            is_updateable=bool(field.get("updateable", False)),
            is_createable=bool(field.get("createable", False)),
            is_nillable=bool(field.get("nillable", True)),
            is_calculated=bool(field.get("calculated", False)),
            is_restricted=bool(field.get("restrictedPicklist", False)),
            values=tuple(
                str(value["value"])
                for value in field.get("picklistValues") or ()
                if value.get("active", True)
            ),
        )
        for field in fields
    )


def readable(fields: Sequence[FieldInfo]) -> dict[str, str]:
    """Field → kind of what a query may ask for, in the order of describe."""
    return {field.name: field.kind for field in fields if field.type not in _LEFT_OUT}


def total_size(body: bytes) -> int | None:
    """totalSize of a query answer."""
    content = content_of(body)
    total = content.get("totalSize") if isinstance(content, dict) else None
    return total if isinstance(total, int) else None


def records(body: bytes) -> list[Mapping[str, object]]:
    """The records of a small query answer, without their attributes."""
    content = content_of(body)
    rows = content.get("records") if isinstance(content, dict) else None
    if not isinstance(rows, list):
        raise TryAgain("a query answer came broken.", system=SYSTEM, code="broken_page")
    return [
        {key: value for key, value in row.items() if key != "attributes"}
        for row in rows
        if isinstance(row, dict)
    ]


def next_link(body: bytes) -> str | None:
    """The link to the next page of a query, if there is one."""
    content = content_of(body)
    link = content.get(NEXT_LINK) if isinstance(content, dict) else None
    return link if isinstance(link, str) else None


def bulk_query_body(query: str) -> bytes:
    """A Bulk 2.0 query job that also brings deleted rows."""
    return json.dumps({"operation": "queryAll", "query": query}).encode()


def soap_body(token: str, call: ET.Element) -> bytes:
    """The envelope of a Metadata API call under a session."""
    envelope = ET.Element(f"{{{_ENVELOPE}}}Envelope")
    header = ET.SubElement(envelope, f"{{{_ENVELOPE}}}Header")
    session = ET.SubElement(header, "SessionHeader", xmlns=METADATA)
    ET.SubElement(session, "sessionId").text = token
    ET.SubElement(envelope, f"{{{_ENVELOPE}}}Body").append(call)
    body: bytes = ET.tostring(envelope, encoding="utf-8", xml_declaration=True)
    return body


def read_job(body: bytes) -> BulkJob | None:
    """A job's state."""
    content = content_of(body)
    if not isinstance(content, dict) or "id" not in content:
        return None
    processed = content.get("numberRecordsProcessed")
    return BulkJob(
        id=str(content["id"]),
        state=str(content.get("state", "")),
        records=processed if isinstance(processed, int) else None,
        message=str(content.get("errorMessage") or content.get("stateMessage") or ""),
    )


def calls_left(answer: Answer) -> int | None:
    """Calls left of the day, from Sforce-Limit-Info: 'api-usage=18/5000'."""
    found = re.search(r"api-usage=(\d+)/(\d+)", answer.header("Sforce-Limit-Info") or "")
    return int(found.group(2)) - int(found.group(1)) if found else None


def content_of(body: bytes) -> object:
    """A JSON body; None when it is none, or nested beyond all measure (S14)."""
    try:
        content: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return content
