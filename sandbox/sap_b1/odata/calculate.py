"""Reads `$apply` and the expressions of `$crossjoin` into small trees (no data, no SQL)."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput

from sandbox.sap_b1.odata.parse import ODataSyntaxError

GRAMMAR_FILE = Path(__file__).with_name("calculate.lark")


@dataclass(frozen=True, slots=True)
class Place:
    """A property by its path: `DocEntry`, `Orders/DocEntry`, `Orders/DocumentLines/DocEntry`."""

    path: str


@dataclass(frozen=True, slots=True)
class Value:
    """A constant: text, number or null."""

    value: str | float | int | None


@dataclass(frozen=True, slots=True)
class Operation:
    """`left word right`: arithmetic or a comparison."""

    word: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class TextCall:
    """One of the text functions, with its arguments in the order written."""

    function: str
    first: Expression
    second: Expression


@dataclass(frozen=True, slots=True)
class Joined:
    """Parts of which all (`and`) or one (`or`) must hold."""

    word: str
    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Expression


Expression = Place | Value | Operation | TextCall | Joined | Not


@dataclass(frozen=True, slots=True)
class Measure:
    """An aggregate: a method over a property, or the count of rows (no method).

    `path` is the property's, or of the rows that are counted ("" for those of the only set).
    """

    path: str
    method: str | None
    alias: str


@dataclass(frozen=True, slots=True)
class Apply:
    """A `$apply`: rows filtered, then grouped by paths (None: not grouped), then measured."""

    filters: tuple[Expression, ...]
    groups: tuple[str, ...] | None
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A selected expression of a cross-join, and the name it is shown under."""

    expression: Expression
    alias: str | None


@dataclass(frozen=True, slots=True)
class _Group:
    paths: tuple[str, ...]
    measures: tuple[Measure, ...]


@v_args(inline=True)
class _Tree(Transformer[Token, Any]):
    def path(self, token: Token) -> Place:
        return Place(str(token))

    def text(self, token: Token) -> Value:
        return Value(str(token)[1:-1].replace("''", "'"))

    def number(self, token: Token) -> Value:
        text = str(token)
        return Value(int(text) if re.fullmatch(r"-?\d+", text) else float(text))

    def null(self) -> Value:
        return Value(None)

    def arithmetic(self, left: Expression, word: Token, right: Expression) -> Operation:
        return Operation(str(word), left, right)

    comparison = arithmetic

    def call(self, function: Token, first: Expression, second: Expression) -> TextCall:
        return TextCall(str(function), first, second)

    def both(self, *parts: Expression) -> Joined:
        return Joined("and", parts)

    def either(self, *parts: Expression) -> Joined:
        return Joined("or", parts)

    def negation(self, part: Expression) -> Not:
        return Not(part)

    def item(self, expression: Expression, alias: Token | None = None) -> Item:
        return Item(expression, None if alias is None else str(alias))

    def of_values(self, path: Token, method: Token, alias: Token) -> Measure:
        return Measure(str(path), str(method), str(alias))

    def of_rows(self, count: Token, alias: Token) -> Measure:
        return Measure(str(count).removesuffix("$count").rstrip("/"), None, str(alias))

    def inside(self, source: Token, measure: Measure) -> Measure:
        inner = f"/{measure.path}" if measure.path else ""
        return Measure(f"{source}{inner}", measure.method, measure.alias)

    def aggregate(self, *measures: Measure) -> tuple[Measure, ...]:
        return measures

    def filtering(self, condition: Expression) -> Not | Expression:
        return condition

    def grouping(self, *parts: Any) -> _Group:
        paths = tuple(str(part) for part in parts if isinstance(part, Token))
        measures = next((part for part in parts if isinstance(part, tuple)), ())
        return _Group(paths, measures)

    def apply(self, *steps: Any) -> Apply:
        filters = tuple(step for step in steps if not isinstance(step, _Group | tuple))
        group = next((step for step in steps if isinstance(step, _Group)), None)
        measures = next((step for step in steps if isinstance(step, tuple)), ())
        if group is None:
            return Apply(filters, None, measures)
        return Apply(filters, tuple(dict.fromkeys(group.paths)), (*group.measures, *measures))


@functools.cache
def _parser() -> Lark:
    return Lark(
        GRAMMAR_FILE.read_text(encoding="utf-8"),
        parser="lalr",
        start=["apply", "expr", "item"],
        maybe_placeholders=False,
    )


def _parsed(option: str, start: str, text: str) -> Any:
    try:
        tree = _parser().parse(text, start=start)
    except UnexpectedInput as error:
        position = error.pos_in_stream if error.pos_in_stream is not None else len(text)
        raise ODataSyntaxError(option, text, position) from error
    return _Tree().transform(tree)


def parse_apply(text: str) -> Apply:
    """The tree of a `$apply`; raises ODataSyntaxError with the position of the first mistake."""
    found: Apply = _parsed("$apply", "apply", text)
    return found


def parse_condition(text: str) -> Expression:
    """The tree of a `$filter` over several sets, or beside `$apply`; raises ODataSyntaxError."""
    found: Expression = _parsed("$filter", "expr", text)
    return found


def parse_item(text: str) -> Item:
    """A selected expression, such as `DocTotal sub VatSum as Net`; raises ODataSyntaxError."""
    found: Item = _parsed("$select", "item", text)
    return found
