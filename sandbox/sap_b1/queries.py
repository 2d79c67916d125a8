"""Queries that answer with rows of their own: `$apply`, `$crossjoin` and the query service."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sandbox.sap_b1 import messages
from sandbox.sap_b1.answers import JSON_TYPE, VERSION_HEADER, context_name, json_text
from sandbox.sap_b1.entities import Entities, read_object
from sandbox.sap_b1.exchange import Answer, Call, next_link
from sandbox.sap_b1.odata.calculate import (
    Apply,
    Measure,
    Place,
    parse_apply,
    parse_condition,
    parse_item,
)
from sandbox.sap_b1.odata.parse import ODataSyntaxError
from sandbox.sap_b1.odata.projection import terms
from sandbox.sap_b1.odata.sources import Source, Sources, UnknownSourceError, conjunction
from sandbox.sap_b1.odata.statement import BadConstantError, Statement, UnknownPropertyError
from sandbox.sap_b1.options import checked_options, page_of, wants_count, whole_number
from sandbox.sap_b1.records import Records
from sandbox.sap_b1.schema import EntitySet, Property
from sandbox.sap_b1.values import Body

CROSSJOIN = "$crossjoin"

_SOURCES = re.compile(rf"{re.escape(CROSSJOIN)}\((.+)\)", re.DOTALL)
_EXPANDED = re.compile(
    r"\s*([A-Za-z_]\w*(?:/[A-Za-z_]\w*)*)\s*(?:\(\s*\$select\s*=(.*)\))?\s*", re.DOTALL
)
_ORDER = re.compile(r"\s*([A-Za-z_]\w*(?:/[A-Za-z_]\w*)*)(?:\s+(asc|desc))?\s*")


@dataclass(frozen=True, slots=True)
class _Column:
    """One value of an answer's rows: the source it stands under, its name, how it is shown."""

    source: str
    name: str
    sql: Statement
    show: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Plan:
    """A query ready to run: its columns, conditions, groups and order."""

    columns: tuple[_Column, ...]
    where: Statement
    groups: tuple[str, ...] | None
    order: str


