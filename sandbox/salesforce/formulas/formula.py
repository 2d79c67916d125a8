"""Formulas of validation rules: read, and worked out for a record.

A part of Salesforce's formula language after its documentation; a name or function that is not
served is refused when the rule is made, so that no rule passes unread.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import LarkError

from sandbox.salesforce.schema import SObject
from sandbox.salesforce.values import wire_datetime

Node = Tree[Token]

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "==": operator.eq,
    "<>": operator.ne,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_CONSTANTS: Mapping[str, Any] = {"TRUE": True, "FALSE": False, "NULL": None}
# How many arguments each function takes; -1: any number.
_FUNCTIONS = {
    "ABS": 1,
    "AND": -1,
    "BEGINS": 2,
    "BLANKVALUE": 2,
    "CONTAINS": 2,
    "IF": 3,
    "ISBLANK": 1,
    "ISCHANGED": 1,
    "ISNEW": 0,
    "ISNULL": 1,
    "ISPICKVAL": 2,
    "LEN": 1,
    "LOWER": 1,
    "NOT": 1,
    "NOW": 0,
    "OR": -1,
    "PRIORVALUE": 1,
    "TEXT": 1,
    "TODAY": 0,
    "UPPER": 1,
}


class FormulaError(ValueError):
    """A formula that can't be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read for one object."""

    tree: Node

    def value(self, old: Mapping[str, Any] | None, new: Mapping[str, Any], now: datetime) -> Any:
        """What it gives for a record as it is to be; `old` as it was, None for a new one."""
        return _Evaluation(old, new, now).of(self.tree)


def read_formula(text: str, sobject: SObject) -> Formula:
    """Read a formula over an object's fields. Raises FormulaError."""
    try:
        tree = _parser().parse(text)
    except LarkError as error:
        raise FormulaError(f"Syntax error: {str(error).partition(chr(10))[0]}") from error
    names = {name.casefold(): name for name in sobject.fields}
    for node in tree.iter_subtrees():
        if node.data == "called":
            name, given = str(node.children[0]).upper(), len(node.children) - 1
            if name not in _FUNCTIONS:
                raise FormulaError(f"Unknown function {name}")
            if _FUNCTIONS[name] not in (-1, given):
                raise FormulaError(f"Incorrect number of parameters for function '{name}()'")
        elif node.data == "named" and str(node.children[0]).upper() not in _CONSTANTS:
            known = names.get(str(node.children[0]).casefold())
            if known is None:
                raise FormulaError(f"Field {node.children[0]} does not exist")
            node.children[0] = Token("PATH", known)
    return Formula(tree)


@functools.cache
def _parser() -> Lark:
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr")


@dataclass(frozen=True, slots=True)
class _Evaluation:
    old: Mapping[str, Any] | None
    new: Mapping[str, Any]
    now: datetime

    def of(self, node: Any) -> Any:
        children = node.children
        match node.data:
            case "number":
                return float(children[0])
            case "text":
                return str(children[0])[1:-1]
            case "named":
                name = str(children[0])
                return (
                    _CONSTANTS[name.upper()] if name.upper() in _CONSTANTS else self.new.get(name)
                )
            case "negative":
                return -(self.of(children[1]) or 0)
            case "inverted":
                return not self.of(children[1])
            case "called":
                return self._called(str(children[0]).upper(), children[1:])
            case "compared":
                left, sign, right = children
                return _compared(self.of(left), str(sign), self.of(right))
        found = self.of(children[0])
        for sign, child in zip(children[1::2], children[2::2], strict=True):
            found = self._joined(found, str(sign), child)
        return found

    def _joined(self, left: Any, sign: str, child: Any) -> Any:
        if sign == "&&":
            return bool(left) and bool(self.of(child))
        if sign == "||":
            return bool(left) or bool(self.of(child))
        right = self.of(child)
        match sign:
            case "&":
                return f"{left or ''}{right or ''}"
            case "+" if isinstance(left, str) or isinstance(right, str):
                return f"{left or ''}{right or ''}"
            case "+":
                return (left or 0) + (right or 0)
            case "-":
                return (left or 0) - (right or 0)
            case "*":
                return (left or 0) * (right or 0)
        return (left or 0) / right if right else None

    def _called(self, name: str, arguments: list[Any]) -> Any:
        match name:
            case "AND":
                return all(bool(self.of(one)) for one in arguments)
            case "OR":
                return any(bool(self.of(one)) for one in arguments)
            case "IF":
                return self.of(arguments[1 if self.of(arguments[0]) else 2])
            case "ISNEW":
                return self.old is None
            case "TODAY":
                return self.now.date().isoformat()
            case "NOW":
                return wire_datetime(self.now)
            case "ISCHANGED" | "PRIORVALUE":
                field = str(arguments[0].children[0])
                before = self.old.get(field) if self.old is not None else self.new.get(field)
                return before if name == "PRIORVALUE" else before != self.new.get(field)
        return _plain(name, [self.of(one) for one in arguments])


def _plain(name: str, values: list[Any]) -> Any:
    """A function of its arguments' values alone."""
    first = values[0]
    text = "" if first is None else str(first)
    match name:
        case "NOT":
            return not first
        case "ISBLANK" | "ISNULL":
            return first in (None, "")
        case "BLANKVALUE":
            return values[1] if first in (None, "") else first
        case "ISPICKVAL":
            return text == values[1]
        case "BEGINS":
            return text.startswith(values[1] or "")
        case "CONTAINS":
            return (values[1] or "") in text
        case "LEN":
            return float(len(text))
        case "UPPER":
            return text.upper()
        case "LOWER":
            return text.lower()
        case "TEXT":
            return text
    return abs(first or 0)  # ABS, the only one left


def _compared(left: Any, sign: str, right: Any) -> bool:
    if left is None or right is None:
        if sign in ("=", "==", "<>", "!="):
            return _COMPARE[sign](left or None, right or None)
        return False
    if isinstance(left, str) != isinstance(right, str):
        left, right = str(left), str(right)
    return _COMPARE[sign](left, right)
