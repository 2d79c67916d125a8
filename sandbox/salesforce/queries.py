"""Runs SOQL over the records: whole answers, pages by locator, CSV for Bulk API 2.0.

A query's ids are fixed when it is asked; its pages read those records as they are then.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox.salesforce import messages
from sandbox.salesforce.keys import QUERY_LOCATOR_PREFIX, make_id
from sandbox.salesforce.messages import SalesforceError
from sandbox.salesforce.records import Records
from sandbox.salesforce.schema import TEXT_TYPES
from sandbox.salesforce.soql import Query, parse
from sandbox.salesforce.soql.select import Column, Lookup, Select, result_names
from sandbox.salesforce.soql.to_sql import translate
from sandbox.salesforce.values import wire_value

MAX_PAGE = 2000
MIN_PAGE = 200
LOCATOR_LIFE = timedelta(days=2)
"""Salesforce help 000384958: a query locator lives two days."""

_TABLES = """
create table if not exists query_cursor (
    locator text primary key, soql text not null, with_deleted integer not null,
    user text not null, made_at text not null, ids text not null
);
"""
_ID_LENGTH = 18


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a query; `locator` leads to the next one.

    `rows` are the records as JSON texts, which SQLite writes itself where a record has no nested
    parts: that is several times quicker than making objects of them first.
    """

    total: int
    rows: list[str]
    locator: str | None

    @property
    def is_last(self) -> bool:
        """Whether no page follows."""
        return self.locator is None

    @property
    def records(self) -> list[dict[str, Any]]:
        """The records as JSON-ready values."""
        found: list[dict[str, Any]] = json.loads(f"[{','.join(self.rows)}]")
        return found


@dataclass(frozen=True, slots=True)
class _Cursor:
    """A kept query with the ids of one page; `total` counts the ids of all pages."""

    soql: str
    with_deleted: bool
    ids: list[str]
    total: int


