"""Running the job in this process, with its progress told line by line."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dagster import DagsterInstance, ExecuteInProcessResult

from dagster_project.defs.jobs import QUIET_CONSOLE, promesa_round
from dagster_project.defs.parameters import Parameters

_KIND_OF_ERROR = re.compile(r"^[\w.]+: ")


@dataclass(frozen=True)
class RoundResult:
    """What a run has to say: figures, one a line, and the sentences of what failed."""

    lines: tuple[str, ...]
    failures: tuple[str, ...]


def run_round(
    source: str, as_of: datetime, send: bool, release: str, replay_days: int = 0
) -> RoundResult:
    """Execute the whole job in process on the persistent instance."""
    from dagster_project.definitions import defs

    parameters = Parameters(
        source=source,
        as_of=as_of.isoformat(),
        send=send,
        release=release,
        replay_days=replay_days,
    )
    job = defs.resolve_job_def(promesa_round.name)
    config = {
        "resources": {"parameters": {"config": parameters.model_dump()}},
        **QUIET_CONSOLE,
    }
    with DagsterInstance.get() as instance:
        result = job.execute_in_process(run_config=config, instance=instance, raise_on_error=False)
    return RoundResult(lines=_figures(result), failures=_failures(result))


def _figures(result: ExecuteInProcessResult) -> tuple[str, ...]:
    told: dict[str, dict[str, Any]] = {}
    for event in result.get_asset_materialization_events():
        materialization = event.step_materialization_data.materialization
        if materialization:
            told["/".join(materialization.asset_key.path)] = {
                name: value.value for name, value in materialization.metadata.items()
            }
    lines = []
    extracted = [figures for figures in told.values() if "received" in figures]
    if extracted:
        lines.append(
            f"extracted   {len(extracted)} objects,"
            f" {sum(int(one['landed']) for one in extracted):,} new or changed records,"
            f" {sum(int(one['calls']) for one in extracted):,} calls,"
            f" {sum(int(one['bytes']) for one in extracted):,} bytes,"
            f" {sum(int(one['quarantined']) for one in extracted):,} quarantined"
        )
    if told.get("replay/answer", {}).get("lines"):
        replayed = told["replay/answer"]
        lines.append(f"replayed    {replayed['days']} past days, {replayed['lines']:,} order lines")
    if "published_version" in told:
        version = told["published_version"]
        lines.append(
            f"published   version {version['version']} ({version['state']}),"
            f" {version['tables']} tables, {version['rows']:,} rows"
        )
        lines += [f"degraded    {cause}" for cause in version["causes"]]
        lines += [
            f"not tied    {told}; what rests on it is withheld" for told in version["not_tied"]
        ]
    if told.get("mock_recall", {}).get("recalled"):
        recall = told["mock_recall"]
        lines.append(
            f"recalled    {recall['recalled']} lots for practice, {recall['complete']} of them"
            f" completely, the slowest in {recall['seconds']:.2f} s"
        )
    if told.get("crm_signals", {}).get("sent"):
        signals = told["crm_signals"]
        lines.append(
            f"written     {signals['records']:,} records in {signals['calls']} calls,"
            f" {signals['unchanged']:,} unchanged, {signals['renewals']:,} renewals,"
            f" {signals['news']:,} told to owners"
        )
    elif "plan" in told.get("crm_signals", {}):
        signals = told["crm_signals"]
        lines.append(f"held        changeset {signals['plan']} is not sent:")
        lines += [f"            {reason}" for reason in signals["held_because"]]
        lines.append(f"            to let it go: promesa run --send --release {signals['plan']}")
    return tuple(lines)


def _failures(result: ExecuteInProcessResult) -> tuple[str, ...]:
    failures = []
    for event in result.all_events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            while error and error.cause:
                error = error.cause
            told = error.message.strip() if error else "no reason given"
            failures.append(_KIND_OF_ERROR.sub("", told))
    return tuple(dict.fromkeys(failures))
