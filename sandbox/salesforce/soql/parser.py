"""Reads SOQL text with the kept grammar; what it can't read is MALFORMED_QUERY with its place."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any, Literal, cast

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, v_args
from lark.exceptions import VisitError
from lark.tree import Meta

from sandbox.salesforce import messages
from sandbox.salesforce.soql.query import (
    Aggregate,
    Compare,
    Condition,
    DateFunction,
    FieldsFunction,
    Includes,
    InList,
    InQuery,
    Junction,
    Like,
    Negation,
    Operand,
    Order,
    Path,
    Query,
    Value,
)

_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


def parse(text: str) -> Query:
    """The statement that `text` holds; SalesforceError MALFORMED_QUERY if it holds none."""
    try:
        tree = _parser().parse(text)
        return _Builder(text).transform(tree)
    except UnexpectedCharacters as error:
        # The lexer stops inside a word when no token fits; the word is what is unexpected.
        word = re.match(r"\w+|.", text[error.pos_in_stream or 0 :], re.DOTALL)
        position = error.pos_in_stream or 0
        raise messages.token_unexpected(text, position, word[0] if word else "<EOF>") from error
    except UnexpectedInput as error:
        token = getattr(error, "token", None)
        if token is None or token.type == "$END":
            raise messages.token_unexpected(text, len(text), "<EOF>") from error
        raise messages.token_unexpected(text, token.start_pos or 0, str(token)) from error
    except VisitError as error:
        raise error.orig_exc from error


def unescaped(quoted: str) -> str:
    """The text inside a quoted SOQL string."""
    return _ESCAPE.sub(_unescaped_character, quoted[1:-1])


def unescaped_pattern(quoted: str) -> tuple[str, ...]:
    """The pieces of a LIKE pattern: wildcards as "%" and "_", literal runs prefixed by "="."""
    pieces: list[str] = []
    for match in re.finditer(r"\\(u[0-9a-fA-F]{4}|.)|(.)", quoted[1:-1], re.DOTALL):
        if match[2] in ("%", "_"):
            pieces.append(match[2])
        else:
            pieces.append("=" + (match[2] or _unescaped_character(match)))
    return tuple(pieces)


def _unescaped_character(match: re.Match[str]) -> str:
    code = match[1]
    if code[0] == "u" and len(code) == 5:
        return chr(int(code[1:], 16))
    return _ESCAPED.get(code, code)


@functools.cache
def _parser() -> Lark:
    grammar = FilePath(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="contextual", propagate_positions=True)


_KINDS: dict[
    str, Literal["string", "number", "date", "datetime", "boolean", "null", "date_literal"]
] = {
    "STRING": "string",
    "NUMBER": "number",
    "INTEGER": "number",
    "DATE": "date",
    "DATETIME": "datetime",
    "TRUE": "boolean",
    "FALSE": "boolean",
    "NULL": "null",
    "DATE_LITERAL": "date_literal",
}

_inline = cast(Callable[[Any], Any], v_args(inline=True))
_with_meta = cast(Callable[[Any], Any], v_args(meta=True))


class _Builder(Transformer[Token, Query]):
    """Turns the parse tree into the values of `query.py`, from the leaves up."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    @_with_meta
    def path(self, meta: Meta, names: list[Token]) -> Path:
        return Path(tuple(str(name) for name in names), meta.start_pos)

    def selected(self, parts: list[Any]) -> Path:
        path: Path = parts[0]
        return replace(path, alias=parts[1]) if len(parts) > 1 else path

    @_with_meta
    def date_function(self, meta: Meta, parts: list[Any]) -> DateFunction:
        alias = parts[2] if len(parts) > 2 else None
        return DateFunction(str(parts[0]).casefold(), parts[1], alias, meta.start_pos)

    def path_list(self, items: list[Any]) -> tuple[Any, ...]:
        return tuple(items)

    def select_list(self, items: list[Any]) -> tuple[Any, ...]:
        return tuple(items)

    @_with_meta
    def fields_function(self, meta: Meta, tokens: list[Token]) -> FieldsFunction:
        return FieldsFunction(str(tokens[1]).upper(), meta.start_pos)

    @_with_meta
    def count_all(self, meta: Meta, _: list[Token]) -> Aggregate:
        return Aggregate("count", None, None, meta.start_pos)

    @_with_meta
    def aggregate(self, meta: Meta, parts: list[Any]) -> Aggregate:
        alias = parts[2] if len(parts) > 2 else None
        return Aggregate(str(parts[0]).casefold(), parts[1], alias, meta.start_pos)

    @_inline
    def alias_name(self, name: Token) -> str:
        return str(name)

    @_inline
    def alias(self, name: Token) -> tuple[str, str]:
        return ("alias", str(name))

    @_inline
    def where(self, condition: Condition) -> tuple[str, Condition]:
        return ("where", _ungrouped(condition))

    @_inline
    def having(self, condition: Condition) -> tuple[str, Condition]:
        return ("having", _ungrouped(condition))

    def group_by(self, items: list[Any]) -> tuple[str, tuple[Any, ...]]:
        return ("group_by", tuple(items))

    def order_by(self, items: list[Order]) -> tuple[str, tuple[Order, ...]]:
        return ("order_by", tuple(items))

    def order_item(self, parts: list[Any]) -> Order:
        texts = [part.casefold() for part in parts[1:] if isinstance(part, str)]
        return Order(parts[0], "desc" in texts, "last" in texts)

    @_inline
    def nulls(self, place: Token) -> str:
        return str(place)

    @_inline
    def limit(self, number: Token) -> tuple[str, int]:
        return ("limit", int(number))

    @_inline
    def offset(self, number: Token) -> tuple[str, int]:
        return ("offset", int(number))

    def tail(self, _: list[Token]) -> tuple[str, None]:
        return ("tail", None)

    def scope(self, _: list[Token]) -> tuple[str, None]:
        return ("tail", None)

    def with_mode(self, _: list[Token]) -> tuple[str, None]:
        return ("tail", None)

    def any_of(self, conditions: list[Condition]) -> Condition:
        if len(conditions) == 1:
            return conditions[0]
        for condition in conditions:
            # SOQL has no precedence between AND and OR: mixed, they need parentheses.
            if isinstance(condition, Junction):
                found = re.search(r"\bor\b", self._text, re.IGNORECASE)
                raise messages.token_unexpected(self._text, found.start() if found else 0, "OR")
        return Junction(False, tuple(_ungrouped(condition) for condition in conditions))

    def all_of(self, conditions: list[Condition]) -> Condition:
        if len(conditions) == 1:
            return conditions[0]
        return Junction(True, tuple(_ungrouped(condition) for condition in conditions))

    @_inline
    def negated(self, condition: Condition) -> Negation:
        return Negation(_ungrouped(condition))

    @_inline
    def grouped(self, condition: Condition) -> _Grouped:
        return _Grouped(condition)

    @_inline
    def compare(self, operand: Operand, operator: Token, value: Value) -> Compare:
        return Compare(operand, "!=" if operator == "<>" else str(operator), value)

    @_inline
    def like(self, operand: Operand, _: Token, pattern: Token) -> Like:
        return Like(operand, Value("string", str(pattern), pattern.start_pos or 0))

    @_inline
    def in_list(self, operand: Operand, _: Token, values: tuple[Value, ...]) -> InList:
        return InList(operand, values, False)

    @_inline
    def not_in_list(
        self, operand: Operand, _: Token, __: Token, values: tuple[Value, ...]
    ) -> InList:
        return InList(operand, values, True)

    @_inline
    def includes(self, operand: Operand, _: Token, values: tuple[Value, ...]) -> Includes:
        return Includes(operand, values, False)

    @_inline
    def excludes(self, operand: Operand, _: Token, values: tuple[Value, ...]) -> Includes:
        return Includes(operand, values, True)

    @_inline
    def in_query(self, operand: Operand, _: Token, join: dict[str, Any]) -> InQuery:
        return InQuery(operand, is_negated=False, **join)

    @_inline
    def not_in_query(self, operand: Operand, _: Token, __: Token, join: dict[str, Any]) -> InQuery:
        return InQuery(operand, is_negated=True, **join)

    def value_list(self, values: list[Value]) -> tuple[Value, ...]:
        return tuple(values)

    def semi_join(self, parts: list[Any]) -> dict[str, Any]:
        where = parts[2][1] if len(parts) > 2 else None
        return {
            "path": parts[0],
            "sobject": str(parts[1]),
            "sobject_position": parts[1].start_pos,
            "where": where,
        }

    @_inline
    def value(self, token: Token) -> Value:
        kind = _KINDS[token.type]
        text = unescaped(str(token)) if kind == "string" else str(token)
        return Value(kind, text, token.start_pos or 0)

    def subquery(self, parts: list[Any]) -> Query:
        return self._query(parts)

    def start(self, parts: list[Any]) -> Query:
        return self._query(parts)

    def _query(self, parts: list[Any]) -> Query:
        clauses = {name: value for name, value in parts[2:] if name != "tail"}
        return Query(self._text, parts[0], str(parts[1]), parts[1].start_pos, **clauses)


class _Grouped:
    """A condition in parentheses, so that AND and OR may stand on both sides of them."""

    def __init__(self, condition: Condition | _Grouped) -> None:
        self.condition = condition


def _ungrouped(condition: Condition | _Grouped) -> Condition:
    while isinstance(condition, _Grouped):
        condition = condition.condition
    return condition
