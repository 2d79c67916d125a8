"""The mock recall as an asset: drawn lots called back for practice, before the publication."""

import logging
from typing import Any

from dagster import AssetExecutionContext, MaterializeResult, asset

from dagster_project.defs.models import models_after_placement
from dagster_project.defs.parameters import Parameters
from dagster_project.warehouse import mock_recall as recall_lots

log = logging.getLogger("promesa")


@asset(
    deps=[models_after_placement],
    group_name="lots",
    kinds={"duckdb"},
    description="Lots drawn by the day and traced both ways, kept with the time that it took.",
    pool="warehouse_build",
)
def mock_recall(context: AssetExecutionContext, parameters: Parameters) -> MaterializeResult[Any]:
    """Call back the day's lots; a second run of a day finds its recalls and leaves them."""
    log.info("calling back lots for practice")
    day = parameters.settings.day_of(parameters.instant(context))
    recalls = recall_lots(parameters.data_folder(), day)
    return MaterializeResult(
        metadata={
            "recalled": len(recalls),
            "complete": sum(one.answer["is_complete"] for one in recalls),
            "seconds": max((one.seconds for one in recalls), default=0.0),
        }
    )
