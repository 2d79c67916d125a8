"""One round of write-back over the published version, from the plan to the report."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import duckdb

from dagster_project.warehouse import DataFolder, current_version, open_published
from dagster_project.warehouse.publish import PublishError
from dagster_project.write_back.brake import BrakeLimits, HeldPlan, brake, keep_held
from dagster_project.write_back.changeset import AS_OF, Changeset, changeset
from dagster_project.write_back.desired import Row, count_known, desired_rows
from dagster_project.write_back.fields import STAMP_FIELDS, SignalObject, signal_objects
from dagster_project.write_back.ledger import Ledger
from dagster_project.write_back.live import live_rows
from dagster_project.write_back.news import read_news, settle_news, tell, untold
from dagster_project.write_back.send import send, settle_open_intents
from dagster_project.write_back.target import open_target
from dagster_project.write_back.values import Value
from extract import AlertAddress, SalesforceTarget, TryAgain


@dataclass(frozen=True)
class WriteBackReport:
    """What one round did: the plan, whether the brake held it, calls and outcomes by name."""

    plan: Changeset
    held: HeldPlan | None
    calls: int
    counts: dict[str, int]
    seconds: float
    news: int = 0


def plan_changes(
    data: DataFolder, as_of: datetime, target: SalesforceTarget
) -> tuple[Changeset, dict[str, dict[str, Row]]]:
    """The changeset of the published version against the CRM as it is now, and what it holds."""
    with _published(data) as warehouse:
        return _planned(warehouse, as_of, target)


def _planned(
    warehouse: duckdb.DuckDBPyConnection, as_of: datetime, target: SalesforceTarget
) -> tuple[Changeset, dict[str, dict[str, Row]]]:
    live = {one.name: live_rows(target, one) for one in signal_objects()}
    compared = [
        (one, desired_rows(warehouse, one, live[one.name]), live[one.name])
        for one in signal_objects()
    ]
    for one, _, held in compared:
        if not held and (due := count_known(warehouse, one)):
            raise _empty_answer(one, due)
    return changeset(as_of, compared), live


def _empty_answer(one: SignalObject, due: int) -> TryAgain:
    """I23: with no record at all every open write would be taken for lost, and nothing planned."""
    return TryAgain(
        f"the CRM says that it holds no record, and {due} are due an answer.",
        system="salesforce",
        object=one.name,
        code="empty_answer",
        what_to_do="Nothing was written. Check the user's access to the object, then run again.",
    )


def write_back(
    data: DataFolder,
    as_of: datetime,
    run_id: str,
    limits: BrakeLimits,
    release: str = "",
    alert_url: str = "",
) -> WriteBackReport:
    """Settle what was left open, plan, brake, send, tell; `release` lets one held plan go."""
    began = time.monotonic()
    with open_target() as target, Ledger(data) as ledger, open_alert(alert_url) as alert:
        with _published(data) as warehouse:
            plan, live = _planned(warehouse, as_of, target)
            news = read_news(warehouse)
        settle_open_intents(ledger, live)
        plan = _without_refused(plan, ledger)
        held = brake(plan, _answered(live), limits)
        if held and release != plan.identity:
            keep_held(data, held)
            return WriteBackReport(plan, held, 0, {}, time.monotonic() - began)
        settle_news(target, ledger)
        # Intended before the deals are written: a run cut between the two still tells its news.
        fresh = untold(news, ledger, alert is not None)
        intents = ledger.intend(run_id, fresh, datetime.now(UTC))
        calls = send(target, ledger, run_id, plan)
        told = tell(intents, target, ledger, alert)
        return WriteBackReport(
            plan, None, calls, ledger.counts(run_id), time.monotonic() - began, told
        )


@contextmanager
def open_alert(address: str) -> Iterator[AlertAddress | None]:
    """The configured address for alerts, or none."""
    alert = AlertAddress(address) if address else None
    try:
        yield alert
    finally:
        if alert:
            alert.close()


def _published(data: DataFolder) -> duckdb.DuckDBPyConnection:
    version = current_version(data)
    if version is None:
        raise PublishError("Nothing is published yet. Run `promesa run` first.")
    return open_published(data, version)


def _answered(live: Mapping[str, Mapping[str, Row]]) -> dict[str, int]:
    """Records with an answer, by object; where an object has no stamps, every record counts."""
    return {
        name: sum(row.get(AS_OF, "no stamp") is not None for row in rows.values())
        for name, rows in live.items()
    }


def _without_refused(plan: Changeset, ledger: Ledger) -> Changeset:
    """A value that the CRM refused is not sent again until it changes."""
    refused = ledger.refused()
    kept = tuple(
        change
        for change in plan.changes
        if _answer(refused.get((change.object, change.record_id))) != _answer(change.new)
    )
    return replace(plan, changes=kept)


def _answer(values: Mapping[str, Value] | None) -> dict[str, Value] | None:
    """The values without the stamps, which move with every run."""
    if values is None:
        return None
    return {name: value for name, value in values.items() if name not in STAMP_FIELDS}
