"""The replay as an asset: the engine asked again for orders of a few past days of the draw."""

import logging
from typing import Any

from dagster import AssetExecutionContext, AssetKey, MaterializeResult, asset

from dagster_project.defs.parameters import Parameters
from dagster_project.warehouse import Replayed, replay_days

log = logging.getLogger("promesa")


@asset(
    key=["replay", "answer"],
    deps=[AssetKey("int_replay_question")],
    group_name="promise",
    kinds={"python", "duckdb"},
    description="What the engine would have promised on past days, a few a run, kept for good.",
    pool="warehouse_build",
)
def replay(context: AssetExecutionContext, parameters: Parameters) -> MaterializeResult[Any]:
    """Ask for the next days; a run that is not told to asks for none."""
    replayed = Replayed(0, 0)
    if parameters.replay_days:
        log.info("asking the engine again for orders of past days")
        replayed = replay_days(
            parameters.transform(context), parameters.settings.time_zone, parameters.replay_days
        )
    return MaterializeResult(metadata={"days": replayed.days, "lines": replayed.lines})
