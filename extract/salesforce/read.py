"""Reading an object from Salesforce: REST for what is little, Bulk 2.0 above a threshold."""

from __future__ import annotations

import logging
import math
import time
from functools import partial
from pathlib import Path

from extract.errors import Refuse, TryAgain
from extract.landing import PageCheck, Progress, csv_rows, page_path
from extract.properties import properties_of
from extract.salesforce import wire
from extract.salesforce.auth import SalesforceSession
from extract.source import Mode, ObjectSpec, Page, PageForm, Reading, ReadPlan
from extract.transport import Answer

log = logging.getLogger("promesa.extract")

_REST_PAGE_ROWS = 2000
_BULK_PAGE_ROWS = 50_000
_BULK_SECONDS = 1800.0
_PAGES = 100_000

# What is noted about a read: how many records were counted before it, how many Salesforce then
# declared, and the Bulk job that reads.
_COUNTED, _DECLARED, _JOB = "counted", "declared", "job"


def read_object(session: SalesforceSession, spec: ObjectSpec, plan: ReadPlan) -> Reading:
    """Spool one object: what moved since the cursor, or everything, deleted rows included."""
    before = session.traffic
    kinds = _readable_fields(session, spec)
    where = wire.changed_since(spec.stamp.instant, plan.cursor) if plan.cursor else ""
    read = _spool(session, spec, plan, kinds, where)
    used = session.traffic.since(before)
    form = PageForm.CSV if read.fact(_JOB) else PageForm.JSON_ARRAY
    declared = read.fact(_DECLARED)
    return Reading(
        mode=Mode.INCREMENTAL if plan.cursor else Mode.FULL,
        pages=tuple(Page(step.path, step.number, form, "records") for step in read.steps),
        cursor=None,
        is_complete=plan.cursor is None,
        declared=int(declared) if declared else None,
        kinds=kinds,
        bytes=used.bytes,
        calls=used.calls,
        seen_since=read.seen_since,
        seconds=read.seconds,
    )


def _readable_fields(session: SalesforceSession, spec: ObjectSpec) -> dict[str, str]:
    """describe, each time: new fields come along, and a missing one is named (F8, F10)."""
    body = session.get(f"{session.data}/sobjects/{spec.entity}/describe", about=spec.name).body
    fields = wire.fields_of(body)
    if fields is None:
        raise TryAgain("describe came broken.", system=spec.system, object=spec.name)
    kinds = wire.readable(fields)
    known = properties_of(spec).kinds
    for required in spec.required:
        if required not in kinds:
            raise Refuse(
                f"field {required} does not exist or may not be read.",
                system=spec.system,
                object=spec.name,
                field=required,
                code="field_missing",
                what_to_do="Assign permission set *Promesa Integration* to the integration user.",
            )
    for field, kind in kinds.items():
        if known.get(field) in ("number", "whole", "date", "instant") and kind == "text":
            raise Refuse(
                f"{field} was a {known[field]} and is now text.",
                system=spec.system,
                object=spec.name,
                field=field,
                code="retyped",
                what_to_do="The object keeps its last whole read until the type is back.",
            )
    return kinds


def _spool(
    session: SalesforceSession, spec: ObjectSpec, plan: ReadPlan, kinds: dict[str, str], where: str
) -> Progress:
    """On from where an earlier read was cut, or REST or Bulk, by how much there is; a query too
    long for an address goes by Bulk (F3)."""
    rest = {"rest": wire.select(spec.entity, kinds, where, f"{spec.stamp.instant}, Id")}
    bulk = {"bulk": wire.select(spec.entity, kinds, where)}
    rows = 0
    if not Progress.is_of(plan, rest) and not Progress.is_of(plan, bulk):
        rows = _count(session, spec, where)
        if plan.cursor is None and not plan.after:
            _tell_first_load(session, spec, rows)
    if Progress.is_of(plan, bulk) or rows > session.settings.bulk_from_rows:
        read = _by_bulk(session, spec, plan, bulk, rows)
    else:
        try:
            read = _by_rest(session, spec, plan, rest, rows)
        except Refuse as error:
            if error.facts.code != "request_too_long":
                raise
            read = _by_bulk(session, spec, plan, bulk, rows)
    _require_counted(session, read, spec, where)
    return read


