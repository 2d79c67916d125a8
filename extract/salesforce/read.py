"""Reading an object from Salesforce: REST for what is little, Bulk 2.0 above a threshold."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from extract.errors import Refuse, TryAgain
from extract.landing import PageCheck, csv_rows, page_path
from extract.properties import properties_of
from extract.salesforce import wire
from extract.salesforce.auth import SalesforceSession
from extract.source import Mode, ObjectSpec, Page, PageForm, Reading, ReadPlan
from extract.transport import Answer

_BULK_PAGE_ROWS = 50_000
_BULK_SECONDS = 1800.0
_PAGES = 100_000


@dataclass(frozen=True)
class _Spooled:
    pages: tuple[Page, ...]
    declared: int | None


def read_object(session: SalesforceSession, spec: ObjectSpec, plan: ReadPlan) -> Reading:
    """Spool one object: what moved since the cursor, or everything, deleted rows included."""
    before = session.traffic
    kinds = _readable_fields(session, spec)
    where = wire.changed_since(spec.stamp.instant, plan.cursor) if plan.cursor else ""
    spooled = _spool(session, spec, plan.spool, kinds, where)
    used = session.traffic.since(before)
    return Reading(
        mode=Mode.INCREMENTAL if plan.cursor else Mode.FULL,
        pages=spooled.pages,
        cursor=None,
        is_complete=plan.cursor is None,
        declared=spooled.declared,
        kinds=kinds,
        bytes=used.bytes,
        calls=used.calls,
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
    session: SalesforceSession, spec: ObjectSpec, spool: Path, kinds: dict[str, str], where: str
) -> _Spooled:
    """REST or Bulk, by how much there is; a query too long for an address goes by Bulk (F3)."""
    rows = _count(session, spec, where)
    if rows > session.settings.bulk_from_rows:
        return _by_bulk(session, spec, spool, kinds, where)
    try:
        spooled = _by_rest(session, spec, spool, kinds, where)
    except Refuse as error:
        if error.facts.code != "request_too_long":
            raise
        return _by_bulk(session, spec, spool, kinds, where)
    # Deleted rows are still told of, so that fewer than just counted is a broken answer (F2).
    if spooled.declared is not None and spooled.declared < rows:
        raise TryAgain(
            f"{rows} records were counted and {spooled.declared} came.",
            system=spec.system,
            object=spec.name,
            code="count_differs",
            what_to_do="Nothing was landed; the next run reads the object again.",
        )
    return spooled


def _count(session: SalesforceSession, spec: ObjectSpec, where: str) -> int:
    query = wire.count(spec.entity, where)
    body = session.get(f"{session.data}/queryAll", {"q": query}, about=spec.name).body
    total = wire.total_size(body)
    if total is None:
        raise TryAgain("the count came broken.", system=spec.system, object=spec.name)
    return total


def _by_rest(
    session: SalesforceSession, spec: ObjectSpec, spool: Path, kinds: dict[str, str], where: str
) -> _Spooled:
    query = wire.select(spec.entity, kinds, where, f"{spec.stamp.instant}, Id")
    target, params = f"{session.data}/queryAll", {"q": query}
    pages: list[Page] = []
    followed: set[str] = set()
    declared: int | None = None
    for number in range(1, _PAGES + 1):
        file = page_path(spool, number, "json")
        check = PageCheck(wire.SYSTEM, file, "records", wire.NEXT_LINK, "totalSize")
        session.fetch(target, file, check, params or None, about=spec.name)
        facts = check.facts
        declared = facts.total if declared is None else declared
        pages.append(Page(file, number, PageForm.JSON_ARRAY, "records"))
        if facts.next_link is None:
            return _Spooled(tuple(pages), declared)
        if facts.next_link in followed or not facts.rows:
            raise Refuse(
                f"the next link of page {number} repeats.",
                system=spec.system,
                object=spec.name,
                code="next_link_circle",
                what_to_do="Nothing was landed; the object keeps its last whole read.",
            )
        followed.add(facts.next_link)
        target, params = facts.next_link, {}
    raise Refuse(
        f"more than {_PAGES} pages.", system=spec.system, object=spec.name, code="next_link_circle"
    )


def _by_bulk(
    session: SalesforceSession, spec: ObjectSpec, spool: Path, kinds: dict[str, str], where: str
) -> _Spooled:
    """Bulk 2.0: make a job, wait for it, take its results page by page, remove it."""
    jobs = f"{session.data}/jobs/query"
    query = wire.select(spec.entity, kinds, where)
    # A second job by a repeated request changes nothing and ends by itself.
    made = session.send(
        "POST", jobs, wire.bulk_query_body(query), about=spec.name, is_repeatable=True
    )
    job = _job(made.body, spec)
    try:
        job = _finished(session, spec, f"{jobs}/{job.id}")
        pages = _results(session, spec, spool, f"{jobs}/{job.id}/results")
    finally:
        _remove(session, f"{jobs}/{job.id}")
    return _Spooled(pages, job.records)


def _job(body: bytes, spec: ObjectSpec) -> wire.BulkJob:
    job = wire.read_job(body)
    if job is None:
        raise TryAgain("the Bulk job came broken.", system=spec.system, object=spec.name)
    return job


def _finished(session: SalesforceSession, spec: ObjectSpec, target: str) -> wire.BulkJob:
    deadline = time.monotonic() + _BULK_SECONDS
    wait = 0.1
    while time.monotonic() < deadline:
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
    session: SalesforceSession, spec: ObjectSpec, spool: Path, target: str
) -> tuple[Page, ...]:
    pages: list[Page] = []
    params = {"maxRecords": str(_BULK_PAGE_ROWS)}
    followed: set[str] = set()
    for number in range(1, _PAGES + 1):
        file = page_path(spool, number, "csv")
        answer = session.fetch(
            target, file, partial(_whole_csv, file), params, about=spec.name, accept="text/csv"
        )
        pages.append(Page(file, number, PageForm.CSV))
        # The last page's locator is the text 'null' (Bulk API 2.0 guide, get results).
        locator = answer.header(wire.LOCATOR_HEADER) or "null"
        if locator == "null":
            return tuple(pages)
        if locator in followed:
            break
        followed.add(locator)
        params = {**params, "locator": locator}
    raise Refuse(
        f"the locator of result page {len(pages)} repeats.",
        system=spec.system,
        object=spec.name,
        code="next_link_circle",
    )


def _whole_csv(file: Path, answer: Answer) -> None:
    """A result page counts only with as many rows as its header declares (F2)."""
    declared = answer.header(wire.ROWS_HEADER)
    if declared is None or not declared.isdigit() or csv_rows(file) != int(declared):
        raise TryAgain("a result page came broken.", system=wire.SYSTEM, code="broken_page")


def _remove(session: SalesforceSession, target: str) -> None:
    try:
        session.send("DELETE", target, b"", is_repeatable=True)
    except (Refuse, TryAgain):
        # Salesforce removes finished jobs by itself after seven days.
        return
