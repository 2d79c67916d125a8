"""How answers look as bytes: compact JSON, or pretty-printed when the client asks for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

JSON_TYPE = "application/json;charset=UTF-8"
CSV_TYPE = "text/csv; charset=UTF-8"
HTML_TYPE = "text/html;charset=UTF-8"


def is_pretty(headers: Mapping[str, str]) -> bool:
    """Whether the client asks for pretty-printed JSON (header names in lower case)."""
    return headers.get("x-prettyprint") == "1"


def compact(value: Any) -> bytes:
    """JSON without blanks, as recorded from clients that don't ask for more."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def pretty(value: Any) -> bytes:
    """JSON as recorded with `X-PrettyPrint: 1`: two blanks a level, `"key" : value`, `[ ]`."""
    return _pretty(value, "").encode()


def _pretty(value: Any, indent: str) -> str:
    if isinstance(value, dict):
        if not value:
            return "{ }"
        deeper = indent + "  "
        inside = ",\n".join(
            f"{deeper}{json.dumps(key, ensure_ascii=False)} : {_pretty(one, deeper)}"
            for key, one in value.items()
        )
        return f"{{\n{inside}\n{indent}}}"
    if isinstance(value, list | tuple):
        if not value:
            return "[ ]"
        return f"[ {', '.join(_pretty(one, indent) for one in value)} ]"
    return json.dumps(value, ensure_ascii=False)