class Queries:
    """Answers queries over several sets, and those that add up."""

    def __init__(self, entities: Entities) -> None:
        self.entities, self.records = entities, entities.records

    # -- the three ways in -----------------------------------------------------------------

    def applied(self, call: Call, entity_set: EntitySet) -> Answer:
        """GET of a set with `$apply`. [M 3.7.7, 3.7.8]"""
        options = checked_options(call)
        with _refusing():
            sources = self._sources([entity_set.name])
            plan = self._apply_plan(call, sources, options, is_crossjoin=False)
        rows, count, link = self._page(call, sources, plan, options, entity_set.name)
        at = "@" if call.dialect == "v2" else ""
        shown = [
            {f"{at}odata.id": None}
            | {column.name: value for column, value in zip(plan.columns, row, strict=True)}
            for row in rows
        ]
        names = ",".join(column.name for column in plan.columns)
        return _answer(call, f"$metadata#{entity_set.name}({names})", shown, count, link)

    def crossjoin(self, call: Call) -> Answer:
        """`GET $crossjoin(A,B)?…`. [M 3.7.9]"""
        return self._joined(call, call.path, checked_options(call), call.path)

    def post_query(self, call: Call) -> Answer:
        """`QueryService_PostQuery`: a cross-join from the body, answered as plain text. [M 3.7.10]

        Its next link carries the options, which clients send back as `QueryOption`.
        """
        body = read_object(call)
        path, option = str(body.get("QueryPath") or ""), str(body.get("QueryOption") or "")
        inner = Call(
            call.method,
            call.dialect,
            call.root,
            path.strip(),
            "&".join(part for part in (option, call.query) if part),
            call.headers,
        )
        answer = self._joined(inner, path.strip(), checked_options(inner), "QueryService_PostQuery")
        headers = (("Content-Type", "text/plain"), *answer.headers[1:])
        return Answer(answer.status, headers, answer.body)

    def _joined(self, call: Call, path: str, options: Mapping[str, str], at: str) -> Answer:
        named = _SOURCES.fullmatch(path)
        options = {name.strip(): value for name, value in options.items()}
        if named is None or not ("$expand" in options or "$apply" in options):
            raise messages.crossjoin_invalid()
        with _refusing():
            sources = self._sources([part.strip() for part in named[1].split(",")])
            if "$apply" in options:
                plan = self._apply_plan(call, sources, options, is_crossjoin=True)
            else:
                plan = self._expand_plan(call, sources, options)
        rows, count, link = self._page(call, sources, plan, options, at)
        shown: list[Body] = []
        for row in rows:
            by_source: dict[str, Body] = {}
            for column, value in zip(plan.columns, row, strict=True):
                if column.name:
                    by_source.setdefault(column.source, {})[column.name] = value
                else:
                    by_source[column.source] = value
            shown.append(by_source)
        return _answer(call, "$metadata#Collection(Edm.ComplexType)", shown, count, link)

    def _sources(self, paths: Sequence[str]) -> Sources:
        return Sources(self.records.schema, self.records.fields.all, paths)

    # -- plans -----------------------------------------------------------------------------

    def _apply_plan(
        self, call: Call, sources: Sources, options: Mapping[str, str], is_crossjoin: bool
    ) -> _Plan:
        apply = parse_apply(options["$apply"].strip())
        conditions = [sources.state(condition) for condition in apply.filters]
        conditions += self._filter(sources, options)
        columns = [self._grouped(call, sources, path) for path in apply.groups or ()]
        columns += [
            self._measured(call, sources, measure, is_crossjoin) for measure in apply.measures
        ]
        groups = None
        if apply.groups is not None:
            groups = tuple(sources.column(path) for path in apply.groups)
        order = self._order(sources, options, apply) or ", ".join(groups or ("1",))
        return _Plan(tuple(columns), conjunction(conditions), groups, order)

    def _grouped(self, call: Call, sources: Sources, path: str) -> _Column:
        source, prop = sources.find(path)
        return _Column(
            source.path, prop.name, Statement(sources.column(path)), self._shown(call, prop)
        )

    def _measured(
        self, call: Call, sources: Sources, measure: Measure, is_crossjoin: bool
    ) -> _Column:
        sql = Statement(sources.measure(measure))
        if measure.method is None:
            if measure.path and measure.path not in sources.by_path:
                raise UnknownPropertyError(measure.path)
            path = measure.path or next(iter(sources.by_path))
            return _Column(path, measure.alias, sql, int)
        source, prop = sources.find(measure.path)
        if "count" in measure.method:
            # The guide prints this count as a text for a set, as a number in a cross-join.
            is_text = call.dialect == "v1" and not is_crossjoin
            return _Column(source.path, measure.alias, sql, str if is_text else int)
        if measure.method in ("sum", "average", "avg"):
            if prop.kind not in ("integer", "double"):
                raise BadConstantError(f"{measure.method} needs a number, not {prop.name}")
            is_whole = prop.kind == "integer" and measure.method == "sum"
            return _Column(source.path, measure.alias, sql, _number(is_whole))
        return _Column(source.path, measure.alias, sql, self._shown(call, prop))

    def _expand_plan(self, call: Call, sources: Sources, options: Mapping[str, str]) -> _Plan:
        columns: list[_Column] = []
        for position, text in terms(options["$expand"]):
            match = _EXPANDED.fullmatch(text)
            if match is None:
                raise ODataSyntaxError("$expand", options["$expand"], position)
            source = sources.by_path.get(match[1])
            if source is None:
                raise UnknownSourceError(match[1])
            if match[2] is None:
                source.is_whole = True
                whole = Statement(f"{source.alias}.[ body]")
                columns.append(_Column(source.path, "", whole, self._whole(call, source)))
            else:
                columns += [
                    self._selected(call, sources, source, part) for _, part in terms(match[2])
                ]
        conditions = self._filter(sources, options)
        keys = ", ".join(f"{source.alias}.[ key]" for source in sources.by_path.values())
        order = self._order(sources, options, None)
        return _Plan(
            tuple(columns), conjunction(conditions), None, f"{order}, {keys}" if order else keys
        )

    def _selected(self, call: Call, sources: Sources, source: Source, text: str) -> _Column:
        """A property of the source or a calculation over its properties. [M 3.7.9.2]"""
        item = parse_item(text.strip())
        inner = Sources(self.records.schema, self.records.fields.all, [source.path])
        inner.by_path[source.path] = source
        statement = inner.state(item.expression)
        if isinstance(item.expression, Place):
            prop = inner.find(item.expression.path)[1]
            return _Column(source.path, item.alias or prop.name, statement, self._shown(call, prop))
        if item.alias is None:
            raise ODataSyntaxError("$expand", text, 0)
        return _Column(source.path, item.alias, statement, lambda value: value)

    def _filter(self, sources: Sources, options: Mapping[str, str]) -> list[Statement]:
        text = options.get("$filter", "").strip()
        return [sources.state(parse_condition(text))] if text else []

    def _order(self, sources: Sources, options: Mapping[str, str], apply: Apply | None) -> str:
        """`$orderby`; an aggregate cannot be ordered by, only what is grouped by. [3P]"""
        found = []
        text = options.get("$orderby", "").strip()
        for position, part in terms(text) if text else ():
            match = _ORDER.fullmatch(part)
            if match is None:
                raise ODataSyntaxError("$orderby", text, position)
            if apply is not None and match[1] in {measure.alias for measure in apply.measures}:
                raise UnknownPropertyError(match[1])
            found.append(f"{sources.column(match[1])} {match[2] or 'asc'}")
        return ", ".join(found)

    # -- values ----------------------------------------------------------------------------

    def _shown(self, call: Call, prop: Property) -> Callable[[Any], Any]:
        renderer = self.entities.renderer(call)
        return lambda value: json.loads(renderer.scalar(prop, value))

    def _whole(self, call: Call, source: Source) -> Callable[[Any], Any]:
        renderer = self.entities.renderer(call)
        return lambda value: json.loads(renderer.entity(source.structure, json.loads(value), 0))

    # -- running ---------------------------------------------------------------------------

    def _page(
        self,
        call: Call,
        sources: Sources,
        plan: _Plan,
        options: Mapping[str, str],
        path: str,
    ) -> tuple[list[list[Any]], int | None, str | None]:
        """The rows of one page, how many there are if that is asked for, and the next link."""
        size, top = page_of(call).size, whole_number(options, "$top")
        skip = whole_number(options, "$skip") or 0
        is_last = size == 0 or (top is not None and top <= size)
        limit = (-1 if top is None else top) if is_last else size + 1
        statement = _sql(self.records, sources, plan)
        text = f"{statement.sql} limit {limit} offset {skip}"
        found = self.records.state.rows(text, statement.values)
        link = None
        if not is_last and len(found) > size and (top is None or top > size):
            found = found[:size]
            kept = dict(options) | ({} if top is None else {"$top": str(top - size)})
            link = next_link(path, kept, skip + size)
        rows = [
            [column.show(value) for column, value in zip(plan.columns, row, strict=True)]
            for row in found
        ]
        count = None
        if wants_count(call, options):
            total = self.records.state.row(
                f"select count(*) from ({statement.sql})", statement.values
            )
            count = 0 if total is None else int(total[0])
        return rows, count, link


