"""Field paths, functions and aggregates of a statement as SQL, with the parents they join."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sandbox.salesforce import messages
from sandbox.salesforce.schema import NUMBER_TYPES, Field, SObject, described_field
from sandbox.salesforce.soql.names import name_object, names_of
from sandbox.salesforce.soql.query import Aggregate, DateFunction, Operand, Path, Query
from sandbox.salesforce.soql.select import Lookup, table


@dataclass(slots=True)
class Paths:
    """One statement's paths; what they join is gathered in `joins` and `clauses`."""

    query: Query
    lookup: Lookup
    today: date
    given: SObject | None
    parameters: list[object] = field(default_factory=list)
    joins: dict[tuple[str, ...], tuple[str, SObject]] = field(default_factory=dict)
    clauses: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The statement's text, for messages."""
        return self.query.text

    def resolve(self, path: Path) -> tuple[str, SObject, Field, tuple[str, ...]]:
        """Alias of the joined table, its object, the field, the relationships on the way."""
        names = path.names
        if self.query.alias and len(names) > 1 and names[0] == self.query.alias:
            names = names[1:]
        own = self.joins[()][1]
        # `Account.Name` in a query from Account means its own field, unless a parent
        # relationship has that name.
        is_own = len(names) > 1 and names[0].casefold() == own.name.casefold()
        if is_own and own.reference(names[0]) is None:
            names = names[1:]
        relations: tuple[str, ...] = ()
        for name in names[:-1]:
            relations = self._join(relations, name, path)
        alias, sobject = self.joins[relations]
        found = sobject.field(names[-1])
        if found is None:
            raise messages.column_missing(self.text, path.position, names[-1], sobject.name)
        return alias, sobject, found, relations

    def _join(self, relations: tuple[str, ...], name: str, path: Path) -> tuple[str, ...]:
        alias, sobject = self.joins[relations]
        reference = sobject.reference(name)
        parents = (
            [
                parent
                for parent in (self.lookup(target) for target in reference.reference_to)
                if parent is not None
            ]
            if reference
            else []
        )
        if reference is None or not parents:
            raise messages.relationship_missing(self.text, path.position, name)
        parent = parents[0] if len(parents) == 1 else name_object()
        source = table(parent.name) if len(parents) == 1 else names_of(parents)
        longer = (*relations, reference.relationship or name)
        if longer not in self.joins:
            joined = f"t{len(self.joins)}"
            self.joins[longer] = (joined, parent)
            self.clauses.append(
                f'left join {source} {joined} on {joined}."Id" = {alias}."{reference.name}"'
            )
        return longer

    def operand(self, operand: Operand) -> tuple[str, Field]:
        """What is compared, grouped or ordered by, as SQL, with the field that it is of."""
        if isinstance(operand, Aggregate):
            expression, found = self.aggregate(operand)
            return expression, found or _NUMBER
        if isinstance(operand, DateFunction):
            return self._date_function(operand)
        alias, _, found, _ = self.resolve(operand)
        if found.is_compound:
            raise messages.query_error(
                "INVALID_FIELD",
                self.text,
                operand.position,
                f"field '{found.name}' can not be filtered in a query call",
            )
        return f'{alias}."{found.name}"', found

    def _date_function(self, operand: DateFunction) -> tuple[str, Field]:
        expression, found = self.operand(operand.path)
        template, kinds, result = DATE_FUNCTIONS[operand.function]
        if found.type not in kinds:
            raise messages.query_error(
                "MALFORMED_QUERY",
                self.text,
                operand.position,
                f"field {found.name} does not support date function {operand.function.upper()}",
            )
        return template.format(expression), result

    def aggregate(self, item: Aggregate) -> tuple[str, Field | None]:
        """An aggregate as SQL, with the field whose type its value has."""
        if item.path is None:
            return "count(*)", None
        expression, found = self.operand(item.path)
        if item.function in ("sum", "avg") and found.type not in {"int", *NUMBER_TYPES}:
            raise messages.query_error(
                "MALFORMED_QUERY",
                self.text,
                item.position,
                f"field {found.name} does not support aggregate operator {item.function.upper()}",
            )
        match item.function:
            case "count":
                return f"count({expression})", None
            case "count_distinct":
                return f"count(distinct {expression})", None
            case _:
                return f"{item.function}({expression})", found


_NUMBER = described_field("count", "int", nillable=False)
_DAY = described_field("day", "date")
_DAYS = ("date", "datetime")
_INSTANTS = ("datetime",)
_MONTH = "cast(substr({0}, 6, 2) as integer)"
_QUARTER = "((cast(substr({0}, 6, 2) as integer) + 2) / 3)"
_YEAR = "cast(substr({0}, 1, 4) as integer)"

# The fiscal year is the calendar's here; days and hours are those of UTC.
DATE_FUNCTIONS: Mapping[str, tuple[str, tuple[str, ...], Field]] = {
    "calendar_month": (_MONTH, _DAYS, _NUMBER),
    "calendar_quarter": (_QUARTER, _DAYS, _NUMBER),
    "calendar_year": (_YEAR, _DAYS, _NUMBER),
    "day_in_month": ("cast(substr({0}, 9, 2) as integer)", _DAYS, _NUMBER),
    "day_in_week": (
        "(cast(strftime('%w', substr({0}, 1, 10)) as integer) + 1)",
        _DAYS,
        _NUMBER,
    ),
    "day_in_year": ("cast(strftime('%j', substr({0}, 1, 10)) as integer)", _DAYS, _NUMBER),
    "day_only": ("substr({0}, 1, 10)", _INSTANTS, _DAY),
    "fiscal_month": (_MONTH, _DAYS, _NUMBER),
    "fiscal_quarter": (_QUARTER, _DAYS, _NUMBER),
    "fiscal_year": (_YEAR, _DAYS, _NUMBER),
    "hour_in_day": ("cast(substr({0}, 12, 2) as integer)", _INSTANTS, _NUMBER),
    "week_in_month": ("((cast(substr({0}, 9, 2) as integer) + 6) / 7)", _DAYS, _NUMBER),
    "week_in_year": (
        "((cast(strftime('%j', substr({0}, 1, 10)) as integer) + 6) / 7)",
        _DAYS,
        _NUMBER,
    ),
}
