"""A request and an answer as values, and how an address is taken apart; no server, no state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote

from sandbox.sap_b1.render import Dialect

Header = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Call:
    """One request as the Service Layer sees it; header names are in lower case.

    `path` is what follows `/b1s/vN/`; `root` is scheme, host and `/b1s/vN/`.
    """

    method: str
    dialect: Dialect
    root: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    is_in_batch: bool = False

    def options(self) -> dict[str, str]:
        """The query options, decoded (`+` is a blank, as clients of the real server send it)."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    def preferences(self) -> dict[str, str]:
        """The `Prefer` header as name → value (empty for a bare name)."""
        parts = (part.strip() for part in self.headers.get("prefer", "").split(","))
        pairs = (part.partition("=") for part in parts if part)
        return {name.strip().lower(): value.strip() for name, _, value in pairs}

    def is_on(self, option: str) -> bool:
        """Whether an option of the server's configuration is set for this request. [M 6.3]"""
        return self.headers.get(f"b1s-{option.lower()}", "").strip().lower() in ("true", "1")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: status, headers in order, body."""

    status: int
    headers: tuple[Header, ...] = ()
    body: bytes = b""

    def with_headers(self, *headers: Header) -> Answer:
        """The same answer with more headers."""
        return Answer(self.status, (*self.headers, *headers), self.body)


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a path: a name and, where there are parentheses, the key text in them."""

    name: str
    key: str | None


def split_path(path: str) -> list[Segment]:
    """`Orders(22)/Close` → its segments; quotes protect slashes and parentheses in keys."""
    parts: list[str] = [""]
    is_quoted = False
    for character in path.strip("/"):
        if character == "'":
            is_quoted = not is_quoted
        if character == "/" and not is_quoted:
            parts.append("")
        else:
            parts[-1] += character
    return [_segment(part) for part in parts]


def _segment(text: str) -> Segment:
    name, parenthesis, rest = text.partition("(")
    if parenthesis and rest.endswith(")"):
        return Segment(name, rest[:-1])
    return Segment(text, None)


def next_link(path: str, options: Mapping[str, str], skip: int) -> str:
    """The relative link to the next page: the same options with another `$skip`, which is last."""
    kept = [
        f"{name}={quote(value, safe=',')}" for name, value in options.items() if name != "$skip"
    ]
    return f"{path}?{'&'.join([*kept, f'$skip={skip}'])}"
