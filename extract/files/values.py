"""What a mapping says about a value, as SQL over a table of text columns; every name is checked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from extract.errors import Misconfigured, Refuse
from extract.files.mapping import Condition, Scalar, Table, Value
from extract.files.tables import literal, quoted

_NUMBER = "decimal(38, 10)"
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_AGGREGATES = ("sum", "avg", "min", "max", "count")

# Beyond this neither money nor a quantity is kept (DECIMAL(18,6)).
_LIMIT = "1e12"


@dataclass
class Columns:
    """The columns a value may name, and which of them were named."""

    file: str
    names: tuple[str, ...]
    table: Table
    as_of: date
    used: set[str] = field(default_factory=set)

    def sql(self, name: str) -> str:
        """The column as SQL; a column that is not there is one sentence (B22)."""
        if name not in self.names:
            raise Refuse(
                f"{self.file}, line 1: column `{name}` is missing"
                f" (found: {', '.join(self.names)}).",
                code="column_missing",
                field=name,
            )
        self.used.add(name)
        return quoted(name)

    @property
    def as_of_sql(self) -> str:
        """The day of as_of as a SQL constant."""
        return f"date '{self.as_of.isoformat()}'"


def text(value: str | Value, columns: Columns, kind: str) -> str:
    """A value as a SQL text expression, before its kind is checked."""
    if isinstance(value, str):
        value = Value(column=value)
    base = _base(value, columns, kind)
    if value.values is not None:
        cases = " ".join(
            f"when {literal(found)} then {constant(becomes)}"
            for found, becomes in value.values.items()
        )
        other = _constant_or_value(value.otherwise, columns, kind) if _has_other(value) else base
        base = f"case {base} {cases} else {other} end"
    if value.until:
        day = day_of(base, value.format or columns.table.date_format)
        base = f"case when {day} <= {columns.as_of_sql} then {base} end"
    if value.factor is not None:
        base = _scaled(base, value.factor)
    if value.round is not None:
        base = f"coalesce(round(try_cast({base} as {_NUMBER}), {value.round})::varchar, {base})"
    return base


def _has_other(value: Value) -> bool:
    return value.otherwise is not None


def _base(value: Value, columns: Columns, kind: str) -> str:
    aggregate = next((name for name in _AGGREGATES if getattr(value, name)), "")
    if aggregate:
        return _aggregate(aggregate, getattr(value, aggregate), columns, kind)
    if value.column:
        found = columns.sql(value.column)
        return (
            plain_number(found, columns.table)
            if kind in ("number", "whole") or value.factor is not None
            else found
        )
    if value.value is not None:
        return constant(value.value)
    if value.template:
        return _template(value.template, columns)
    if value.first_of:
        return "coalesce(" + ", ".join(text(each, columns, kind) for each in value.first_of) + ")"
    if value.when is not None:
        then = _constant_or_value(value.then, columns, kind)
        other = _constant_or_value(value.otherwise, columns, kind)
        return f"case when {conditions(value.when, columns)} then {then} else {other} end"
    if value.as_of:
        return f"{columns.as_of_sql}::varchar"
    return _arithmetic(value, columns)


def _arithmetic(value: Value, columns: Columns) -> str:
    for operator, operands in (
        ("+", value.add),
        ("-", value.subtract),
        ("*", value.multiply),
        ("/", value.divide),
    ):
        if operands:
            parts = [_operand(each, columns) for each in operands]
            return _combined(operator, parts)
    raise Misconfigured(
        "a value names no column, constant, template or arithmetic.", code="mapping_wrong"
    )


def _combined(operator: str, parts: list[str]) -> str:
    if operator == "*":
        product = " * ".join(f"({part})::double" for part in parts)
        return f"round({product}, 10)::{_NUMBER}::varchar"
    if operator == "/":
        quotient = f"({parts[0]})::double"
        for part in parts[1:]:
            quotient = f"({quotient} / nullif(({part})::double, 0))"
        return f"round({quotient}, 10)::{_NUMBER}::varchar"
    return "(" + f" {operator} ".join(parts) + ")::varchar"


def _operand(value: str | float | Value, columns: Columns) -> str:
    if isinstance(value, (int, float)):
        return f"{value!r}::{_NUMBER}"
    return f"try_cast({text(value, columns, 'number')} as {_NUMBER})"


def _aggregate(name: str, column: str, columns: Columns, kind: str) -> str:
    found = columns.sql(column)
    if name == "count":
        return f"count({found})::varchar"
    if name in ("min", "max") and kind not in ("number", "whole"):
        return f"{name}({found})"
    number = f"try_cast({plain_number(found, columns.table)} as {_NUMBER})"
    if name == "avg":
        return f"round(avg({number}), 10)::{_NUMBER}::varchar"
    return f"{name}({number})::varchar"


def _template(template: str, columns: Columns) -> str:
    parts: list[str] = []
    end = 0
    for found in _PLACEHOLDER.finditer(template):
        if found.start() > end:
            parts.append(literal(template[end : found.start()]))
        parts.append(columns.sql(found.group(1)))
        end = found.end()
    if end < len(template):
        parts.append(literal(template[end:]))
    return "(" + " || ".join(parts) + ")"


def _constant_or_value(value: Scalar | Value | None, columns: Columns, kind: str) -> str:
    if value is None:
        return "null"
    return text(value, columns, kind) if isinstance(value, Value) else constant(value)


def constant(value: Scalar) -> str:
    """A constant of the mapping as SQL text."""
    if isinstance(value, bool):
        return literal("true" if value else "false")
    return literal(str(value))


def plain_number(expression: str, table: Table) -> str:
    """A number's text with a decimal point and without thousands separators."""
    plain = expression
    if table.thousands:
        plain = f"replace({plain}, {literal(table.thousands)}, '')"
    if table.decimal != ".":
        plain = f"replace({plain}, {literal(table.decimal)}, '.')"
    return plain