def _require_counted(
    session: SalesforceSession, read: Progress, spec: ObjectSpec, where: str
) -> None:
    """Deleted rows are still told of, so that fewer than were counted before and are counted after
    is a broken answer (F2, F9); the recycle bin may have been emptied in between."""
    counted, declared = int(read.fact(_COUNTED) or 0), int(read.fact(_DECLARED) or read.rows)
    if declared < counted:
        counted = min(counted, _count(session, spec, where))
    if declared < counted:
        read.restart()
        raise TryAgain(
            f"{counted} records were counted and {declared} came.",
            system=spec.system,
            object=spec.name,
            code="count_differs",
            what_to_do="Nothing was landed; the next run reads the object again.",
        )


def _tell_first_load(session: SalesforceSession, spec: ObjectSpec, rows: int) -> None:
    """How many calls a first load will take, before it takes them (F4)."""
    is_bulk = rows > session.settings.bulk_from_rows
    pages = math.ceil(rows / (_BULK_PAGE_ROWS if is_bulk else _REST_PAGE_ROWS))
    # Beside the pages, Bulk makes, watches and removes a job.
    calls = max(pages, 1) + (5 if is_bulk else 0)
    left = session.calls_left
    log.info(
        "salesforce %s: first load of %s records, about %s calls%s.",
        spec.name,
        f"{rows:,}",
        f"{calls:,}",
        "" if left is None else f" of {left:,} left today",
    )


def _count(session: SalesforceSession, spec: ObjectSpec, where: str) -> int:
    query = wire.count(spec.entity, where)
    body = session.get(f"{session.data}/queryAll", {"q": query}, about=spec.name).body
    total = wire.total_size(body)
    if total is None:
        raise TryAgain("the count came broken.", system=spec.system, object=spec.name)
    return total


def _by_rest(
    session: SalesforceSession,
    spec: ObjectSpec,
    plan: ReadPlan,
    asked: dict[str, str],
    counted: int,
) -> Progress:
    progress = Progress(plan, asked)
    if counted:
        progress.note(_COUNTED, str(counted))
    try:
        _rest_pages(session, spec, plan, asked["rest"], progress)
    except Refuse as error:
        if error.facts.code != wire.LOCATOR_GONE or not progress.is_resumed:
            raise
        _begin_again(progress)
        _rest_pages(session, spec, plan, asked["rest"], progress)
    return progress


def _begin_again(progress: Progress) -> None:
    """Read from the first page; what was counted before still holds."""
    counted = progress.fact(_COUNTED)
    progress.restart()
    if counted:
        progress.note(_COUNTED, counted)


def _rest_pages(
    session: SalesforceSession, spec: ObjectSpec, plan: ReadPlan, query: str, progress: Progress
) -> None:
    while not progress.is_whole:
        plan.require_time()
        target, params = f"{session.data}/queryAll", {"q": query}
        if progress.steps:
            target, params = progress.steps[-1].next, {}
        number = _next_number(progress, spec)
        file = page_path(plan.spool, number, "json")
        check = PageCheck(wire.SYSTEM, file, "records", wire.NEXT_LINK, "totalSize")
        session.fetch(target, file, check, params or None, about=spec.name)
        facts = check.facts
        if number == 1 and facts.total is not None:
            progress.note(_DECLARED, str(facts.total))
        link = facts.next_link or ""
        _require_new(link, progress, spec, is_empty=not facts.rows)
        progress.add(file, facts.rows or 0, link)


def _next_number(progress: Progress, spec: ObjectSpec) -> int:
    number = len(progress.steps) + 1
    if number > _PAGES:
        raise _circle(f"more than {_PAGES} pages.", spec)
    return number


def _require_new(link: str, progress: Progress, spec: ObjectSpec, *, is_empty: bool) -> None:
    """A link followed before, or away from a page without records, leads in a circle (S14)."""
    if link and (is_empty or link in {step.next for step in progress.steps}):
        raise _circle(f"what follows page {len(progress.steps) + 1} repeats.", spec)


def _circle(sentence: str, spec: ObjectSpec) -> Refuse:
    return Refuse(
        sentence,
        system=spec.system,
        object=spec.name,
        code="next_link_circle",
        what_to_do="Nothing was landed; the object keeps its last whole read.",
    )


