"""Entity sets over the wire: collections with query options, single entities, create to delete."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.context import struck_by
from sandbox.sap_b1 import messages
from sandbox.sap_b1.answers import JSON_TYPE, VERSION_HEADER, no_content
from sandbox.sap_b1.business import Business
from sandbox.sap_b1.exchange import Answer, Call, Header, next_link
from sandbox.sap_b1.keys import Key, key_of, written_key
from sandbox.sap_b1.odata.projection import Expansion
from sandbox.sap_b1.options import (
    WHOLE,
    Shape,
    Window,
    checked_options,
    page_of,
    query_of,
    shape_of,
    wants_count,
    whole_number,
    window_of,
)
from sandbox.sap_b1.records import Query, Records, etag_of, etag_of_version
from sandbox.sap_b1.render import Dialect, Renderer
from sandbox.sap_b1.schema import EntitySet, Navigation
from sandbox.sap_b1.values import Body


@dataclass(frozen=True, slots=True)
class Subset:
    """The entities of a set that belong to another entity, and the path that leads to them."""

    query: Query
    path: str


class Entities:
    """Answers requests to entity sets."""

    def __init__(self, records: Records, business: Business) -> None:
        self.records, self.business = records, business
        self._renderers: dict[tuple[Dialect, bool], Renderer] = {}

    def renderer(self, call: Call) -> Renderer:
        """The writer of a call's dialect, made anew when user fields were reloaded.

        For WCF no property may be named like its type, in v1 as in v2. [M]
        """
        slot = (call.dialect, call.dialect == "v2" or call.is_on("WCFCompatible"))
        kept = self._renderers.get(slot)
        if kept is None or kept.fields is not self.records.fields:
            kept = self._renderers[slot] = Renderer(self.records.fields, *slot)
        return kept

    # -- reading ---------------------------------------------------------------------------

    def collection(self, call: Call, entity_set: EntitySet, within: Subset | None = None) -> Answer:
        """GET of a set, or of the part of it that belongs to an entity, with its query options."""
        options = checked_options(call)
        shape = shape_of(self.records, entity_set, options)
        query = query_of(
            call, self.records, entity_set, options, within.query if within is not None else None
        )
        keys = self.records.keys(entity_set.name, query)
        page, skip = page_of(call), whole_number(options, "$skip") or 0
        window = window_of(len(keys), skip, whole_number(options, "$top"), page.size)
        shown = _moved(keys, window, skip)
        bodies = self.records.bodies(entity_set.name, shown)
        entities = [self._entity_text(call, entity_set, body, 2, shape) for body in bodies]
        text = _collection_text(
            call,
            entity_set.name,
            entities,
            count=len(keys) if wants_count(call, options) else None,
            link=_link(entity_set.name if within is None else within.path, options, window),
        )
        headers = [("Content-Type", JSON_TYPE[call.dialect]), VERSION_HEADER[call.dialect]]
        if page.is_preferred:
            headers.append(("Preference-Applied", f"odata.maxpagesize={page.size}"))
        return Answer(200, tuple(headers), text.encode())

    def count(self, call: Call, entity_set: EntitySet, within: Subset | None = None) -> Answer:
        """GET of `…/$count`: a bare number, `$filter` applied."""
        options = checked_options(call)
        query = query_of(
            call, self.records, entity_set, options, within.query if within is not None else None
        )
        keys = self.records.keys(entity_set.name, query)
        headers = (("Content-Type", "text/plain"), VERSION_HEADER[call.dialect])
        return Answer(200, headers, str(len(keys)).encode())

    def single(self, call: Call, entity_set: EntitySet, key: Key) -> Answer:
        """GET of one entity. If-None-Match is ignored: the real one answers 200, not 304."""
        shape = shape_of(self.records, entity_set, checked_options(call))
        body = self._existing(entity_set, key, messages.no_match())
        return self.entity_answer(call, entity_set, body, 200, shape)

    def property(
        self, call: Call, entity_set: EntitySet, key: Key, name: str, is_raw: bool
    ) -> Answer:
        """GET of `…/Property` or `…/Property/$value`; null as well when there is no such entity.

        v2 puts an at sign before `odata.null`. [M 3.11]
        """
        prop = self.records.fields.find(entity_set.structure, name)
        if prop is None:
            raise messages.select_invalid(name, entity_set.structure.name)
        value = (self.records.get(entity_set.name, key) or {}).get(name)
        version = VERSION_HEADER[call.dialect]
        scalar = self.renderer(call).scalar(prop, value)
        if is_raw:
            if value is None or prop.kind == "complex":
                raise messages.raw_value_missing(name)
            raw = str(json.loads(scalar))
            return Answer(200, (("Content-Type", "text/plain"), version), raw.encode())
        null = f'"{_at(call)}odata.null" : true'
        text = f'"value" : {scalar}' if value is not None else null
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
        answer = self.entity_answer(call, entity_set, body, 201)
        return answer.with_headers(("Location", call.root + f"{entity_set.name}({key})"))

    def modify(self, call: Call, entity_set: EntitySet, key: Key) -> Answer:
        """PATCH and MERGE: absent properties stay; sub-collections are merged row by row."""
        before = self.matched(call, entity_set, key)
        incoming = self.records.fields.stored(entity_set.structure, read_object(call))
        is_replacing = call.headers.get("b1s-replacecollectionsonpatch", "").lower() == "true"
        self.business.modify(entity_set, before, incoming, is_replacing)
        return no_content(call)

    def replace(self, call: Call, entity_set: EntitySet, key: Key) -> Answer:
        """PUT: absent properties are reset."""
        before = self.matched(call, entity_set, key)
        incoming = self.records.fields.stored(entity_set.structure, read_object(call))
        self.business.replace(entity_set, before, incoming)
        return no_content(call)

    def delete(self, call: Call, entity_set: EntitySet, key: Key) -> Answer:
        """DELETE of master data; documents refuse it."""
        self.business.check_deletable(entity_set)
        before = self.matched(call, entity_set, key)
        self.business.delete(entity_set, key_of(before, entity_set.structure))
        return no_content(call)

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

    def _entity_text(
        self,
        call: Call,
        entity_set: EntitySet,
        body: Body,
        depth: int,
        shape: Shape,
        context: Sequence[tuple[str, str]] = (),
    ) -> str:
        annotations = list(context)
        if entity_set.has_etag:
            # A projected read carries a frozen tag, sha1("1"), which the server then rejects. [Q1]
            tag = etag_of(body) if shape.select is None else etag_of_version(1)
            annotations.append((f"{_at(call)}odata.etag", tag))
        expanded = [
            (expansion.name, self._expanded(call, entity_set, body, depth + 1, expansion))
            for expansion in shape.expansions
        ]
        return self.renderer(call).entity(
            entity_set.structure, body, depth, annotations, shape.select, expanded
        )

    def _expanded(
        self, call: Call, entity_set: EntitySet, body: Body, depth: int, expansion: Expansion
    ) -> str:
        """What a navigation property leads to, as JSON text: an entity, null, or a list."""
        navigation = entity_set.navigations[expansion.name]
        target = self.records.schema.sets[navigation.target]
        found = self.records.find(target.name, led_to(navigation, body))
        tabs, shape = "\t" * depth, Shape(expansion.select)
        if not navigation.is_collection:
            if not found:
                return "null"
            return f"\n{tabs}{self._plain_text(call, target, found[0], depth, shape)}"
        if not found:
            return "[]"
        rows = ",\n".join(
            f"{tabs}\t{self._plain_text(call, target, row, depth + 1, shape)}" for row in found
        )
        return f"\n{tabs}[\n{rows}\n{tabs}]"

    def _plain_text(
        self, call: Call, entity_set: EntitySet, body: Body, depth: int, shape: Shape
    ) -> str:
        """An expanded entity carries no annotations. [M 3.7.11]"""
        return self.renderer(call).entity(entity_set.structure, body, depth, select=shape.select)

    def entity_answer(
        self,
        call: Call,
        entity_set: EntitySet,
        body: Body,
        status: int,
        shape: Shape = WHOLE,
    ) -> Answer:
        """One entity as an answer, its ETag in header and body."""
        context = [context_annotation(call, entity_set.name, is_single=True)]
        text = self._entity_text(call, entity_set, body, 0, shape, context)
        headers: list[Header] = [
            ("Content-Type", JSON_TYPE[call.dialect]),
            VERSION_HEADER[call.dialect],
        ]
        if entity_set.has_etag and shape.select is None:
            headers.append(("ETag", etag_of(body)))
        return Answer(status, tuple(headers), text.encode() + b"\n")


def led_to(navigation: Navigation, body: Mapping[str, Any]) -> Query:
    """The entities that an entity's navigation property leads to."""
    value = body.get(navigation.own)
    return Query(f"json_extract(body, '$.{navigation.theirs}') = ?", (value,))


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


def _moved(keys: Sequence[str], window: Window, skip: int) -> Sequence[str]:
    """The keys of a page, under the faults that let rows move between pages or come twice."""
    moved, repeated = struck_by("shifted_rows"), struck_by("duplicate_rows")
    by = int(moved.options.get("by", 1)) if moved is not None and skip > 0 else 0
    found = keys[max(window.start + by, 0) : max(window.stop + by, 0)]
    if repeated is None:
        return found
    twice = repeated.rows_hit(len(found))
    return [key for number, key in enumerate(found) for _ in range(1 + (number in twice))]


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
