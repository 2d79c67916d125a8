"""Turns a SOQL statement into SQL over the kept records: one table an object, a column a field.

Conditions have two values, as SOQL's have: a comparison with a missing value is false, `!=` and
NOT IN are true for it. Text is compared without regard to case.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sandbox.salesforce import messages
from sandbox.salesforce.keys import normalised_id
from sandbox.salesforce.schema import ID_TYPES, NUMBER_TYPES, TEXT_TYPES, Child, Field, SObject
from sandbox.salesforce.soql.dates import covered_days
from sandbox.salesforce.soql.parser import unescaped_pattern
from sandbox.salesforce.soql.query import (
    Aggregate,
    Compare,
    Condition,
    FieldsFunction,
    InList,
    InQuery,
    Junction,
    Like,
    Negation,
    Order,
    Path,
    Query,
    Value,
)
from sandbox.salesforce.values import parse_datetime, wire_datetime

MAX_OFFSET = 2000
MAX_FIELDS_LIMIT = 200

Lookup = Callable[[str], SObject | None]
"""An object by its name, whatever the case, with the fields that the asking user sees."""


def table(sobject: str) -> str:
    """The quoted name of the table that keeps an object's records."""
    return f'"sobject_{sobject}"'


def parts_of_address(compound: Field, sobject: SObject) -> dict[str, Field]:
    """The fields of which an address is made, by the key under which the REST API shows them."""
    stem = compound.name.removesuffix("Address")
    found = {}
    for part in (
        "City",
        "Country",
        "GeocodeAccuracy",
        "Latitude",
        "Longitude",
        "PostalCode",
        "State",
        "Street",
    ):
        source = sobject.field(stem + part)
        if source is not None:
            found[part[0].lower() + part[1:]] = source
    return found


@dataclass(frozen=True, slots=True)
class Column:
    """One selected value: where it goes in the record, its field, its SQL expression.

    An address has a column for each of its parts, told apart by `part`.
    """

    names: tuple[str, ...]
    field: Field
    expression: str
    part: str | None = None


@dataclass(frozen=True, slots=True)
class Parent:
    """A joined parent: its relationship names, its object and the expression of its id."""

    names: tuple[str, ...]
    sobject: SObject
    id_expression: str


@dataclass(frozen=True, slots=True)
class Subquery:
    """A child subquery: the relationship's name, the child and its own statement."""

    child: Child
    query: Query


@dataclass(frozen=True, slots=True)
class Select:
    """A statement ready to be run; `parameters` belong to `where`."""

    sobject: SObject
    source: str
    where: str
    parameters: tuple[object, ...]
    order: str
    limit: int | None
    offset: int
    columns: tuple[Column, ...]
    parents: tuple[Parent, ...]
    children: tuple[Subquery, ...]
    group_by: str = ""
    having: str = ""
    aggregates: tuple[tuple[str, str, Field | None], ...] = ()
    """For a grouping statement: name in the result, SQL expression, the field it takes."""

    @property
    def id_expression(self) -> str:
        """The id of the record itself."""
        return 't0."Id"'


def translate(
    query: Query, lookup: Lookup, today: date, with_deleted: bool, sobject: SObject | None = None
) -> Select:
    """Translate `query`; `sobject` is given for a child subquery. Raises SalesforceError."""
    return _Translation(query, lookup, today, sobject).select(with_deleted)