def _sql(records: Records, sources: Sources, plan: _Plan) -> Statement:
    """The whole statement: a materialised table a source, so that equal columns meet by hash."""
    tables = ", ".join(
        f"{source.alias} as materialized ({source.query(records.table_name(source.set_name))})"
        for source in sources.by_path.values()
    )
    selected = ", ".join(column.sql.sql for column in plan.columns)
    values = tuple(value for column in plan.columns for value in column.sql.values)
    names = ", ".join(source.alias for source in sources.by_path.values())
    sql = f"with {tables} select {selected} from {names} where {plan.where.sql}"
    if plan.groups is not None:
        sql += f" group by {', '.join(plan.groups)}"
    return Statement(f"{sql} order by {plan.order}", values + plan.where.values)


def _number(is_whole: bool) -> Callable[[Any], Any]:
    def shown(value: Any) -> float | int | None:
        if value is None:
            return None
        return int(value) if is_whole else float(value)

    return shown


def _answer(
    call: Call, context: str, rows: list[Body], count: int | None, link: str | None
) -> Answer:
    at = "@" if call.dialect == "v2" else ""
    body: Body = {context_name(call): context}
    if count is not None:
        body[f"{at}odata.count"] = count if call.dialect == "v2" else str(count)
    body["value"] = rows
    if link is not None:
        body[f"{at}odata.nextLink"] = link
    headers = [("Content-Type", JSON_TYPE[call.dialect]), VERSION_HEADER[call.dialect]]
    page = page_of(call)
    if page.is_preferred:
        headers.append(("Preference-Applied", f"odata.maxpagesize={page.size}"))
    return Answer(200, tuple(headers), json_text(body).encode())


@contextmanager
def _refusing() -> Iterator[None]:
    """Turns what a query's text gets wrong into the Service Layer's refusals."""
    try:
        yield
    except ODataSyntaxError as error:
        raise messages.option_unreadable(error.option, error.position) from error
    except UnknownSourceError as error:
        raise messages.crossjoin_invalid() from error
    except UnknownPropertyError as error:
        raise messages.filter_invalid(error.name) from error
    except BadConstantError as error:
        raise messages.option_value_invalid(str(error)) from error