def _scaled(base: str, factor: float) -> str:
    """Times a factor, exactly where it fits; what is no number stays as it is, to be reported."""
    number = f"try_cast({base} as {_NUMBER})"
    exact = f"try_cast(try_cast({base} as decimal(20, 8)) * {factor!r}::decimal(18, 8) as varchar)"
    return f"coalesce({exact}, ({number}::double * {factor!r})::varchar, {base})"


def day_of(expression: str, date_format: str = "") -> str:
    """A text as a day: ISO with or without time, yyyymmdd, or the mapping's own format."""
    ways = [
        f"try_cast(substr({expression}, 1, 10) as date)",
        f"try_strptime({expression}, '%Y%m%d')::date",
    ]
    if date_format:
        ways.insert(0, f"try_strptime({expression}, {literal(date_format)})::date")
    return f"coalesce({', '.join(ways)})"


def conditions(wanted: list[Condition], columns: Columns) -> str:
    """Conditions that must hold together, as SQL that is true or false, never null."""
    return " and ".join(_condition(each, columns) for each in wanted) or "true"


def _condition(wanted: Condition, columns: Columns) -> str:
    if wanted.any is not None:
        return "(" + " or ".join(_condition(each, columns) for each in wanted.any) + ")"
    found = columns.sql(wanted.column)
    number = f"try_cast({plain_number(found, columns.table)} as {_NUMBER})"
    day = day_of(found, columns.table.date_format)
    tests: list[str] = []
    if wanted.equals is not None:
        tests.append(_equals(found, wanted.equals))
    if wanted.not_equals is not None:
        tests.append(f"not {_equals(found, wanted.not_equals)}")
    if wanted.in_ is not None:
        tests.append("(" + " or ".join(_equals(found, each) for each in wanted.in_) + ")")
    if wanted.not_in is not None:
        tests.append("not (" + " or ".join(_equals(found, each) for each in wanted.not_in) + ")")
    if wanted.is_null:
        tests.append(f"{found} is null")
    if wanted.not_null:
        tests.append(f"{found} is not null")
    if wanted.at_least is not None:
        tests.append(f"coalesce({number} >= {wanted.at_least!r}, false)")
    if wanted.at_most is not None:
        tests.append(f"coalesce({number} <= {wanted.at_most!r}, false)")
    if wanted.until:
        tests.append(f"coalesce({day} <= {columns.as_of_sql}, false)")
    if wanted.after:
        tests.append(f"coalesce({day} > {columns.as_of_sql}, false)")
    if not tests:
        raise Misconfigured(
            f"a condition on `{wanted.column}` tests nothing.", code="mapping_wrong"
        )
    return "(" + " and ".join(tests) + ")"


def _equals(column: str, value: Scalar) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"coalesce(try_cast({column} as {_NUMBER}) = {value!r}, false)"
    return f"coalesce({column} = {constant(value)}, false)"


@dataclass(frozen=True)
class Typed:
    """A value of a kind as SQL: what lands, and the complaint (null when there is none)."""

    value: str
    complaint: str
    code: str


def typed(expression: str, kind: str, system: str, date_format: str) -> Typed:
    """Check a text against its kind; `complaint` ends the sentence '`field`: "12,5x" …'."""
    bare = f"nullif(trim({expression}), '')"
    if kind in ("number", "whole"):
        return _typed_number(bare, kind)
    if kind == "date":
        day = day_of(bare, date_format)
        suffix = "" if system == "salesforce" else " || 'T00:00:00Z'"
        return _checked(f"{day}::varchar{suffix}", bare, "is not a date.", "bad_date")
    if kind == "instant":
        zoned = f"regexp_replace({bare}, '([+-]\\d\\d)(\\d\\d)$', '\\1:\\2')"
        instant = f"try_cast({zoned} as timestamptz)"
        if date_format:
            instant = (
                f"coalesce(try_strptime({bare}, {literal(date_format)})::timestamptz, {instant})"
            )
        shape = f"strftime({instant}, '%Y-%m-%dT%H:%M:%S.%g+0000')"
        return _checked(shape, bare, "is not a point in time.", "bad_date")
    if kind == "time":
        clock = f"try_cast(regexp_replace({bare}, '^(\\d\\d)(\\d\\d)$', '\\1:\\2:00') as time)"
        return _checked(f"{clock}::varchar", bare, "is not a time of day.", "bad_time")
    if kind == "flag":
        flag = (
            f"case when lower({bare}) in ('true', '1', 't', 'yes', 'y') then 'true'"
            f" when lower({bare}) in ('false', '0', 'f', 'no', 'n') then 'false' end"
        )
        return _checked(flag, bare, "is neither true nor false.", "bad_flag")
    return Typed(expression, "null", "")


def _typed_number(bare: str, kind: str) -> Typed:
    number = f"try_cast({bare} as {_NUMBER})"
    double = f"try_cast({bare} as double)"
    value = f"rtrim(rtrim({number}::varchar, '0'), '.')"
    whole = ""
    if kind == "whole":
        value = f"try_cast({number} as bigint)::varchar"
        whole = f" when {number} <> trunc({number}) then 'is not a whole number.'"
    complaint = (
        f"case when {bare} is null then null"
        f" when {double} is null then 'is not a number.'"
        f" when not abs({double}) < {_LIMIT}"
        f" then 'is outside what money and quantities can hold.'{whole} end"
    )
    return Typed(value, complaint, "bad_number")


def _checked(value: str, bare: str, complaint: str, code: str) -> Typed:
    return Typed(
        value, f"case when {bare} is not null and {value} is null then '{complaint}' end", code
    )
