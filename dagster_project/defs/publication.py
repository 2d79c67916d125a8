"""The published version as an asset: what dashboards, the command and the write-back read."""

import logging
from typing import Any

from dagster import AssetExecutionContext, AssetKey, MaterializeResult, asset

from dagster_project.defs.models import models_after_placement
from dagster_project.defs.parameters import Parameters
from dagster_project.defs.recall import mock_recall
from dagster_project.defs.sources import source_keys
from dagster_project.warehouse import publish
from dagster_project.warehouse.tie_out import untied_in_build

log = logging.getLogger("promesa")


@asset(
    deps=[models_after_placement, mock_recall],
    group_name="promise",
    kinds={"duckdb"},
    description="An immutable file of marts, questions and signals; CURRENT names the newest.",
    pool="warehouse_build",
)
def published_version(
    context: AssetExecutionContext, parameters: Parameters
) -> MaterializeResult[Any]:
    """Publish what was built; degraded when an object kept an older extraction."""
    log.info("publishing")
    causes = degraded_causes(context)
    data = parameters.data_folder()
    version = publish(data, parameters.instant(context), causes)
    return MaterializeResult(
        metadata={
            "version": version.number,
            "state": version.state,
            "causes": list(version.causes),
            "not_tied": untied_in_build(data),
            "tables": len(version.tables),
            "rows": sum(table.rows for table in version.tables.values()),
            "content_hash": version.content_hash,
        }
    )


def degraded_causes(context: AssetExecutionContext) -> tuple[str, ...]:
    """What the extraction assets of this run say they could not read."""
    causes = []
    for key in source_keys():
        event = context.instance.get_latest_materialization_event(AssetKey(key))
        if event is None or event.run_id != context.run_id or not event.asset_materialization:
            continue
        told = event.asset_materialization.metadata.get("kept_because")
        if told:
            causes.append(f"{'/'.join(key)}: {told.value}")
    return tuple(causes)
