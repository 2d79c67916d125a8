"""The placement as an asset between the two halves of the models."""

import logging
from collections.abc import Iterator
from typing import Any

from dagster import AssetExecutionContext, AssetKey, AssetSpec, MaterializeResult, multi_asset

from dagster_project.defs.parameters import Parameters
from dagster_project.warehouse import place_demand
from promise import INPUT_TABLES, OUTPUT_TABLES

log = logging.getLogger("promesa")

_INPUTS = [AssetKey(f"int_placement_{name}") for name in INPUT_TABLES]


@multi_asset(
    specs=[
        AssetSpec(
            ["placement", name],
            deps=_INPUTS,
            group_name="promise",
            kinds={"python", "duckdb"},
            description=f"What the engine answered: {name}.",
        )
        for name in OUTPUT_TABLES
    ],
    pool="warehouse_build",
)
def placement(
    context: AssetExecutionContext, parameters: Parameters
) -> Iterator[MaterializeResult[Any]]:
    """Place every demand on supply and capacity; land bookings, pegs, chains and answers."""
    log.info("placing demand on supply and capacity")
    day = parameters.settings.day_of(parameters.instant(context))
    placed = place_demand(parameters.data_folder(), day)
    for name in OUTPUT_TABLES:
        yield MaterializeResult(asset_key=["placement", name], metadata={"rows": placed.rows[name]})
