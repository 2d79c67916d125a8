"""What a request asks of entities: query options and preferences, checked against the schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.sap_b1 import messages
from sandbox.sap_b1.exchange import Call
from sandbox.sap_b1.odata.parse import (
    ODataSyntaxError,
    UnknownFunctionError,
    parse_filter,
    parse_orderby,
)
from sandbox.sap_b1.odata.projection import Expansion, Selection, parse_expand, parse_select
from sandbox.sap_b1.odata.statement import (
    BadConstantError,
    Columns,
    UnknownPropertyError,
    state_condition,
    state_order,
)
from sandbox.sap_b1.records import Query, Records
from sandbox.sap_b1.schema import EntitySet

DEFAULT_PAGE_SIZE = 20  # [M 3.7.6]

KNOWN_OPTIONS = frozenset(
    (
        "$filter",
        "$select",
        "$expand",
        "$orderby",
        "$top",
        "$skip",
        "$count",
        "$inlinecount",
        "$format",
        "$apply",
    )
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page size and whether the answer must echo it."""

    size: int
    is_preferred: bool


def page_of(call: Call) -> Page:
    """The page size asked for: `Prefer` beats `B1S-PageSize`, which beats the default of 20.

    OData v4 names the preference `maxpagesize`, v3 and the guide `odata.maxpagesize`.
    """
    preferences = call.preferences()
    preferred = preferences.get("odata.maxpagesize", preferences.get("maxpagesize", ""))
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


def checked_options(call: Call) -> dict[str, str]:
    """The query options; Refusal for a `$…` that is none."""
    options = call.options()
    for name in options:
        if name.startswith("$") and name not in KNOWN_OPTIONS:
            raise messages.option_unknown(name)
    return options


def wants_count(call: Call, options: Mapping[str, str]) -> bool:
    """Whether the number of all rows is asked for; each dialect has its own option."""
    if call.dialect == "v2":
        return options.get("$count") == "true"
    inline = options.get("$inlinecount", "none")
    if inline not in ("none", "allpages"):
        raise messages.option_value_invalid(f"$inlinecount={inline}")
    return inline == "allpages"


@dataclass(frozen=True, slots=True)
class Shape:
    """Which properties of an entity are shown (None: all), and what is expanded beside them."""

    select: tuple[str, ...] | None = None
    expansions: tuple[Expansion, ...] = ()


WHOLE = Shape()


def shape_of(records: Records, entity_set: EntitySet, options: Mapping[str, str]) -> Shape:
    """`$select` and `$expand` of a request; Refusal for names the entity has not. [M 3.7.11, 3.12]

    What is selected of a navigation property counts only when it is expanded.
    """
    try:
        selection = parse_select(options["$select"]) if "$select" in options else Selection(None)
        wanted = parse_expand(options["$expand"]) if options.get("$expand", "").strip() else ()
    except ODataSyntaxError as error:
        raise messages.option_unreadable(error.option, error.position) from error
    expansions: list[Expansion] = []
    for expansion in wanted:
        navigation = entity_set.navigations.get(expansion.name)
        if navigation is None:
            raise messages.expand_invalid(expansion.name, entity_set.structure.name)
        inner = expansion.select or selection.inner.get(expansion.name)
        inner = None if inner is not None and "*" in inner else inner
        _check_names(records, records.schema.sets[navigation.target], inner)
        expansions.append(Expansion(expansion.name, inner))
    names = selection.names
    if names is not None:
        names = tuple(name for name in names if name not in entity_set.navigations)
    _check_names(records, entity_set, names)
    return Shape(names, tuple(expansions))


def _check_names(records: Records, entity_set: EntitySet, names: tuple[str, ...] | None) -> None:
    for name in names or ():
        if records.fields.find(entity_set.structure, name) is None:
            raise messages.select_invalid(name, entity_set.structure.name)


def query_of(
    call: Call,
    records: Records,
    entity_set: EntitySet,
    options: Mapping[str, str],
    within: Query | None = None,
) -> Query:
    """`$filter` and `$orderby` as a query, inside `within` if that is given."""
    columns = Columns(
        records.fields.all(entity_set.structure),
        records.schema.enums,
        ignores_case=call.is_on("CaseInsensitive"),
    )
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
    if within is not None:
        where, values = f"({within.where}) and ({where})", (*within.values, *values)
    return Query(where, values, order)
