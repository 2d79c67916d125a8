"""States a parsed filter or order as SQL over JSON bodies (SQLite), property by property."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.sap_b1.odata.parse import (
    Both,
    Call,
    Comparison,
    Condition,
    Constant,
    Either,
    Name,
    Negation,
    Operand,
    OrderTerm,
)
from sandbox.sap_b1.schema import Enumeration, Property

SqlValue = str | int | float | None

SQL_COMPARATOR = {"eq": "=", "ne": "<>", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
_MIRRORED = {"eq": "eq", "ne": "ne", "gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ].*)?|(\d{4})(\d\d)(\d\d)(?:\d{6})?")
_TIME = re.compile(r"(?:\d{4}-\d\d-\d\d[T ]|\d{8})?(\d\d):?(\d\d)(?::?\d\d)?(?:\.\d+)?Z?")


class UnknownPropertyError(ValueError):
    """A query option names a property that the entity does not have; `name` is that property."""

    def __init__(self, name: str) -> None:
        super().__init__(f"property {name!r} is not declared")
        self.name = name


class BadConstantError(ValueError):
    """A constant does not fit the property it is compared with."""


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL text with its bound values, in order."""

    sql: str
    values: tuple[SqlValue, ...] = ()


@dataclass(frozen=True, slots=True)
class Columns:
    """What may be named: the declared properties (user fields included) and their enums.

    `ignores_case` makes comparisons of texts blind to case (B1S-CaseInsensitive, on HANA).
    """

    properties: Mapping[str, Property]
    enums: Mapping[str, Enumeration]
    ignores_case: bool = False

    def find(self, name: str) -> Property:
        """The scalar property of that name; raises UnknownPropertyError."""
        prop = self.properties.get(name)
        if prop is None or prop.kind == "complex" or prop.is_collection:
            raise UnknownPropertyError(name)
        return prop


def calendar_date(text: str) -> str:
    """A date constant in any documented form as YYYY-MM-DD, its time part ignored."""
    match = _DATE.fullmatch(text)
    if match is None:
        raise BadConstantError(f"{text!r} is not a date")
    return "-".join(match.group(1, 2, 3) if match[1] else match.group(4, 5, 6))


def hour_and_minute(text: str) -> str:
    """A time constant in any documented form as HH:MM: only these parts are effective."""
    match = _TIME.fullmatch(text)
    if match is None:
        raise BadConstantError(f"{text!r} is not a time")
    return f"{match[1]}:{match[2]}"


def _raw(prop: Property) -> str:
    return f"json_extract(body, '$.{prop.name}')"


def _comparable(prop: Property) -> str:
    """The expression that filters compare: dates without time, times to the minute."""
    if prop.kind == "date":
        return f"substr({_raw(prop)}, 1, 10)"
    if prop.kind == "time":
        return f"substr({_raw(prop)}, 1, 5)"
    return _raw(prop)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _sortable(prop: Property, columns: Columns) -> str:
    """The expression that orders rows; enums order by their database code, as the table does."""
    codes = columns.enums[prop.type_name].code_by_member if prop.kind == "enum" else {}
    if not codes:
        return _raw(prop)
    cases = " ".join(f"WHEN {_quoted(name)} THEN {_quoted(code)}" for name, code in codes.items())
    return f"CASE {_raw(prop)} {cases} ELSE {_raw(prop)} END"


def _number(value: SqlValue, prop: Property) -> SqlValue:
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError as error:
            raise BadConstantError(f"{value!r} is not a number ({prop.name})") from error
    return value


def bound_value(value: SqlValue, prop: Property, columns: Columns) -> SqlValue:
    """A constant in the form in which the property's column is compared."""
    if prop.kind in ("integer", "double"):
        return _number(value, prop)
    if prop.kind == "enum":
        member = columns.enums[prop.type_name].member(str(value))
        if member is None:
            raise BadConstantError(f"{value!r} is not a value of {prop.type_name}")
        return member
    if not isinstance(value, str):
        raise BadConstantError(f"{value!r} is not a text ({prop.name})")
    if prop.kind == "date":
        return calendar_date(value)
    if prop.kind == "time":
        return hour_and_minute(value)
    return value


