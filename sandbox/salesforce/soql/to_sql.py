"""Turns a SOQL statement into SQL over the kept records."""

from __future__ import annotations

from datetime import date

from sandbox.salesforce import messages
from sandbox.salesforce.schema import TEXT_TYPES, Field, SObject
from sandbox.salesforce.soql.conditions import Conditions
from sandbox.salesforce.soql.names import NAME_OBJECT
from sandbox.salesforce.soql.query import (
    Aggregate,
    DateFunction,
    FieldsFunction,
    InQuery,
    Order,
    Path,
    Query,
)
from sandbox.salesforce.soql.select import (
    Column,
    Lookup,
    Parent,
    Select,
    Subquery,
    parts_of_address,
    table,
)

MAX_OFFSET = 2000
MAX_FIELDS_LIMIT = 200


def translate(
    query: Query, lookup: Lookup, today: date, with_deleted: bool, sobject: SObject | None = None
) -> Select:
    """Translate `query`; `sobject` is given for a child subquery. Raises SalesforceError."""
    return _Translation(query, lookup, today, sobject).select(with_deleted)


class _Translation(Conditions):
    def select(self, with_deleted: bool) -> Select:
        query = self.query
        sobject = self.given or self._sobject(query.sobject, query.sobject_position)
        self.joins[()] = ("t0", sobject)
        columns, children = self._columns(sobject)
        conditions = []
        if not with_deleted and "IsDeleted" in sobject.fields:
            conditions.append('t0."IsDeleted" = 0')
        if query.where is not None:
            conditions.append(self.condition(query.where))
        grouped = self._aggregates() if query.is_aggregate and not query.is_count else ()
        group_by = ", ".join(self.operand(item)[0] for item in query.group_by)
        having = self.condition(query.having) if query.having is not None else ""
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
                Parent(names, parent, *_parent_id(alias, parent))
                for names, (alias, parent) in self.joins.items()
                if names
            ),
            children=tuple(children),
            group_by=group_by,
            having=having,
            aggregates=grouped,
        )

    def semi_join(self, condition: InQuery) -> str:
        """`operand [NOT] IN (SELECT …)`."""
        expression, _ = self.operand(condition.operand)
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
                self._refuse_alias(item)
                columns += self._path_columns(item)
            elif isinstance(item, DateFunction) and not self.query.is_aggregate:
                raise messages.query_error(
                    "MALFORMED_QUERY",
                    self.text,
                    item.position,
                    f"Field must be grouped or aggregated: {_shown(item)}",
                )
        return columns, children

    def _refuse_alias(self, item: Path) -> None:
        if item.alias is not None:
            raise messages.query_error(
                "MALFORMED_QUERY",
                self.text,
                item.position,
                "only aggregate expressions use field aliasing",
            )

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
        alias, sobject, found, relations = self.resolve(path)
        names = (*relations, found.name)
        if not found.is_compound:
            return [Column(names, found, f'{alias}."{found.name}"')]
        return [
            Column(names, source, f'{alias}."{source.name}"', part)
            for part, source in parts_of_address(found, sobject).items()
        ]

    def _aggregates(self) -> tuple[tuple[str, str, Field | None], ...]:
        found = []
        unnamed = 0
        grouped = {self.operand(item)[0] for item in self.query.group_by}
        for item in self.query.items:
            if isinstance(item, Aggregate):
                expression, source = self.aggregate(item)
                name = item.alias or f"expr{unnamed}"
                unnamed += item.alias is None
                found.append((name, expression, source))
            elif isinstance(item, Path | DateFunction):
                expression, field_found = self.operand(item)
                if expression not in grouped:
                    raise messages.query_error(
                        "MALFORMED_QUERY",
                        self.text,
                        item.position,
                        f"Field must be grouped or aggregated: {_shown(item)}",
                    )
                own = f"expr{unnamed}" if isinstance(item, DateFunction) else field_found.name
                unnamed += isinstance(item, DateFunction) and item.alias is None
                found.append((item.alias or own, expression, field_found))
        return tuple(found)

    def _order(self, item: Order) -> str:
        expression, found = self.operand(item.operand)
        collation = " collate fold" if found.type in TEXT_TYPES else ""
        direction = "desc" if item.is_descending else "asc"
        nulls = "last" if item.nulls_last else "first"
        return f"{expression}{collation} {direction} nulls {nulls}"


def _parent_id(alias: str, parent: SObject) -> tuple[str, bool]:
    is_shared = parent.name == NAME_OBJECT
    own = f'{alias}."Id"'
    return (f"{alias}.\"Type\" || '/' || {own}" if is_shared else own), is_shared


def _shown(item: Path | DateFunction) -> str:
    if isinstance(item, DateFunction):
        return f"{item.function.upper()}({'.'.join(item.path.names)})"
    return ".".join(item.names)
