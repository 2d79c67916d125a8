"""Answers that are no entities: an object, a list of objects, a bare value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sandbox.sap_b1.exchange import Answer, Call, Header
from sandbox.sap_b1.render import Dialect

JSON_TYPE: Mapping[Dialect, str] = {
    "v1": "application/json;odata=minimalmetadata;charset=utf-8",
    "v2": "application/json;odata.metadata=minimal;charset=utf-8",
}
VERSION_HEADER: Mapping[Dialect, Header] = {
    "v1": ("DataServiceVersion", "3.0"),
    "v2": ("OData-Version", "4.0"),
}


def context_name(call: Call) -> str:
    """The name of the annotation that opens an answer."""
    return "@odata.context" if call.dialect == "v2" else "odata.metadata"


def json_text(body: Any) -> str:
    """JSON as the Service Layer writes it: tabs, a blank on both sides of the colon, a last \\n."""
    text = json.dumps(body, indent="\t", separators=(",", " : "), ensure_ascii=False)
    return text + "\n"


def json_answer(call: Call, body: Mapping[str, Any], extra: tuple[Header, ...] = ()) -> Answer:
    """200 with an object."""
    headers = (("Content-Type", JSON_TYPE[call.dialect]), VERSION_HEADER[call.dialect], *extra)
    return Answer(200, headers, json_text(body).encode())


def text_answer(call: Call, text: str) -> Answer:
    """A bare value: `"EUR"`, `0.91`. Its form is not recorded anywhere we know: a guess."""
    headers = (("Content-Type", JSON_TYPE[call.dialect]), VERSION_HEADER[call.dialect])
    return Answer(200, headers, text.encode())


def no_content(call: Call) -> Answer:
    """204: done, nothing to say."""
    return Answer(204, (VERSION_HEADER[call.dialect],))