def _against_constant(
    comparator: str, prop: Property, value: SqlValue, columns: Columns
) -> Statement:
    if value is None:
        if comparator not in ("eq", "ne"):
            raise BadConstantError(f"null can only be compared with eq and ne ({prop.name})")
        negation = "NOT " if comparator == "ne" else ""
        return Statement(f"{_raw(prop)} IS {negation}NULL")
    bound = bound_value(value, prop, columns)
    if prop.kind == "enum" and comparator not in ("eq", "ne"):
        code = columns.enums[prop.type_name].code_by_member.get(str(bound), str(bound))
        return Statement(f"{_sortable(prop, columns)} {SQL_COMPARATOR[comparator]} ?", (code,))
    if columns.ignores_case and prop.kind == "text":
        return Statement(
            f"casefold({_raw(prop)}) {SQL_COMPARATOR[comparator]} casefold(?)", (bound,)
        )
    return Statement(f"{_comparable(prop)} {SQL_COMPARATOR[comparator]} ?", (bound,))


def _comparison(node: Comparison, columns: Columns) -> Statement:
    left, right, comparator = node.left, node.right, str(node.comparator)
    if isinstance(left, Constant) and isinstance(right, Name):
        left, right, comparator = right, left, _MIRRORED[comparator]
    if isinstance(left, Constant):
        raise BadConstantError("a comparison needs a property")
    prop = columns.find(left.name)
    if isinstance(right, Constant):
        return _against_constant(comparator, prop, right.value, columns)
    other = columns.find(right.name)
    return Statement(f"{_comparable(prop)} {SQL_COMPARATOR[comparator]} {_comparable(other)}")


def _text_argument(operand: Operand) -> str:
    if isinstance(operand, Constant) and isinstance(operand.value, str):
        return operand.value
    raise BadConstantError("a text function needs a text in quotes")


def _call(node: Call, columns: Columns) -> Statement:
    subject, sought = (
        (node.second, node.first) if node.function == "substringof" else (node.first, node.second)
    )
    if not isinstance(subject, Name):
        raise BadConstantError(f"{node.function} needs a property")
    prop = columns.find(subject.name)
    if prop.kind != "text":
        raise BadConstantError(f"{node.function} needs a text property, not {prop.name}")
    text, column = _text_argument(sought), _raw(prop)
    if columns.ignores_case:
        text, column = text.casefold(), f"casefold({column})"
    if node.function == "startswith":
        return Statement(f"substr({column}, 1, {len(text)}) = ?", (text,))
    if node.function == "endswith" and text:
        return Statement(f"substr({column}, -{len(text)}) = ?", (text,))
    return Statement(f"instr({column}, ?) > 0", (text,))


def _joined(parts: tuple[Condition, ...], word: str, columns: Columns) -> Statement:
    statements = [state_condition(part, columns) for part in parts]
    values = tuple(value for statement in statements for value in statement.values)
    return Statement("(" + f" {word} ".join(s.sql for s in statements) + ")", values)


def state_condition(condition: Condition, columns: Columns) -> Statement:
    """The condition as a SQL predicate; null follows SQL, as it does in the real server's database.

    Raises UnknownPropertyError and BadConstantError.
    """
    match condition:
        case Comparison():
            return _comparison(condition, columns)
        case Call():
            return _call(condition, columns)
        case Both(parts):
            return _joined(parts, "AND", columns)
        case Either(parts):
            return _joined(parts, "OR", columns)
        case Negation(part):
            inner = state_condition(part, columns)
            return Statement(f"(NOT {inner.sql})", inner.values)


def state_order(terms: tuple[OrderTerm, ...], columns: Columns) -> str:
    """The terms as SQL after ORDER BY; raises UnknownPropertyError."""
    return ", ".join(
        f"{_sortable(columns.find(term.name), columns)} {'DESC' if term.descending else 'ASC'}"
        for term in terms
    )