@dataclass(slots=True)
class _Translation:
    query: Query
    lookup: Lookup
    today: date
    given: SObject | None
    parameters: list[object] = field(default_factory=list)
    joins: dict[tuple[str, ...], tuple[str, SObject]] = field(default_factory=dict)
    clauses: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.query.text

    def select(self, with_deleted: bool) -> Select:
        query = self.query
        sobject = self.given or self._sobject(query.sobject, query.sobject_position)
        self.joins[()] = ("t0", sobject)
        columns, children = self._columns(sobject)
        conditions = []
        if not with_deleted and "IsDeleted" in sobject.fields:
            conditions.append('t0."IsDeleted" = 0')
        if query.where is not None:
            conditions.append(self._condition(query.where))
        grouped = self._aggregates() if query.is_aggregate and not query.is_count else ()
        group_by = ", ".join(self._grouping(path) for path in query.group_by)
        having = self._condition(query.having) if query.having is not None else ""
        order = ", ".join(self._order(item) for item in query.order_by)
        if query.offset is not None and query.offset > MAX_OFFSET:
            raise messages.SalesforceError(
                "NUMBER_OUTSIDE_VALID_RANGE", f"Maximum SOQL offset allowed is {MAX_OFFSET}"
            )
        return Select(
            sobject=sobject,
            source=" ".join([f"{table(sobject.name)} t0", *self.clauses]),
            where=" and ".join(conditions) or "true",
            parameters=tuple(self.parameters),
            order=order if query.is_aggregate else (order or 't0."Id"'),
            limit=query.limit,
            offset=query.offset or 0,
            columns=tuple(columns),
            parents=tuple(
                Parent(names, parent, f'{alias}."Id"')
                for names, (alias, parent) in self.joins.items()
                if names
            ),
            children=tuple(children),
            group_by=group_by,
            having=having,
            aggregates=grouped,
        )

    def _sobject(self, name: str, position: int) -> SObject:
        found = self.lookup(name)
        if found is None:
            raise messages.type_missing(self.text, position, name)
        return found

    def _columns(self, sobject: SObject) -> tuple[list[Column], list[Subquery]]:
        columns: list[Column] = []
        children: list[Subquery] = []
        for item in self.query.items:
            if isinstance(item, Query):
                children.append(self._subquery(sobject, item))
            elif isinstance(item, FieldsFunction):
                columns += self._fields_function(sobject, item)
            elif isinstance(item, Path) and not self.query.is_aggregate:
                columns += self._path_columns(item)
        return columns, children

    def _subquery(self, sobject: SObject, query: Query) -> Subquery:
        child = sobject.children.get(query.sobject.casefold())
        if child is None or self.lookup(child.sobject) is None:
            raise messages.relationship_missing(self.text, query.sobject_position, query.sobject)
        return Subquery(child, query)

    def _fields_function(self, sobject: SObject, item: FieldsFunction) -> list[Column]:
        if item.kind != "STANDARD" and not 0 < (self.query.limit or 0) <= MAX_FIELDS_LIMIT:
            raise messages.query_error(
                "MALFORMED_QUERY",
                self.text,
                item.position,
                f"The SOQL FIELDS function must have a LIMIT of at most {MAX_FIELDS_LIMIT}",
            )
        wanted = [
            found
            for found in sobject.fields.values()
            if item.kind == "ALL" or found.is_custom == (item.kind == "CUSTOM")
        ]
        columns: list[Column] = []
        for found in wanted:
            columns += self._path_columns(Path((found.name,), item.position))
        return columns

    def _path_columns(self, path: Path) -> list[Column]:
        alias, sobject, found, relations = self._resolve(path)
        names = (*relations, found.name)
        if not found.is_compound:
            return [Column(names, found, f'{alias}."{found.name}"')]
        return [
            Column(names, source, f'{alias}."{source.name}"', part)
            for part, source in parts_of_address(found, sobject).items()
        ]

    def _resolve(self, path: Path) -> tuple[str, SObject, Field, tuple[str, ...]]:
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
        # A polymorphic owner is a user here: queues are not imitated.
        parent = next((found for found in parents if found.name == "User"), parents[0])
        longer = (*relations, reference.relationship or name)
        if longer not in self.joins:
            joined = f"t{len(self.joins)}"
            self.joins[longer] = (joined, parent)
            self.clauses.append(
                f"left join {table(parent.name)} {joined}"
                f' on {joined}."Id" = {alias}."{reference.name}"'
            )
        return longer

    def _operand(self, operand: Path | Aggregate) -> tuple[str, Field]:
        if isinstance(operand, Aggregate):
            expression, found = self._aggregate(operand)
            return expression, found or _COUNT_FIELD
        alias, _, found, _ = self._resolve(operand)
        if found.is_compound:
            raise messages.query_error(
                "INVALID_FIELD",
                self.text,
                operand.position,
                f"field '{found.name}' can not be filtered in a query call",
            )
        return f'{alias}."{found.name}"', found

    def _aggregate(self, item: Aggregate) -> tuple[str, Field | None]:
        if item.path is None:
            return "count(*)", None
        expression, found = self._operand(item.path)
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

    def _aggregates(self) -> tuple[tuple[str, str, Field | None], ...]:
        found = []
        unnamed = 0
        for item in self.query.items:
            if isinstance(item, Aggregate):
                expression, source = self._aggregate(item)
                name = item.alias or f"expr{unnamed}"
                unnamed += item.alias is None
                found.append((name, expression, source))
            elif isinstance(item, Path):
                if item.names not in {path.names for path in self.query.group_by}:
                    raise messages.query_error(
                        "MALFORMED_QUERY",
                        self.text,
                        item.position,
                        f"Field must be grouped or aggregated: {'.'.join(item.names)}",
                    )
                expression, field_found = self._operand(item)
                found.append((field_found.name, expression, field_found))
        return tuple(found)

    def _grouping(self, path: Path) -> str:
        return self._operand(path)[0]

    def _order(self, item: Order) -> str:
        expression, found = self._operand(item.operand)
        collation = " collate fold" if found.type in TEXT_TYPES else ""
        direction = "desc" if item.is_descending else "asc"
        nulls = "last" if item.nulls_last else "first"
        return f"{expression}{collation} {direction} nulls {nulls}"

    def _condition(self, condition: Condition) -> str:
        match condition:
            case Junction():
                word = " and " if condition.is_all else " or "
                return "(" + word.join(self._condition(one) for one in condition.conditions) + ")"
            case Negation():
                return f"(not {self._condition(condition.condition)})"
            case Compare():
                return self._compare(condition)
            case Like():
                return self._like(condition)
            case InList():
                return self._in_list(condition)
            case InQuery():
                return self._in_query(condition)

    def _compare(self, condition: Compare) -> str:
        expression, found = self._operand(condition.operand)
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
        expression, found = self._operand(condition.operand)
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
        expression, found = self._operand(condition.operand)
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

    def _in_query(self, condition: InQuery) -> str:
        expression, _ = self._operand(condition.operand)
        inner_query = Query(
            self.text,
            (condition.path,),
            condition.sobject,
            condition.sobject_position,
            where=condition.where,
        )
        inner = translate(inner_query, self.lookup, self.today, False)
        self.parameters += inner.parameters
        source = (
            f"select {inner.columns[0].expression} from {inner.source} where {inner.where}"
            f" and {inner.columns[0].expression} is not null"
        )
        test = f"(({expression} in ({source})) is true)"
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


_COUNT_FIELD = Field(
    name="count",
    type="int",
    label="Count",
    length=0,
    precision=9,
    scale=0,
    nillable=False,
    createable=False,
    updateable=False,
    is_custom=False,
    is_external_id=False,
    is_unique=False,
    is_restricted=False,
    id_lookup=False,
    defaulted=False,
    default=None,
    values=(),
    reference_to=(),
    relationship=None,
    help_text=None,
    described={},
)


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


def result_names(columns: Sequence[Column]) -> list[str]:
    """The columns' names in CSV: relationships joined by dots."""
    return [".".join(column.names) for column in columns]
