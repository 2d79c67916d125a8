"""Runs SOQL over the records: whole answers, pages by locator, CSV for Bulk API 2.0.

A query's ids are fixed when it is asked; its pages read those records as they are then.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox.salesforce import messages
from sandbox.salesforce.keys import QUERY_LOCATOR_PREFIX, make_id
from sandbox.salesforce.messages import SalesforceError
from sandbox.salesforce.records import Records
from sandbox.salesforce.soql import Query, parse
from sandbox.salesforce.soql.to_sql import Column, Lookup, Select, result_names, translate
from sandbox.salesforce.values import csv_value, wire_value

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
    """One page of a query's records as JSON-ready values; `locator` leads to the next one."""

    total: int
    records: list[dict[str, Any]]
    locator: str | None

    @property
    def is_last(self) -> bool:
        """Whether no page follows."""
        return self.locator is None


@dataclass(frozen=True, slots=True)
class _Cursor:
    locator: str
    soql: str
    with_deleted: bool
    user_id: str
    ids: list[str]


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
            rows = self._aggregate(select)
            return Page(len(rows), rows, None)
        ids = self._ids(select)
        records = self._page(select, ids[:page_size], user_id, record_url)
        if len(ids) <= page_size:
            return Page(len(ids), records, None)
        cursor = self._keep(soql, with_deleted, user_id, ids)
        return Page(len(ids), records, f"{cursor}-{page_size}")

    def more(self, user_id: str, locator: str, page_size: int, record_url: str) -> Page:
        """The page at a locator such as `0r8…-2000`; SalesforceError if it is none or too old."""
        name, _, start_text = locator.partition("-")
        cursor = self._cursor(name, user_id)
        if cursor is None or not start_text.isdecimal():
            raise messages.locator_invalid()
        start = int(start_text)
        select = self._translate(parse(cursor.soql), user_id, cursor.with_deleted)
        chosen = cursor.ids[start : start + page_size]
        end = start + page_size
        following = f"{name}-{end}" if end < len(cursor.ids) else None
        return Page(len(cursor.ids), self._page(select, chosen, user_id, record_url), following)

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
        cursor = self._cursor(locator, user_id)
        if cursor is None:
            raise messages.resource_missing()
        select = self._translate(parse(cursor.soql), user_id, cursor.with_deleted)
        out = io.StringIO()
        writer = csv.writer(
            out, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL
        )
        writer.writerow(result_names(select.columns))
        fields = [column.field for column in select.columns]
        chosen = cursor.ids[start : start + count]
        for row in self._rows(select, chosen):
            values = row[1 : 1 + len(fields)]
            writer.writerow(map(csv_value, fields, values))
        return out.getvalue(), max(0, len(cursor.ids) - start - count)

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

    def _page(
        self, select: Select, ids: Sequence[str], user_id: str, record_url: str
    ) -> list[dict[str, Any]]:
        build = _builder(select, record_url)
        records = [build(row) for row in self._rows(select, ids)]
        for subquery in select.children:
            by_parent = self._children(select, subquery.query, ids, user_id, record_url)
            name = subquery.child.name
            for record_id, record in zip(ids, records, strict=True):
                rows = by_parent.get(record_id, [])
                record[name] = (
                    {"totalSize": len(rows), "done": True, "records": rows} if rows else None
                )
        return records

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

    def _cursor(self, locator: str, user_id: str) -> _Cursor | None:
        oldest = (self._now() - LOCATOR_LIFE).isoformat()
        found = self._state.row(
            "select locator, soql, with_deleted, user, ids from query_cursor"
            " where locator = ? and user = ? and made_at >= ?",
            (locator, user_id, oldest),
        )
        if found is None:
            return None
        text = found[4]
        ids = [text[start : start + _ID_LENGTH] for start in range(0, len(text), _ID_LENGTH)]
        return _Cursor(found[0], found[1], bool(found[2]), found[3], ids)


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
