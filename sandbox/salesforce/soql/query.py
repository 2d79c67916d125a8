"""What a SOQL statement says, as frozen values; positions are offsets in its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Path:
    """A field, perhaps of a parent: `Account.Owner.Name` is ("Account", "Owner", "Name")."""

    names: tuple[str, ...]
    position: int
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class DateFunction:
    """A part of a date: `CALENDAR_YEAR(CloseDate)`, with the alias given, if any."""

    function: str
    path: Path
    alias: str | None
    position: int


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`count()` (no path), `count(Id)`, `max(Amount)` …, with the alias given, if any."""

    function: str
    path: Path | None
    alias: str | None
    position: int


Operand = Path | Aggregate | DateFunction


@dataclass(frozen=True, slots=True)
class FieldsFunction:
    """`FIELDS(ALL)`, `FIELDS(STANDARD)` or `FIELDS(CUSTOM)`."""

    kind: str
    position: int


@dataclass(frozen=True, slots=True)
class Value:
    """A literal: its kind and its text (strings unescaped)."""

    kind: Literal["string", "number", "date", "datetime", "boolean", "null", "date_literal"]
    text: str
    position: int


@dataclass(frozen=True, slots=True)
class Compare:
    """`operand operator value`."""

    operand: Operand
    operator: str
    value: Value


@dataclass(frozen=True, slots=True)
class Like:
    """`operand LIKE 'pattern'`; the pattern's wildcards are % and _."""

    operand: Operand
    pattern: Value


@dataclass(frozen=True, slots=True)
class InList:
    """`operand [NOT] IN (values)`."""

    operand: Operand
    values: tuple[Value, ...]
    is_negated: bool


@dataclass(frozen=True, slots=True)
class Includes:
    """`operand INCLUDES|EXCLUDES ('A;B', 'C')`: A and B both, or C, among the values chosen."""

    operand: Operand
    values: tuple[Value, ...]
    is_negated: bool


@dataclass(frozen=True, slots=True)
class InQuery:
    """`operand [NOT] IN (SELECT path FROM name WHERE …)`."""

    operand: Operand
    path: Path
    sobject: str
    sobject_position: int
    where: Condition | None
    is_negated: bool


@dataclass(frozen=True, slots=True)
class Junction:
    """Conditions joined by AND or OR."""

    is_all: bool
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """`NOT condition`."""

    condition: Condition


Condition = Compare | Like | InList | Includes | InQuery | Junction | Negation


@dataclass(frozen=True, slots=True)
class Order:
    """One item of ORDER BY; nulls come first unless said otherwise."""

    operand: Operand
    is_descending: bool
    nulls_last: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A statement; in a child subquery `sobject` is the name of the relationship."""

    text: str
    items: tuple[Operand | FieldsFunction | Query, ...]
    sobject: str
    sobject_position: int
    alias: str | None = None
    where: Condition | None = None
    group_by: tuple[Path | DateFunction, ...] = ()
    having: Condition | None = None
    order_by: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int | None = None

    @property
    def is_count(self) -> bool:
        """Whether it is `SELECT count() FROM …`."""
        first = self.items[0]
        return isinstance(first, Aggregate) and first.path is None

    @property
    def is_aggregate(self) -> bool:
        """Whether it groups or sums."""
        return bool(self.group_by) or any(isinstance(item, Aggregate) for item in self.items)