class Queries:
    """Queries of one org's records."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._state = records.state
        self._state.define(_TABLES)

    def run(
        self, user_id: str, soql: str, with_deleted: bool, page_size: int, record_url: str
    ) -> Page:
        """The first page. `record_url` is the path that an object's name and id are put after."""
        query = parse(soql)
        select = self._translate(query, user_id, with_deleted)
        if query.is_count:
            return Page(self._count(select), [], None)
        if query.is_aggregate:
            rows = [_dumped(record) for record in self._aggregate(select)]
            return Page(len(rows), rows, None)
        ids = self._ids(select)
        records = self._page(select, ids[:page_size], user_id, record_url)
        if len(ids) <= page_size:
            return Page(len(ids), records, None)
        cursor = self._keep(soql, with_deleted, user_id, ids)
        return Page(len(ids), records, f"{cursor}-{page_size}")

    def more(
        self, user_id: str, locator: str, page_size: int, record_url: str, shift: int = 0
    ) -> Page:
        """The page at a locator such as `0r8…-2000`; SalesforceError if it is none or too old.

        `shift` is by how many rows the records have moved meanwhile, under a planned fault.
        """
        name, _, start_text = locator.partition("-")
        start = int(start_text) if start_text.isdecimal() else -1
        cursor = self._cursor(name, user_id, max(0, start + shift), page_size - shift)
        if cursor is None or start < 0:
            raise messages.locator_invalid()
        select = self._translate(parse(cursor.soql), user_id, cursor.with_deleted)
        end = start + page_size
        following = f"{name}-{end}" if end < cursor.total else None
        return Page(cursor.total, self._page(select, cursor.ids, user_id, record_url), following)

    def keep_for_bulk(self, user_id: str, soql: str, with_deleted: bool) -> tuple[str, str, int]:
        """Fix a bulk query's ids: its locator, its object, how many records it has."""
        query = parse(soql)
        select = self._translate(query, user_id, with_deleted)
        if query.is_aggregate or query.offset or select.children:
            raise SalesforceError(
                "FEATURE_NOT_ENABLED",
                "Aggregate Relationship queries, GROUP BY, OFFSET and nested queries are not"
                " supported in Bulk Query",
            )
        for column in select.columns:
            if column.part is not None:
                raise SalesforceError(
                    "FUNCTIONALITY_NOT_ENABLED",
                    f"Selecting compound data not supported in Bulk Query: {column.names[-1]}",
                )
        ids = self._ids(select)
        return self._keep(soql, with_deleted, user_id, ids), select.sobject.name, len(ids)

    def csv_page(
        self, user_id: str, locator: str, start: int, count: int, delimiter: str, line_end: str
    ) -> tuple[str, int]:
        """CSV of up to `count` records from position `start`, and how many follow."""
        cursor = self._cursor(locator, user_id, start, count)
        if cursor is None:
            raise messages.resource_missing()
        select = self._translate(parse(cursor.soql), user_id, cursor.with_deleted)
        header = delimiter.join(f'"{name}"' for name in result_names(select.columns))
        expression = _csv_expression(select, delimiter)
        texts = self._expression_by_id(select, cursor.ids, expression)
        rows = [texts[record_id] for record_id in cursor.ids if record_id in texts]
        text = line_end.join([header, *rows, ""])
        return text, max(0, cursor.total - start - count)

    def _translate(self, query: Query, user_id: str, with_deleted: bool) -> Select:
        return translate(query, self._lookup(user_id), self._now().date(), with_deleted)

    def _lookup(self, user_id: str) -> Lookup:
        return self._records.catalog.seen_by(user_id)

    def _now(self) -> datetime:
        return self._records.context.clock.now()

    def _count(self, select: Select) -> int:
        found = self._state.row(
            f"select count(*) from {select.source} where {select.where}", select.parameters
        )
        total = int(found[0]) if found else 0
        return min(total, select.limit) if select.limit is not None else total

    def _aggregate(self, select: Select) -> list[dict[str, Any]]:
        expressions = ", ".join(expression for _, expression, _ in select.aggregates)
        sql = f"select {expressions} from {select.source} where {select.where}"
        if select.group_by:
            sql += f" group by {select.group_by}"
        if select.having:
            sql += f" having {select.having}"
        if select.order:
            sql += f" order by {select.order}"
        sql += f" limit {-1 if select.limit is None else select.limit} offset {select.offset}"
        rows = []
        for row in self._state.rows(sql, select.parameters):
            record: dict[str, Any] = {"attributes": {"type": "AggregateResult"}}
            for (name, _, found), value in zip(select.aggregates, row, strict=True):
                record[name] = wire_value(found, value) if found else value
            rows.append(record)
        return rows

    def _ids(self, select: Select) -> list[str]:
        limit = -1 if select.limit is None else select.limit
        found = self._state.rows(
            f"select {select.id_expression} from {select.source} where {select.where}"
            f" order by {select.order} limit {limit} offset {select.offset}",
            select.parameters,
        )
        return [row[0] for row in found]

    def _rows(self, select: Select, ids: Sequence[str]) -> Iterable[tuple[Any, ...]]:
        """Rows in the order of `ids`: own id, the columns, the parents' ids."""
        expressions = [
            select.id_expression,
            *(column.expression for column in select.columns),
            *(parent.id_expression for parent in select.parents),
        ]
        found = self._state.rows(
            f"select {', '.join(expressions)} from {select.source}"
            f" where {select.id_expression} in (select value from json_each(?))",
            (json.dumps(list(ids)),),
        )
        by_id = {row[0]: row for row in found}
        return (by_id[record_id] for record_id in ids if record_id in by_id)

    def _page(self, select: Select, ids: Sequence[str], user_id: str, record_url: str) -> list[str]:
        if not select.children and all(map(_is_plain, select.columns)):
            texts = self._expression_by_id(select, ids, _json_expression(select, record_url))
            return [texts[record_id] for record_id in ids if record_id in texts]
        build = _builder(select, record_url)
        records = {row[0]: build(row) for row in self._rows(select, ids)}
        for subquery in select.children:
            by_parent = self._children(select, subquery.query, ids, user_id, record_url)
            name = subquery.child.name
            for record_id, record in records.items():
                rows = by_parent.get(record_id, [])
                record[name] = (
                    {"totalSize": len(rows), "done": True, "records": rows} if rows else None
                )
        return [_dumped(record) for record in records.values()]

    def _expression_by_id(
        self, select: Select, ids: Sequence[str], expression: str
    ) -> dict[str, str]:
        return dict(
            self._state.rows(
                f"select {select.id_expression}, {expression} from {select.source}"
                f" where {select.id_expression} in (select value from json_each(?))",
                (json.dumps(list(ids)),),
            )
        )

    def _children(
        self, parent: Select, query: Query, ids: Sequence[str], user_id: str, record_url: str
    ) -> dict[str, list[dict[str, Any]]]:
        child = parent.sobject.children[query.sobject.casefold()]
        lookup = self._lookup(user_id)
        select = translate(query, lookup, self._now().date(), False, lookup(child.sobject))
        link = f't0."{child.field}"'
        found = self._state.rows(
            f"select {select.id_expression}, {link} from {select.source} where {select.where}"
            f" and {link} in (select value from json_each(?)) order by {select.order}",
            (*select.parameters, json.dumps(list(ids))),
        )
        by_parent: dict[str, list[str]] = {}
        for child_id, parent_id in found:
            chosen = by_parent.setdefault(parent_id, [])
            if select.limit is None or len(chosen) < select.limit:
                chosen.append(child_id)
        build = _builder(select, record_url)
        wanted = [child_id for chosen in by_parent.values() for child_id in chosen]
        records = {row[0]: build(row) for row in self._rows(select, wanted)}
        return {
            parent_id: [records[child_id] for child_id in chosen]
            for parent_id, chosen in by_parent.items()
        }

    def _keep(self, soql: str, with_deleted: bool, user_id: str, ids: Sequence[str]) -> str:
        locator = make_id(QUERY_LOCATOR_PREFIX, self._state.next_number("query_cursor"))
        now = self._now()
        with self._state.transaction() as connection:
            connection.execute(
                "delete from query_cursor where made_at < ?", ((now - LOCATOR_LIFE).isoformat(),)
            )
            connection.execute(
                "insert into query_cursor (locator, soql, with_deleted, user, made_at, ids)"
                " values (?, ?, ?, ?, ?, ?)",
                (locator, soql, int(with_deleted), user_id, now.isoformat(), "".join(ids)),
            )
        return locator

    def _cursor(self, locator: str, user_id: str, start: int, count: int) -> _Cursor | None:
        oldest = (self._now() - LOCATOR_LIFE).isoformat()
        found = self._state.row(
            "select soql, with_deleted, substr(ids, ?, ?), length(ids) from query_cursor"
            " where locator = ? and user = ? and made_at >= ?",
            (1 + start * _ID_LENGTH, count * _ID_LENGTH, locator, user_id, oldest),
        )
        if found is None:
            return None
        text = found[2]
        ids = [text[at : at + _ID_LENGTH] for at in range(0, len(text), _ID_LENGTH)]
        return _Cursor(found[0], bool(found[1]), ids, found[3] // _ID_LENGTH)


def _is_plain(column: Column) -> bool:
    return len(column.names) == 1 and column.part is None


def _dumped(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def _json_expression(select: Select, record_url: str) -> str:
    """SQL that writes a record of plain columns as JSON text (numbers to 15 digits)."""
    name = select.sobject.name
    start = f'{{"attributes":{{"type":"{name}","url":"{record_url}{name}/'
    pieces = [f"'{start}' || {select.id_expression} || '\"}}'"]
    for column in select.columns:
        value = (
            f"iif({column.expression}, 'true', 'false')"
            if column.field.type == "boolean"
            else f"json_quote({column.expression})"
        )
        pieces.append(f"',\"{column.names[0]}\":' || {value}")
    return " || ".join([*pieces, "'}'"])


def _csv_expression(select: Select, delimiter: str) -> str:
    """SQL that writes a record as a line of CSV: all quoted, nothing for null, instants with Z."""
    pieces = []
    for column in select.columns:
        value = column.expression
        match column.field.type:
            case "boolean":
                value = f"iif({value}, 'true', 'false')"
            case "datetime":
                value = f"replace({value}, '+0000', 'Z')"
            case kind if kind in TEXT_TYPES:
                value = f"replace({value}, '\"', '\"\"')"
        pieces.append(f"'\"' || coalesce({value}, '') || '\"'")
    return f" || '{delimiter}' || ".join(pieces)


def _builder(select: Select, record_url: str) -> Callable[[tuple[Any, ...]], dict[str, Any]]:
    """Makes a record of a row (own id, columns, parents' ids)."""
    name = select.sobject.name
    plain = [
        (position, column)
        for position, column in enumerate(select.columns, start=1)
        if len(column.names) == 1 and column.part is None
    ]
    nested = [
        (position, column)
        for position, column in enumerate(select.columns, start=1)
        if len(column.names) > 1 or column.part is not None
    ]
    first_parent = 1 + len(select.columns)
    booleans = [column.names[0] for _, column in plain if column.field.type == "boolean"]
    plain_names = [(column.names[0], position) for position, column in plain]

    def build(row: tuple[Any, ...]) -> dict[str, Any]:
        record: dict[str, Any] = {
            "attributes": {"type": name, "url": f"{record_url}{name}/{row[0]}"}
        }
        for key, position in plain_names:
            record[key] = row[position]
        for key in booleans:
            record[key] = bool(record[key])
        if nested:
            parents = _parents(select, row, first_parent, record_url)
            for position, column in nested:
                _put(record, parents, column, row[position])
        return record

    if not nested:
        return build
    order = list(dict.fromkeys(column.names[0] for column in select.columns))

    def build_in_order(row: tuple[Any, ...]) -> dict[str, Any]:
        record = build(row)
        return {"attributes": record["attributes"], **{key: record[key] for key in order}}

    return build_in_order


def _parents(
    select: Select, row: tuple[Any, ...], first: int, record_url: str
) -> dict[tuple[str, ...], dict[str, Any] | None]:
    """A record for each joined parent, or None where there is no parent."""
    found: dict[tuple[str, ...], dict[str, Any] | None] = {}
    for position, parent in enumerate(select.parents, start=first):
        parent_id = row[position]
        name = parent.sobject.name
        if parent.is_shared and parent_id is not None:
            kind, _, parent_id = parent_id.partition("/")
            found[parent.names] = {
                "attributes": {"type": name, "url": f"{record_url}{kind}/{parent_id}"}
            }
            continue
        found[parent.names] = (
            None
            if parent_id is None
            else {"attributes": {"type": name, "url": f"{record_url}{name}/{parent_id}"}}
        )
    return found


def _put(
    record: dict[str, Any],
    parents: Mapping[tuple[str, ...], dict[str, Any] | None],
    column: Column,
    value: Any,
) -> None:
    """Put a value of a parent, or a part of an address, in its place."""
    target = record
    relations = column.names[:-1]
    for depth in range(len(relations)):
        parent = parents.get(relations[: depth + 1])
        target[relations[depth]] = parent
        if parent is None:
            return
        target = parent
    name = column.names[-1]
    if column.part is None:
        target[name] = wire_value(column.field, value)
        return
    address = target.get(name)
    if address is None:
        address = target[name] = {}
    address[column.part] = value
