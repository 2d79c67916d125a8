"""A call to a resource of the data API and its answer, whatever carries them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.salesforce import messages
from sandbox.salesforce.messages import SalesforceError
from sandbox.salesforce.queries import MAX_PAGE, MIN_PAGE
from sandbox.salesforce.rendering import JSON_TYPE

FIRST_VERSION, LAST_VERSION = 48, 66

_STATUS_BY_CODE = {
    "INVALID_SESSION_ID": 401,
    "REQUEST_LIMIT_EXCEEDED": 403,
    "INSUFFICIENT_ACCESS": 403,
    "INSUFFICIENT_ACCESS_OR_READONLY": 403,
    "NOT_FOUND": 404,
    "ENTITY_IS_DELETED": 404,
    "METHOD_NOT_ALLOWED": 405,
}
_BATCH_SIZE = re.compile(r"batchSize\s*=\s*(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a resource; `path` follows `/services/data/vNN.0/`."""

    method: str
    path: str
    version: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    user_id: str
    address: str
    is_nested: bool = False

    @property
    def root(self) -> str:
        """The path of this API version, with a slash at its end."""
        return f"/services/data/v{self.version}/"

    def json(self) -> Any:
        """The body as JSON; SalesforceError JSON_PARSER_ERROR if it is none."""
        try:
            return json.loads(self.body or b"{}")
        except ValueError as error:
            raise messages.json_broken(str(error)) from error


@dataclass(frozen=True, slots=True)
class Answer:
    """A status with a JSON-ready body, or with text of another type; no body for 204 and 304."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = JSON_TYPE
    text: str | None = None


def error_answer(error: SalesforceError, is_nested: bool = False) -> Answer:
    """An error as a whole answer: an array of message, errorCode and fields.

    The order of the keys is the recorded one, which differs inside a composite answer.
    """
    body: dict[str, Any] = {"message": error.message, "errorCode": error.code}
    if is_nested:
        body = {"errorCode": error.code, "message": error.message}
    if error.fields:
        body["fields"] = list(error.fields)
    return Answer(_STATUS_BY_CODE.get(error.code, 400), [body])


def version_list() -> list[dict[str, str]]:
    """The versions that are served, as `/services/data/` lists them."""
    found = []
    for number in range(FIRST_VERSION, LAST_VERSION + 1):
        # Three releases a year; 59 was Winter '24.
        year, season = divmod(number - 59, 3)
        label = f"{('Winter', 'Spring', 'Summer')[season]} '{24 + year}"
        found.append(
            {"label": label, "url": f"/services/data/v{number}.0", "version": f"{number}.0"}
        )
    return found


def is_version(text: str) -> bool:
    """Whether a version such as `60.0` is served."""
    number, _, rest = text.partition(".")
    return number.isdecimal() and rest == "0" and FIRST_VERSION <= int(number) <= LAST_VERSION


def json_object(value: Any) -> dict[str, Any]:
    """The body's JSON object; SalesforceError JSON_PARSER_ERROR if it is another value."""
    if not isinstance(value, dict):
        raise messages.json_broken("The body must be a JSON object")
    return value


def joined(value: Any) -> str:
    """A list given as JSON array or, in a query string, with commas."""
    return value if isinstance(value, str) else ",".join(str(one) for one in value)


def page_size(call: Call) -> int:
    """The page size asked for with `Sforce-Query-Options: batchSize=…`, within its bounds."""
    match = _BATCH_SIZE.search(call.headers.get("sforce-query-options", ""))
    return min(MAX_PAGE, max(MIN_PAGE, int(match[1]))) if match else MAX_PAGE
