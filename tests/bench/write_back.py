"""Calls of the write-back per changed record, and the calls of a round without news."""

from __future__ import annotations

import os
from contextlib import closing
from datetime import datetime
from unittest.mock import patch

from dagster_project.warehouse import DataFolder, publish
from dagster_project.watch import change_mark
from dagster_project.write_back import (
    BrakeLimits,
    WriteBackReport,
    declarations,
    object_declarations,
    open_crm,
    open_target,
    write_back,
)
from extract import provision
from sandbox.serve import RunningServers
from tests.bench.cycles import extract_all
from tests.bench.extraction import salesforce_source, sap_b1_source
from tests.bench.told import heading, progress, table

CHANGED = 1_000
_OBJECT, _FIELD, _ELSEWHERE = "Opportunity", "Promesa_For_Amount__c", 987_654
_NO_BRAKE = BrakeLimits(records=10**9, share=1.0, verdict_flips=10**9)


def measure_write_back(servers: RunningServers, data: DataFolder, as_of: datetime) -> None:
    """Fill the CRM, change 1,000 records, go round without news; print the calls."""
    with patch.dict(os.environ, servers.environment):
        progress("write-back: filling the CRM")
        publish(data, as_of)
        with open_crm() as crm:
            provision(crm.session, declarations(), object_declarations())
        filled = write_back(data, as_of, "filled", _NO_BRAKE)
        progress(f"write-back: {CHANGED:,} changed records")
        _change_in_crm()
        changed = write_back(data, as_of, "changed", _NO_BRAKE)
        progress("write-back: a round without news")
        idle = _idle_round(servers, data, as_of)
    heading("Write-back: calls and changed records")
    table(
        ("", "records", "calls", "calls/record", "seconds"),
        [
            _line("first fill of the demo company", filled),
            _line(f"{CHANGED:,} deals that differ", changed),
        ],
    )
    heading("A round without news")
    table(("step", "calls"), [(step, f"{calls:,}") for step, calls in idle.items()])


def _line(name: str, report: WriteBackReport) -> tuple[str, ...]:
    records = len(report.plan.changes)
    return (
        name,
        f"{records:,}",
        f"{report.calls:,}",
        f"{report.calls / max(records, 1):.4f}",
        f"{report.seconds:.2f}",
    )


def _change_in_crm() -> None:
    """Give 1,000 deals a value of our field that is not ours: each has to be written again."""
    with open_target() as target:
        ids = sorted(target.live(_OBJECT, None, [_FIELD]))[:CHANGED]
        target.update(_OBJECT, [{"Id": one, _FIELD: _ELSEWHERE} for one in ids])


def _idle_round(servers: RunningServers, data: DataFolder, as_of: datetime) -> dict[str, int]:
    """Calls by step, as the servers' own journals count them."""
    _extract_both(servers, data, as_of)  # what we wrote comes back once
    calls = {}
    before = _Journals(servers)
    change_mark()
    calls["asking both systems whether anything moved (sensor)"] = before.count()
    before = _Journals(servers)
    landed = _extract_both(servers, data, as_of)
    calls[f"extraction of every object ({landed:,} new records)"] = before.count()
    before = _Journals(servers)
    report = write_back(data, as_of, "idle", _NO_BRAKE)
    calls["write-back: signing in, reading what the CRM holds"] = before.count() - report.calls
    calls["write-back: writing"] = report.calls
    return calls


def _extract_both(servers: RunningServers, data: DataFolder, as_of: datetime) -> int:
    landed = 0
    for source in (
        salesforce_source(servers.environment, servers.salesforce_url),
        sap_b1_source(servers.environment, servers.sap_url),
    ):
        with closing(source):
            landed += sum(one.landed for one in extract_all(source, data.raw, as_of))
    return landed


class _Journals:
    """Both servers' journals from now on."""

    def __init__(self, servers: RunningServers) -> None:
        self._states = [servers.context(name).state for name in ("salesforce", "sap_b1")]
        self._ends = [
            max((entry.sequence for entry in state.journal()), default=0) for state in self._states
        ]

    def count(self) -> int:
        """Requests since then."""
        return sum(
            len(state.journal(end, "request"))
            for state, end in zip(self._states, self._ends, strict=True)
        )
