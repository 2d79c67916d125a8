"""Entity sets over the wire: collections with query options, single entities, create to delete."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.sap_b1 import messages
from sandbox.sap_b1.answers import JSON_TYPE, VERSION_HEADER
from sandbox.sap_b1.business import Business
from sandbox.sap_b1.exchange import Answer, Call, Header, next_link
from sandbox.sap_b1.keys import Key, key_of, written_key
from sandbox.sap_b1.odata.parse import (
    ODataSyntaxError,
    UnknownFunctionError,
    parse_filter,
    parse_orderby,
    parse_select,
)
from sandbox.sap_b1.odata.statement import (
    BadConstantError,
    UnknownPropertyError,
    state_condition,
    state_order,
)
from sandbox.sap_b1.records import Query, Records, etag_of, etag_of_version
from sandbox.sap_b1.render import Dialect, Renderer
from sandbox.sap_b1.schema import EntitySet
from sandbox.sap_b1.values import Body

DEFAULT_PAGE_SIZE = 20  # [M 3.7.6]

_KNOWN_OPTIONS = frozenset(
    ("$filter", "$select", "$orderby", "$top", "$skip", "$count", "$inlinecount", "$format")
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page size and whether the answer must echo it."""

    size: int
    is_preferred: bool


def page_of(call: Call) -> Page:
    """The page size asked for: `Prefer` beats `B1S-PageSize`, which beats the default of 20."""
    preferred = call.preferences().get("odata.maxpagesize", "")
    if preferred.isdigit():
        return Page(int(preferred), True)
    configured = call.headers.get("b1s-pagesize", "")
    return Page(int(configured) if configured.isdigit() else DEFAULT_PAGE_SIZE, False)


def whole_number(options: Mapping[str, str], name: str) -> int | None:
    """A `$top` or `$skip`; Refusal when it is no whole number."""
    text = options.get(name)
    if text is None:
        return None
    if not text.strip().isdigit():
        raise messages.option_value_invalid(f"{name}={text}")
    return int(text)


@dataclass(frozen=True, slots=True)
class Window:
    """Which rows of a result a request gets, and where the next page begins (None: no next)."""

    start: int
    stop: int
    next_skip: int | None
    next_top: int | None


def window_of(total: int, skip: int, top: int | None, page_size: int) -> Window:
    """The rows of one page of `total`; a page size of 0 means the whole result.

    `$skip` comes before `$top`. A `$top` within one page ends there, without a next link even if
    more rows exist [Q]; a greater one goes on, reduced by what was sent (reduction is a guess).
    """
    wanted = total - skip if top is None else min(top, total - skip)
    wanted = max(wanted, 0)
    sent = wanted if page_size == 0 else min(wanted, page_size)
    if sent == wanted:
        return Window(skip, skip + sent, None, None)
    return Window(skip, skip + sent, skip + sent, None if top is None else top - sent)


