"""WHERE and HAVING as SQL.

Conditions have two values, as SOQL's have: a comparison with a missing value is false, `!=` and
NOT IN are true for it. Text is compared without regard to case.
"""

from __future__ import annotations

from abc import abstractmethod
from datetime import date

from sandbox.salesforce import messages
from sandbox.salesforce.keys import normalised_id
from sandbox.salesforce.schema import ID_TYPES, NUMBER_TYPES, TEXT_TYPES, Field
from sandbox.salesforce.soql.dates import covered_days
from sandbox.salesforce.soql.parser import unescaped_pattern
from sandbox.salesforce.soql.paths import Paths
from sandbox.salesforce.soql.query import (
    Compare,
    Condition,
    Includes,
    InList,
    InQuery,
    Junction,
    Like,
    Negation,
    Value,
)
from sandbox.salesforce.values import parse_datetime, wire_datetime


class Conditions(Paths):
    """One statement's conditions."""

    @abstractmethod
    def semi_join(self, condition: InQuery) -> str:
        """`operand IN (SELECT …)`, which needs a whole statement translated."""

    def condition(self, condition: Condition) -> str:
        """A condition as SQL; its values are added to the parameters."""
        match condition:
            case Junction():
                word = " and " if condition.is_all else " or "
                return "(" + word.join(self.condition(one) for one in condition.conditions) + ")"
            case Negation():
                return f"(not {self.condition(condition.condition)})"
            case Compare():
                return self._compare(condition)
            case Like():
                return self._like(condition)
            case InList():
                return self._in_list(condition)
            case Includes():
                return self._includes(condition)
            case InQuery():
                return self.semi_join(condition)

    def _compare(self, condition: Compare) -> str:
        expression, found = self.operand(condition.operand)
        operator, value = condition.operator, condition.value
        if value.kind == "null":
            return f"({expression} is {'not ' if operator == '!=' else ''}null)"
        if value.kind == "date_literal":
            return self._compare_days(expression, found, operator, value)
        bound = self._bound(found, value)
        if operator in ("=", "!="):
            collation = _collation(found, bound)
        else:
            collation = " collate fold" if found.type in TEXT_TYPES else ""
        self.parameters.append(bound)
        test = f"{expression} {operator} ?{collation}"
        return f"({expression} is null or {test})" if operator == "!=" else f"(({test}) is true)"

    def _compare_days(self, expression: str, found: Field, operator: str, value: Value) -> str:
        if found.type not in ("date", "datetime"):
            raise self._wrong_type(found, value)
        first, after = (
            day.isoformat() if found.type == "date" else f"{day.isoformat()}T00:00:00.000+0000"
            for day in covered_days(value.text, self.today)
        )
        match operator:
            case "=" | "!=":
                self.parameters += [first, after]
                test = f"(({expression} >= ? and {expression} < ?) is true)"
                return test if operator == "=" else f"(not {test})"
            case "<" | ">=":
                self.parameters.append(first)
            case _:
                self.parameters.append(after)
        sign = {"<": "<", ">=": ">=", ">": ">=", "<=": "<"}[operator]
        return f"(({expression} {sign} ?) is true)"

    def _like(self, condition: Like) -> str:
        expression, found = self.operand(condition.operand)
        if found.type not in TEXT_TYPES | ID_TYPES:
            raise self._wrong_type(found, condition.pattern)
        pattern = "".join(
            piece if piece in ("%", "_") else _escaped(piece[1:])
            for piece in unescaped_pattern(condition.pattern.text)
        )
        self.parameters.append(pattern.casefold())
        folded = expression if pattern.isascii() else f"folded({expression})"
        return f"(({folded} like ? escape '\\') is true)"

    def _in_list(self, condition: InList) -> str:
        expression, found = self.operand(condition.operand)
        bound = [self._bound(found, value) for value in condition.values if value.kind != "null"]
        has_null = len(bound) < len(condition.values)
        is_ascii = all(not isinstance(one, str) or one.isascii() for one in bound)
        collation = _collation(found, "" if is_ascii else "é")
        self.parameters += bound
        marks = ", ".join("?" * len(bound))
        test = f"(({expression}{collation} in ({marks})) is true)"
        if has_null:
            test = f"({test} or {expression} is null)"
        return f"(not {test})" if condition.is_negated else test

    def _includes(self, condition: Includes) -> str:
        expression, found = self.operand(condition.operand)
        if found.type != "multipicklist":
            raise messages.query_error(
                "INVALID_QUERY_FILTER_OPERATOR",
                self.text,
                condition.values[0].position,
                f"invalid operator on {found.type} field",
            )
        choices = []
        for value in condition.values:
            wanted = value.text.split(";")
            self.parameters += [f";{one};" for one in wanted]
            each = f"instr(';' || {expression} || ';', ?) > 0"
            choices.append("(" + " and ".join([each] * len(wanted)) + ")")
        test = f"(({' or '.join(choices)}) is true)"
        return f"(not {test})" if condition.is_negated else test

    def _bound(self, found: Field, value: Value) -> object:
        """The value as it is kept, if it is of the field's type."""
        kind = found.type
        if kind in ID_TYPES and value.kind == "string":
            known = normalised_id(value.text)
            if known is None:
                raise messages.query_error(
                    "INVALID_QUERY_FILTER_OPERATOR",
                    self.text,
                    value.position,
                    f"invalid ID field: {value.text}",
                )
            return known
        if kind in TEXT_TYPES and value.kind == "string":
            return value.text
        if kind == "boolean" and value.kind == "boolean":
            return int(value.text.casefold() == "true")
        if (kind == "int" or kind in NUMBER_TYPES) and value.kind == "number":
            return float(value.text)
        if kind == "date" and value.kind == "date" and _is_day(value.text):
            return value.text
        if kind == "datetime" and value.kind == "datetime":
            instant = parse_datetime(value.text)
            if instant is not None:
                return wire_datetime(instant)
        raise self._wrong_type(found, value)

    def _wrong_type(self, found: Field, value: Value) -> messages.SalesforceError:
        return messages.operand_of_wrong_type(self.text, value.position, found.name, found.type)


def _collation(found: Field, bound: object) -> str:
    """How text is compared without regard to case; SQLite's own way where ASCII suffices."""
    if found.type not in TEXT_TYPES:
        return ""
    return " collate nocase" if isinstance(bound, str) and bound.isascii() else " collate fold"


def _escaped(literal: str) -> str:
    return "".join(f"\\{letter}" if letter in "%_\\" else letter for letter in literal)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
