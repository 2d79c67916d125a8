"""Reading an object from the Service Layer: pages by offset, ordered by key, counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from extract.errors import Refuse, SetAside, TryAgain
from extract.landing import PageCheck, Progress, page_path, write_page
from extract.sap_b1 import wire
from extract.sap_b1.auth import SapB1Session
from extract.source import Mode, ObjectSpec, Page, PageForm, Reading, ReadPlan

# Rows may move between pages of a whole read; then it is read again, so often (F9).
_WHOLE_READS = 3

_WEEK = 7

# The count that stood at the beginning of a whole read.
_COUNTED = "counted"

_TOO_MUCH = ("request_too_long", "answer_too_big")

# No object of a plant has more pages; a next link beyond is a circle (S14).
_PAGES = 100_000


def read_object(session: SapB1Session, spec: ObjectSpec, plan: ReadPlan) -> Reading:
    """Spool one object: what moved since the cursor, or everything."""
    before = session.traffic
    if spec.name == "CurrencyRates":
        reading = _read_rates(session, plan)
    elif spec.name == "LotQuantities":
        _require_lot_query(session)
        path = f"SQLQueries({wire.literal(wire.LOT_QUERY_CODE)})/List"
        progress = _all_pages(session, path, {}, plan)
        reading = _reading(Mode.COMPARE, progress, is_complete=True)
    elif plan.cursor is not None:
        condition = wire.changed_since(spec, plan.cursor)
        params = {"$filter": condition, "$orderby": wire.order_by(spec)}
        progress = _all_pages(session, spec.entity, params, plan)
        reading = _reading(Mode.INCREMENTAL, progress, is_complete=False)
    else:
        reading = _read_whole(session, spec, plan)
    used = session.traffic.since(before)
    return replace(reading, bytes=used.bytes, calls=used.calls)


def _reading(mode: Mode, progress: Progress, *, is_complete: bool) -> Reading:
    return Reading(
        mode,
        tuple(Page(step.path, step.number, PageForm.JSON_ARRAY) for step in progress.steps),
        None,
        is_complete,
        declared=progress.rows,
        seen_since=progress.seen_since,
        seconds=progress.seconds,
    )


def _read_whole(session: SapB1Session, spec: ObjectSpec, plan: ReadPlan) -> Reading:
    """Everything, between two equal counts; while rows move it is read again, and in the end
    landed as incomplete: nothing is then taken for deleted. Pages that bring another number while
    the counts stand still are broken (F2)."""
    mode = Mode.FULL if spec.is_incremental else Mode.COMPARE
    params = {"$orderby": wire.order_by(spec)}
    progress = _started(spec.entity, params, plan)
    for attempt in range(1, _WHOLE_READS + 1):
        if progress.is_whole:
            progress.restart()
        before = int(progress.fact(_COUNTED) or _count(session, spec))
        progress.note(_COUNTED, str(before))
        _go_on(session, spec.entity, params, progress, plan.spool)
        rows, after = progress.rows, _count(session, spec)
        if before == rows == after:
            return _reading(mode, progress, is_complete=True)
        if attempt == _WHOLE_READS and before != after:
            return _reading(mode, progress, is_complete=False)
    progress.restart()
    raise TryAgain(
        f"{after} records were counted and {rows} came.",
        system=spec.system,
        object=spec.name,
        code="count_differs",
        what_to_do="Nothing was landed; the next run reads the object again.",
    )


def _count(session: SapB1Session, spec: ObjectSpec) -> int:
    count = wire.count_of(session.get(f"{spec.entity}/$count").body)
    if count is None:
        raise TryAgain("the count is no number.", system=spec.system, object=spec.name)
    return count


def _all_pages(
    session: SapB1Session, path: str, params: dict[str, str], plan: ReadPlan
) -> Progress:
    """Every page of a collection, those of a read that was cut off included."""
    progress = _started(path, params, plan)
    _go_on(session, path, params, progress, plan.spool)
    return progress


def _started(path: str, params: dict[str, str], plan: ReadPlan) -> Progress:
    return Progress(plan, {"path": path, **params})


def _go_on(
    session: SapB1Session, path: str, params: dict[str, str], progress: Progress, spool: Path
) -> None:
    """The pages still missing; a next link that does not lead on is an error, not a night."""
    size = session.settings.page_size
    skip = int(progress.steps[-1].next or 0) if progress.steps else 0
    while not progress.is_whole:
        number = len(progress.steps) + 1
        if number > _PAGES:
            raise Refuse(f"more than {_PAGES} pages.", system=wire.SYSTEM, code="next_link_circle")
        file = page_path(spool, number, "json")
        asked = {**params, "$skip": str(skip)} if skip else params
        check = PageCheck(wire.SYSTEM, file, "value", wire.NEXT_LINK)
        try:
            session.fetch(path, asked, file, size, check)
        except Refuse as error:
            if error.facts.code not in _TOO_MUCH or size == 1:
                raise
            # The same request is never repeated: half as many records are asked for (F3).
            size = max(size // 2, 1)
            continue
        facts = check.facts
        link = facts.next_link
        if link is not None:
            session.require_same_origin(link)
            skip = _led_on(wire.next_skip(link), skip, number)
        progress.add(file, facts.rows or 0, "" if link is None else str(skip))


def _led_on(next_skip: int | None, skip: int, number: int) -> int:
    if next_skip is None or next_skip <= skip:
        raise Refuse(
            f"the next link of page {number} leads back or nowhere.",
            system=wire.SYSTEM,
            code="next_link_circle",
            what_to_do="The page was dropped; the object keeps its last whole read.",
        )
    return next_skip


def _require_lot_query(session: SapB1Session) -> None:
    """Lot quantities have no entity set; our stored query gives them (guide 4)."""
    path = f"SQLQueries({wire.literal(wire.LOT_QUERY_CODE)})"
    try:
        session.get(path)
    except Refuse as error:
        if error.status != 404:
            raise
        session.send("POST", "SQLQueries", wire.sql_query_body())


def _read_rates(session: SapB1Session, plan: ReadPlan) -> Reading:
    """Rates of the days up to as_of; a day without a rate is a day without a row (B6).

    The first read goes back two years, later ones to the last day read. A currency without any
    rate in the last week, such as the company's own, is asked for no earlier day.
    """
    last = plan.as_of.date()
    first = last - timedelta(days=session.settings.rate_days - 1)
    if plan.cursor is not None:
        first = max(first, min(date.fromisoformat(plan.cursor), last))
    days = [last - timedelta(days=n) for n in range((last - first).days + 1)]
    codes = wire.codes_of(session.get("Currencies", {"$select": "Code"}, 1000).body)
    rates: list[dict[str, object]] = []
    for code in codes:
        found = _rates_of(session, code, days[:_WEEK])
        rates += [*found, *_rates_of(session, code, days[_WEEK:])] if found else []
    file = page_path(plan.spool, 1, "json")
    write_page(file, wire.rates_page(rates))
    return Reading(
        mode=Mode.INCREMENTAL if plan.cursor else Mode.FULL,
        pages=(Page(file, 1, PageForm.JSON_ARRAY, "value"),),
        cursor=last.isoformat(),
        is_complete=False,
        declared=len(rates),
    )


def _rates_of(session: SapB1Session, currency: str, days: list[date]) -> list[dict[str, object]]:
    return [
        {"Currency": currency, "Date": f"{day.isoformat()}T00:00:00Z", "Rate": rate}
        for day in days
        if (rate := _rate(session, currency, day)) is not None
    ]


def _rate(session: SapB1Session, currency: str, day: date) -> float | None:
    try:
        rate = wire.rate_of(session.get(wire.rate_path(currency, day)).body)
    except (Refuse, SetAside) as error:
        if error.status in (403,) or error.facts.code in ("-6006", "804"):
            raise
        # The local currency and days without a rate are answered with a business error.
        return None
    return rate or None