class Entities:
    """Answers requests to entity sets."""

    def __init__(self, records: Records, business: Business) -> None:
        self.records, self.business = records, business
        self._renderers: dict[Dialect, Renderer] = {}

    def renderer(self, dialect: Dialect) -> Renderer:
        """The writer of a dialect, made anew when user fields were reloaded."""
        kept = self._renderers.get(dialect)
        if kept is None or kept.fields is not self.records.fields:
            kept = self._renderers[dialect] = Renderer(self.records.fields, dialect)
        return kept

    # -- reading ---------------------------------------------------------------------------

    def collection(self, call: Call, entity_set: EntitySet) -> Answer:
        """GET of a set with its query options."""
        options = self._checked_options(call)
        select = self._select(entity_set, options)
        keys = self.records.keys(entity_set.name, self._query(entity_set, options))
        page, skip = page_of(call), whole_number(options, "$skip") or 0
        window = window_of(len(keys), skip, whole_number(options, "$top"), page.size)
        bodies = self.records.bodies(entity_set.name, keys[window.start : window.stop])
        entities = [self._entity_text(call, entity_set, body, 2, select) for body in bodies]
        text = _collection_text(
            call,
            entity_set.name,
            entities,
            count=len(keys) if _wants_count(call, options) else None,
            link=_link(entity_set.name, options, window),
        )
        headers = [("Content-Type", JSON_TYPE[call.dialect]), VERSION_HEADER[call.dialect]]
        if page.is_preferred:
            headers.append(("Preference-Applied", f"odata.maxpagesize={page.size}"))
        return Answer(200, tuple(headers), text.encode())

    def count(self, call: Call, entity_set: EntitySet) -> Answer:
        """GET of `…/$count`: a bare number, `$filter` applied."""
        options = self._checked_options(call)
        keys = self.records.keys(entity_set.name, self._query(entity_set, options))
        headers = (("Content-Type", "text/plain"), VERSION_HEADER[call.dialect])
        return Answer(200, headers, str(len(keys)).encode())

    def single(self, call: Call, entity_set: EntitySet, key: Key) -> Answer:
        """GET of one entity. If-None-Match is ignored: the real one answers 200, not 304."""
        options = self._checked_options(call)
        select = self._select(entity_set, options)
        body = self._existing(entity_set, key, messages.no_match())
        return self.entity_answer(call, entity_set, body, 200, select)

    def property(
        self, call: Call, entity_set: EntitySet, key: Key, name: str, is_raw: bool
    ) -> Answer:
        """GET of `…/Property` or `…/Property/$value`. [M 3.11]"""
        prop = self.records.fields.find(entity_set.structure, name)
        if prop is None:
            raise messages.select_invalid(name, entity_set.structure.name)
        value = self._existing(entity_set, key, messages.no_match()).get(name)
        version = VERSION_HEADER[call.dialect]
        if is_raw:
            if value is None:
                raise messages.no_match()
            return Answer(200, (("Content-Type", "text/plain"), version), str(value).encode())
        null = '"odata.null" : true'
        text = (
            f'"value" : {self.renderer(call.dialect).scalar(prop, value)}'
            if value is not None
            else null
        )
        headers = (("Content-Type", JSON_TYPE[call.dialect]), version)
        return Answer(200, headers, f"{{\n\t{text}\n}}\n".encode())

    # -- writing ---------------------------------------------------------------------------

    def create(self, call: Call, entity_set: EntitySet) -> Answer:
        """POST to a set: 201 with the entity, or 204 when the client wants no content."""
        incoming = self.records.fields.stored(entity_set.structure, read_object(call))
        body = self.business.create(entity_set, incoming)
        key = written_key(key_of(body, entity_set.structure), entity_set.structure)
        # The manual shows a path without host for `Prefer: return-no-content`. [M 3.5.5]
        location = f"/b1s/{call.dialect}/{entity_set.name}({key})"
        if "return-no-content" in call.preferences():
            applied = ("Preference-Applied", "return-no-content")
            return Answer(204, (VERSION_HEADER[call.dialect], ("Location", location), applied))
        answer = self.entity_answer(call, entity_set, body, 201, None)
        return answer.with_headers(("Location", call.root + f"{entity_set.name}({key})"))

    def modify(self, call: Call, entity_set: EntitySet, key: Key) -> Answer:
        """PATCH and MERGE: absent properties stay; sub-collections are merged row by row."""
        before = self.matched(call, entity_set, key)
        incoming = self.records.fields.stored(entity_set.structure, read_object(call))
        is_replacing = call.headers.get("b1s-replacecollectionsonpatch", "").lower() == "true"
        self.business.modify(entity_set, before, incoming, is_replacing)
        return Answer(204, (VERSION_HEADER[call.dialect],))

    def replace(self, call: Call, entity_set: EntitySet, key: Key) -> Answer:
        """PUT: absent properties are reset."""
        before = self.matched(call, entity_set, key)
        incoming = self.records.fields.stored(entity_set.structure, read_object(call))
        self.business.replace(entity_set, before, incoming)
        return Answer(204, (VERSION_HEADER[call.dialect],))

    def delete(self, call: Call, entity_set: EntitySet, key: Key) -> Answer:
        """DELETE of master data; documents refuse it."""
        self.business.check_deletable(entity_set)
        before = self.matched(call, entity_set, key)
        self.business.delete(entity_set, key_of(before, entity_set.structure))
        return Answer(204, (VERSION_HEADER[call.dialect],))

    # -- parts -----------------------------------------------------------------------------

    def _existing(self, entity_set: EntitySet, key: Key, missing: messages.Refusal) -> Body:
        body = self.records.get(entity_set.name, key)
        if body is None:
            raise missing
        return body

    def matched(self, call: Call, entity_set: EntitySet, key: Key) -> Body:
        """The entity a write is about; Refusal when it is missing or `If-Match` is stale.

        A tag that is not weak is ignored, and so is any tag inside a batch. [LIVE]
        """
        missing = messages.entity_missing(written_key(key, entity_set.structure))
        body = self._existing(entity_set, key, missing)
        wanted = call.headers.get("if-match", "")
        is_checked = entity_set.has_etag and wanted.startswith("W/") and not call.is_in_batch
        if is_checked and wanted != etag_of(body):
            raise messages.concurrent_change()
        return body

    def _checked_options(self, call: Call) -> dict[str, str]:
        options = call.options()
        for name in options:
            if name.startswith("$") and name not in _KNOWN_OPTIONS:
                raise messages.option_not_imitated(name)
        return options

    def _select(self, entity_set: EntitySet, options: Mapping[str, str]) -> tuple[str, ...] | None:
        if "$select" not in options:
            return None
        try:
            names = parse_select(options["$select"])
        except ODataSyntaxError as error:
            raise messages.option_unreadable(error.option, error.position) from error
        for name in names or ():
            if self.records.fields.find(entity_set.structure, name) is None:
                raise messages.select_invalid(name, entity_set.structure.name)
        return names

    def _query(self, entity_set: EntitySet, options: Mapping[str, str]) -> Query:
        columns = self.records.columns(entity_set)
        where, order = "true", "key"
        values: tuple[Any, ...] = ()
        try:
            if options.get("$filter", "").strip():
                statement = state_condition(parse_filter(options["$filter"].strip()), columns)
                where, values = statement.sql, statement.values
            if options.get("$orderby", "").strip():
                order = state_order(parse_orderby(options["$orderby"]), columns)
        except UnknownFunctionError as error:
            # toupper and the like are taken for properties. [3P, live quotes]
            raise messages.select_invalid(error.name, entity_set.structure.name) from error
        except ODataSyntaxError as error:
            raise messages.option_unreadable(error.option, error.position) from error
        except UnknownPropertyError as error:
            raise messages.filter_invalid(error.name) from error
        except BadConstantError as error:
            raise messages.option_value_invalid(str(error)) from error
        return Query(where, values, order)

    def _entity_text(
        self,
        call: Call,
        entity_set: EntitySet,
        body: Body,
        depth: int,
        select: tuple[str, ...] | None,
        context: Sequence[tuple[str, str]] = (),
    ) -> str:
        annotations = list(context)
        if entity_set.has_etag:
            # A projected read carries a frozen tag, sha1("1"), which the server then rejects. [Q1]
            tag = etag_of(body) if select is None else etag_of_version(1)
            annotations.append((f"{_at(call)}odata.etag", tag))
        return self.renderer(call.dialect).entity(
            entity_set.structure, body, depth, annotations, select
        )

    def entity_answer(
        self,
        call: Call,
        entity_set: EntitySet,
        body: Body,
        status: int,
        select: tuple[str, ...] | None,
    ) -> Answer:
        """One entity as an answer, its ETag in header and body."""
        context = [context_annotation(call, entity_set.name, is_single=True)]
        text = self._entity_text(call, entity_set, body, 0, select, context)
        headers: list[Header] = [
            ("Content-Type", JSON_TYPE[call.dialect]),
            VERSION_HEADER[call.dialect],
        ]
        if entity_set.has_etag and select is None:
            headers.append(("ETag", etag_of(body)))
        return Answer(status, tuple(headers), text.encode() + b"\n")


