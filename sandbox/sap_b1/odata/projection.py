"""Reads `$select` and `$expand`: which properties, and which entities beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sandbox.sap_b1.odata.parse import ODataSyntaxError

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_SELECTED = re.compile(rf"\s*(?:({_NAME})/)?({_NAME}|\*)\s*")
_EXPANDED = re.compile(rf"\s*({_NAME})\s*(?:\((.*)\))?\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Selection:
    """The names of a `$select` without repeats (None: all), and those it asks of expanded ones."""

    names: tuple[str, ...] | None
    inner: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expansion:
    """One navigation property to expand, and the properties wanted of it (None: all)."""

    name: str
    select: tuple[str, ...] | None


def terms(text: str) -> Iterator[tuple[int, str]]:
    """The parts between commas outside parentheses and quotes, each with its position."""
    depth, is_quoted, start = 0, False, 0
    for position, character in enumerate(text):
        if character == "'":
            is_quoted = not is_quoted
        elif is_quoted:
            continue
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
        elif character == "," and depth == 0:
            yield start, text[start:position]
            start = position + 1
    yield start, text[start:]


def parse_select(text: str) -> Selection:
    """`DocEntry,BusinessPartner/CardName`, `*`; raises ODataSyntaxError."""
    names: dict[str, None] = {}
    inner: dict[str, dict[str, None]] = {}
    is_all = False
    for position, part in terms(text):
        match = _SELECTED.fullmatch(part)
        if match is None:
            raise ODataSyntaxError("$select", text, position)
        if match[1] is not None:
            inner.setdefault(match[1], {})[match[2]] = None
        elif match[2] == "*":
            is_all = True
        else:
            names[match[2]] = None
    return Selection(
        None if is_all else tuple(names), {name: tuple(found) for name, found in inner.items()}
    )


def parse_expand(text: str) -> tuple[Expansion, ...]:
    """`BusinessPartner($select=CardCode),SalesPerson`; raises ODataSyntaxError. [M 3.7.11]"""
    found: dict[str, Expansion] = {}
    for position, part in terms(text):
        match = _EXPANDED.fullmatch(part)
        if match is None:
            raise ODataSyntaxError("$expand", text, position)
        select = None
        if match[2] is not None:
            option, _, wanted = match[2].strip().partition("=")
            if option.strip() != "$select":
                raise ODataSyntaxError("$expand", text, position + match.start(2))
            selection = parse_select(wanted)
            if selection.inner:
                raise ODataSyntaxError("$expand", text, position + match.start(2))
            select = selection.names
        found[match[1]] = Expansion(match[1], select)
    return tuple(found.values())
