"""The change sensor: a round when a source says that something moved."""

from collections.abc import Iterator

from dagster import (
    DefaultSensorStatus,
    RunConfig,
    RunRequest,
    SensorEvaluationContext,
    SkipReason,
    sensor,
)

from dagster_project.defs.jobs import promesa_round
from dagster_project.defs.parameters import Parameters
from dagster_project.watch import change_mark
from extract import ExtractError


@sensor(
    job=promesa_round,
    minimum_interval_seconds=60,
    default_status=DefaultSensorStatus.STOPPED,
    description="Asks both systems for their newest change stamp; a new one starts a round.",
)
def sources_changed(context: SensorEvaluationContext) -> Iterator[RunRequest | SkipReason]:
    """One run per change mark: the mark is the run key, so none is started twice."""
    try:
        mark = change_mark()
    except ExtractError as error:
        yield SkipReason(str(error))
        return
    if mark == context.cursor:
        yield SkipReason(f"nothing moved since {mark}")
        return
    context.update_cursor(mark)
    yield RunRequest(
        run_key=mark, run_config=RunConfig(resources={"parameters": Parameters(send=True)})
    )