def read_object(call: Call) -> dict[str, Any]:
    """The JSON object in a request's body; Refusal when it is none."""
    try:
        value = json.loads(call.body)
    except ValueError as error:
        raise messages.body_unreadable() from error
    if not isinstance(value, dict):
        raise messages.body_unreadable()
    return value


def context_annotation(call: Call, set_name: str, is_single: bool) -> tuple[str, str]:
    """The metadata annotation that opens every answer."""
    if call.dialect == "v2":
        suffix = "/$entity" if is_single else ""
        return "@odata.context", f"{call.root}$metadata#{set_name}{suffix}"
    suffix = "/@Element" if is_single else ""
    return "odata.metadata", f"{call.root}$metadata#{set_name}{suffix}"


def _at(call: Call) -> str:
    return "@" if call.dialect == "v2" else ""


def _wants_count(call: Call, options: Mapping[str, str]) -> bool:
    if call.dialect == "v2":
        return options.get("$count") == "true"
    inline = options.get("$inlinecount", "none")
    if inline not in ("none", "allpages"):
        raise messages.option_value_invalid(f"$inlinecount={inline}")
    return inline == "allpages"


def _link(set_name: str, options: Mapping[str, str], window: Window) -> str | None:
    if window.next_skip is None:
        return None
    kept = dict(options)
    if window.next_top is not None:
        kept["$top"] = str(window.next_top)
    return next_link(set_name, kept, window.next_skip)


def _collection_text(
    call: Call, set_name: str, entities: Sequence[str], count: int | None, link: str | None
) -> str:
    name, value = context_annotation(call, set_name, is_single=False)
    lines = [f'\t"{name}" : {json.dumps(value)}']
    if count is not None:
        shown = str(count) if call.dialect == "v2" else f'"{count}"'  # v1: a string [M 3.7.7.7]
        lines.append(f'\t"{_at(call)}odata.count" : {shown}')
    rows = ",\n".join(f"\t\t{entity}" for entity in entities)
    lines.append(f'\t"value" : \n\t[\n{rows}\n\t]' if entities else '\t"value" : []')
    if link is not None:
        lines.append(f'\t"{_at(call)}odata.nextLink" : {json.dumps(link)}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


__all__ = [
    "DEFAULT_PAGE_SIZE",
    "Entities",
    "context_annotation",
    "page_of",
    "read_object",
    "whole_number",
    "window_of",
]