def _by_bulk(
    session: SalesforceSession,
    spec: ObjectSpec,
    plan: ReadPlan,
    asked: dict[str, str],
    counted: int,
) -> Progress:
    """Bulk 2.0: make a job, wait for it, take its results page by page, remove it.

    The job stays while the read may still go on from there: Salesforce keeps results for days.
    """
    progress = Progress(plan, asked)
    if counted:
        progress.note(_COUNTED, str(counted))
    try:
        _bulk_pages(session, spec, plan, asked["bulk"], progress)
    except Refuse as error:
        if error.status != 404 or not progress.is_resumed:
            _remove_job(session, progress)
            raise
        _begin_again(progress)
        _bulk_pages(session, spec, plan, asked["bulk"], progress)
    _remove_job(session, progress)
    return progress


def _bulk_pages(
    session: SalesforceSession, spec: ObjectSpec, plan: ReadPlan, query: str, progress: Progress
) -> None:
    jobs = f"{session.data}/jobs/query"
    if progress.fact(_JOB) is None:
        # A second job by a repeated request changes nothing and ends by itself.
        body = wire.bulk_query_body(query)
        made = session.send("POST", jobs, body, about=spec.name, is_repeatable=True)
        progress.note(_JOB, _job(made.body, spec).id)
    target = f"{jobs}/{progress.fact(_JOB)}"
    job = _finished(session, spec, target, plan)
    if job.records is not None:
        progress.note(_DECLARED, str(job.records))
    _results(session, spec, plan, f"{target}/results", progress)


def _job(body: bytes, spec: ObjectSpec) -> wire.BulkJob:
    job = wire.read_job(body)
    if job is None:
        raise TryAgain("the Bulk job came broken.", system=spec.system, object=spec.name)
    return job


def _finished(
    session: SalesforceSession, spec: ObjectSpec, target: str, plan: ReadPlan
) -> wire.BulkJob:
    deadline = time.monotonic() + _BULK_SECONDS
    wait = 0.1
    while time.monotonic() < deadline:
        plan.require_time()
        job = _job(session.get(target, about=spec.name).body, spec)
        if job.state == "JobComplete":
            return job
        if job.state in ("Failed", "Aborted"):
            raise Refuse(
                f"Salesforce ended the Bulk job as {job.state}: {job.message or 'no reason given'}",
                system=spec.system,
                object=spec.name,
                code=job.state,
            )
        time.sleep(wait)
        wait = min(wait * 1.6, 5.0)
    raise TryAgain("the Bulk job did not end in time.", system=spec.system, object=spec.name)


def _results(
    session: SalesforceSession, spec: ObjectSpec, plan: ReadPlan, target: str, progress: Progress
) -> None:
    while not progress.is_whole:
        plan.require_time()
        params = {"maxRecords": str(_BULK_PAGE_ROWS)}
        if progress.steps:
            params["locator"] = progress.steps[-1].next
        file = page_path(plan.spool, _next_number(progress, spec), "csv")
        answer = session.fetch(
            target, file, partial(_whole_csv, file), params, about=spec.name, accept="text/csv"
        )
        # The last page's locator is the text 'null' (Bulk API 2.0 guide, get results).
        locator = answer.header(wire.LOCATOR_HEADER) or "null"
        link = "" if locator == "null" else locator
        _require_new(link, progress, spec, is_empty=False)
        progress.add(file, int(answer.header(wire.ROWS_HEADER) or 0), link)


def _whole_csv(file: Path, answer: Answer) -> None:
    """A result page counts only with as many rows as its header declares (F2)."""
    declared = answer.header(wire.ROWS_HEADER)
    if declared is None or not declared.isdigit() or csv_rows(file) != int(declared):
        raise TryAgain("a result page came broken.", system=wire.SYSTEM, code="broken_page")


def _remove_job(session: SalesforceSession, progress: Progress) -> None:
    job = progress.fact(_JOB)
    if job is None:
        return
    try:
        session.send("DELETE", f"{session.data}/jobs/query/{job}", b"", is_repeatable=True)
    except (Refuse, TryAgain):
        # Salesforce removes finished jobs by itself after seven days.
        return
