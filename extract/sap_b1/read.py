"""Reading an object from the Service Layer: pages by offset, ordered by key, counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from extract.errors import Refuse, SetAside, TryAgain
from extract.landing import PageCheck, Progress, page_path, write_page
from extract.sap_b1 import wire
from extract.sap_b1.auth import SapB1Session
from extract.source import Mode, ObjectSpec, Page, PageForm, Reading, ReadPlan

# Rows may move between pages of a whole read; then it is read again, so often (F9).
_WHOLE_READS = 3

_WEEK = timedelta(days=7)

# The count at the beginning of a whole read, and what the first page of another declared.
_COUNTED, _DECLARED = "counted", "declared"

_TOO_MUCH = ("request_too_long", "answer_too_big")

# No object of a plant has more pages; a next link beyond is a circle (S14).
_PAGES = 100_000


def read_object(session: SapB1Session, spec: ObjectSpec, plan: ReadPlan) -> Reading:
    """Spool one object: what moved since the cursor, or everything."""
    before = session.traffic
    if spec.name == "CurrencyRates":
        reading = _read_rates(session, plan)
    elif spec.name == "LotQuantities":
        for code in wire.LOT_QUERIES:
            _require_query(session, code)
        path = f"{wire.query_path(wire.LOT_QUERY_CODE)}/List"
        reading = _read_whole(session, spec, plan, path, {}, _count_lots)
    elif plan.cursor is not None:
        reading = _read_changed(session, spec, plan, plan.cursor)
    else:
        params = {"$orderby": wire.order_by(spec)}
        reading = _read_whole(session, spec, plan, spec.entity, params, _count)
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


def _read_changed(session: SapB1Session, spec: ObjectSpec, plan: ReadPlan, cursor: str) -> Reading:
    """What moved since the cursor; its first page declares how many there are. More may come while
    it is read, fewer are a broken answer (F2): no document of these is ever taken away."""
    params = {"$filter": wire.changed_since(spec, cursor), "$orderby": wire.order_by(spec)}
    progress = Progress(plan, {"path": spec.entity, **params})
    try:
        _go_on(session, spec.entity, params, progress, plan, is_counted=True)
    except Refuse as error:
        # That version 2 takes $count=true beside a filter is a reading of the guide (3.7.7.7), not
        # seen on a live system: one that refuses it is read without a count.
        if error.status != 400 or progress.steps:
            raise
        _go_on(session, spec.entity, params, progress, plan)
    declared, rows = int(progress.fact(_DECLARED) or 0), progress.rows
    if rows < declared:
        progress.restart()
        raise _count_differs(spec, declared, rows)
    return _reading(Mode.INCREMENTAL, progress, is_complete=False)


def _read_whole(
    session: SapB1Session,
    spec: ObjectSpec,
    plan: ReadPlan,
    path: str,
    params: dict[str, str],
    count: Callable[[SapB1Session, ObjectSpec], int],
) -> Reading:
    """Everything, between two equal counts; while rows move it is read again, and in the end
    landed as incomplete: nothing is then taken for deleted. Pages that bring another number while
    the counts stand still are broken (F2)."""
    mode = Mode.FULL if spec.is_incremental else Mode.COMPARE
    progress = Progress(plan, {"path": path, **params})
    for attempt in range(1, _WHOLE_READS + 1):
        if progress.is_whole:
            progress.restart()
        before = int(progress.fact(_COUNTED) or count(session, spec))
        progress.note(_COUNTED, str(before))
        _go_on(session, path, params, progress, plan)
        rows, after = progress.rows, count(session, spec)
        if before == rows == after:
            return _reading(mode, progress, is_complete=True)
        if attempt == _WHOLE_READS and before != after:
            return _reading(mode, progress, is_complete=False)
    progress.restart()
    raise _count_differs(spec, after, rows)


def _count_differs(spec: ObjectSpec, counted: int, came: int) -> TryAgain:
    return TryAgain(
        f"{counted} records were counted and {came} came.",
        system=spec.system,
        object=spec.name,
        code="count_differs",
        what_to_do="Nothing was landed; the next run reads the object again.",
    )


def _count(session: SapB1Session, spec: ObjectSpec) -> int:
    return _number(wire.count_of(session.get(f"{spec.entity}/$count").body), spec)


def _count_lots(session: SapB1Session, spec: ObjectSpec) -> int:
    answer = session.get(f"{wire.query_path(wire.LOT_COUNT_CODE)}/List")
    return _number(wire.lot_count_of(answer.body), spec)


def _number(count: int | None, spec: ObjectSpec) -> int:
    if count is None:
        raise TryAgain("the count is no number.", system=spec.system, object=spec.name)
    return count


def _go_on(
    session: SapB1Session,
    path: str,
    params: dict[str, str],
    progress: Progress,
    plan: ReadPlan,
    *,
    is_counted: bool = False,
) -> None:
    """The pages still missing; a next link that does not lead on is an error, not a night."""
    size = session.settings.page_size
    skip = int(progress.steps[-1].next or 0) if progress.steps else 0
    while not progress.is_whole:
        plan.require_time()
        number = len(progress.steps) + 1
        if number > _PAGES:
            raise Refuse(f"more than {_PAGES} pages.", system=wire.SYSTEM, code="next_link_circle")
        file = page_path(plan.spool, number, "json")
        asked = {**params, "$skip": str(skip)} if skip else params
        if is_counted and not skip:
            asked = {**asked, "$count": "true"}
        check = PageCheck(wire.SYSTEM, file, "value", wire.NEXT_LINK, wire.COUNT)
        try:
            session.fetch(path, asked, file, size, check)
        except Refuse as error:
            if error.facts.code not in _TOO_MUCH or size == 1:
                raise
            # The same request is never repeated: half as many records are asked for (F3).
            size = max(size // 2, 1)
            continue
        facts = check.facts
        if facts.total is not None and number == 1:
            progress.note(_DECLARED, str(facts.total))
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


def _require_query(session: SapB1Session, code: str) -> None:
    """Lot quantities have no entity set; stored queries of ours give and count them (guide 4)."""
    try:
        session.get(wire.query_path(code))
    except Refuse as error:
        if error.status != 404:
            raise
        session.send("POST", "SQLQueries", wire.sql_query_body(code))


def _read_rates(session: SapB1Session, plan: ReadPlan) -> Reading:
    """Rates of the days up to as_of; a day without a rate is a day without a row (B6).

    The cursor is the newest day that has a rate, never our own clock's: a run dated ahead skips no
    day (F27). Later reads begin a week before it, because a rate may be entered late. The first
    one goes back two years, but asks for no earlier day where the last week has no rate at all,
    such as for the company's own currency.
    """
    last = plan.as_of.date()
    first = last - timedelta(days=session.settings.rate_days - 1)
    if plan.cursor is not None:
        first = max(first, min(date.fromisoformat(plan.cursor), last) - _WEEK)
    days = [last - timedelta(days=n) for n in range((last - first).days + 1)]
    codes = wire.codes_of(session.get("Currencies", {"$select": "Code"}, 1000).body)
    rates: list[dict[str, object]] = []
    for code in codes:
        plan.require_time()
        found = _rates_of(session, code, days[: _WEEK.days])
        if found or plan.cursor is not None:
            found += _rates_of(session, code, days[_WEEK.days :])
        rates += found
    file = page_path(plan.spool, 1, "json")
    write_page(file, wire.rates_page(rates))
    newest = max((str(rate["Date"])[:10] for rate in rates), default=None)
    return Reading(
        mode=Mode.INCREMENTAL if plan.cursor else Mode.FULL,
        pages=(Page(file, 1, PageForm.JSON_ARRAY, "value"),),
        cursor=newest or (min(plan.cursor, last.isoformat()) if plan.cursor else None),
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
