"""What starts a round by itself: the schedules and the sensors, and what each waits for."""

from dataclasses import dataclass

from dagster import ScheduleDefinition, SensorDefinition

from dagster_project.defs.jobs import nightly
from dagster_project.defs.watching import sources_changed

SCHEDULES: list[ScheduleDefinition] = [nightly]
SENSORS: list[SensorDefinition] = [sources_changed]


@dataclass(frozen=True)
class Trigger:
    """A schedule or sensor by name, the job it starts, and when."""

    name: str
    job: str
    when: str


def triggers() -> tuple[Trigger, ...]:
    """Every schedule and sensor, as the orchestrator loads them."""
    return (
        *(Trigger(one.name, one.job_name, f"cron {one.cron_schedule}") for one in SCHEDULES),
        *(
            Trigger(one.name, one.job_name or "", f"asks every {one.minimum_interval_seconds} s")
            for one in SENSORS
        ),
    )
