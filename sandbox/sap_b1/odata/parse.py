"""Reads the text of `$filter` and `$orderby` into small trees (no data, no SQL)."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput, UnexpectedToken

GRAMMAR_FILE = Path(__file__).with_name("filter.lark")

Comparator = Literal["eq", "ne", "gt", "ge", "lt", "le"]
TextFunction = Literal["startswith", "endswith", "contains", "substringof"]


class ODataSyntaxError(ValueError):
    """The text is not a query option of the Service Layer; `position` counts from 0."""

    def __init__(self, option: str, text: str, position: int) -> None:
        super().__init__(f"{option} is not readable at position {position}: {text!r}")
        self.option, self.text, self.position = option, text, position


class UnknownFunctionError(ODataSyntaxError):
    """The text calls a function that `$filter` does not have; `name` is that function."""

    def __init__(self, name: str, text: str, position: int) -> None:
        super().__init__("$filter", text, position)
        self.name = name


@dataclass(frozen=True, slots=True)
class Name:
    """A property, as written."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A constant: text (also dates and times, which are written as text), number or null."""

    value: str | float | int | None


Operand = Name | Constant


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left comparator right`."""

    comparator: Comparator
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Call:
    """One of the text functions, with its two arguments in the order written."""

    function: TextFunction
    first: Operand
    second: Operand


@dataclass(frozen=True, slots=True)
class Both:
    """All parts hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """The part does not hold."""

    part: Condition


Condition = Comparison | Call | Both | Either | Negation


@dataclass(frozen=True, slots=True)
class OrderTerm:
    """One term of `$orderby`."""

    name: str
    descending: bool


@v_args(inline=True)
class _FilterTree(Transformer[Token, Condition]):
    def property(self, token: Token) -> Name:
        return Name(str(token))

    def text(self, token: Token) -> Constant:
        return Constant(str(token)[1:-1].replace("''", "'"))

    instant = text

    def number(self, token: Token) -> Constant:
        text = str(token)
        return Constant(int(text) if re.fullmatch(r"-?\d+", text) else float(text))

    def null(self) -> Constant:
        return Constant(None)

    def comparison(self, left: Operand, operator: Token, right: Operand) -> Comparison:
        return Comparison(str(operator), left, right)  # type: ignore[arg-type]

    def call(self, function: Token, first: Operand, second: Operand) -> Call:
        return Call(str(function), first, second)  # type: ignore[arg-type]

    def both(self, *parts: Condition) -> Both:
        return Both(parts)

    def either(self, *parts: Condition) -> Either:
        return Either(parts)

    def negation(self, part: Condition) -> Negation:
        return Negation(part)


@functools.cache
def _filter_parser() -> Lark:
    return Lark(GRAMMAR_FILE.read_text(encoding="utf-8"), parser="lalr", maybe_placeholders=False)


@functools.lru_cache(maxsize=512)
def parse_filter(text: str) -> Condition:
    """The tree of a `$filter`; raises ODataSyntaxError with the position of the first mistake."""
    try:
        tree = _filter_parser().parse(text)
    except UnexpectedInput as error:
        raise _mistake(text, error) from error
    return _FilterTree().transform(tree)


def _mistake(text: str, error: UnexpectedInput) -> ODataSyntaxError:
    """Where the text stops making sense; a name before a parenthesis is an unknown function."""
    position = error.pos_in_stream if error.pos_in_stream is not None else len(text)
    if isinstance(error, UnexpectedToken):
        before = error.token_history[-1] if error.token_history else None
        if error.token == "(" and before is not None and before.type == "NAME":
            return UnknownFunctionError(str(before), text, position)
        if error.token.type == "$END":
            position = len(text)
    return ODataSyntaxError("$filter", text, position)


_ORDER_TERM = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*)(?:\s+(asc|desc))?\s*")


def parse_orderby(text: str) -> tuple[OrderTerm, ...]:
    """The terms of an `$orderby` such as `A asc,B desc`; raises ODataSyntaxError."""
    terms = []
    position = 0
    for part in text.split(","):
        match = _ORDER_TERM.fullmatch(part)
        if match is None:
            raise ODataSyntaxError("$orderby", text, position)
        terms.append(OrderTerm(match[1], match[2] == "desc"))
        position += len(part) + 1
    return tuple(terms)
