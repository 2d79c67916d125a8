"""`promesa run`: the job once, through Dagster, in this process."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from dagster_project.command.lock import one_run_at_a_time
from dagster_project.command.told import Told, told_in_sentences
from dagster_project.settings import RunSettings, load_settings
from dagster_project.warehouse import DataFolder

# One file of events instead of one a run and another over all: half the writes of a run.
_ORCHESTRATOR = """\
telemetry:
  enabled: false
nux:
  enabled: false
event_log_storage:
  module: dagster_project.defs.events
  class: EventsInOneFile
  config:
    base_dir: "{events}"
"""


def run_once(
    source: str, as_of: datetime | None, send: bool, release: str, replay: int = 0
) -> None:
    """Run, tell the progress, print the figures; raise Told when a step failed."""
    with told_in_sentences():
        settings = load_settings()
        data = DataFolder(settings.data).create()
        data.require_space()
        prepare_orchestrator(data)
        with one_run_at_a_time(data):
            from dagster_project.defs.round import run_round

            result = run_round(
                source=source,
                as_of=instant_of(as_of, settings),
                send=send,
                release=release,
                replay_days=replay,
            )
    for line in result.lines:
        print(line)
    if result.failures:
        raise Told("\n".join(result.failures))


def instant_of(as_of: datetime | None, settings: RunSettings) -> datetime:
    """The instant to answer for: a bare day means the end of that day in the plant's time zone."""
    if as_of is None:
        return settings.as_of or datetime.now(UTC)
    if as_of.tzinfo is not None:
        return as_of.astimezone(UTC)
    if as_of.time() == datetime.min.time():
        as_of = as_of.replace(hour=23, minute=59, second=59)
    return as_of.replace(tzinfo=ZoneInfo(settings.time_zone)).astimezone(UTC)


def prepare_orchestrator(data: DataFolder) -> None:
    """Point Dagster at the data folder; it calls nobody and asks for nobody's address (S16)."""
    os.environ["DAGSTER_HOME"] = str(data.orchestrator.absolute())
    configuration = data.orchestrator / "dagster.yaml"
    if not configuration.exists():
        configuration.write_text(
            _ORCHESTRATOR.format(events=data.orchestrator.absolute() / "events"), encoding="utf-8"
        )
