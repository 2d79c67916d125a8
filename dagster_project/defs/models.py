"""The dbt models as assets, in the two halves that stand before and after the placement."""

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetExecutionContext,
    AssetKey,
    MaterializeResult,
)
from dagster_dbt import DagsterDbtTranslator, dbt_assets

from dagster_project.defs.areas import area_of_object
from dagster_project.defs.parameters import Parameters
from dagster_project.warehouse import NodeResult, TransformError
from dagster_project.warehouse.transform import parsed_manifest
from extract import mend_raw

log = logging.getLogger("promesa")

BEFORE_PLACEMENT = "tag:before_placement"
UNIQUE_ID = "dagster_dbt/unique_id"
_AREAS = frozenset(
    ("customer", "promise", "capacity", "materials", "margin", "credit", "pipeline", "lots")
)


class AreaTranslator(DagsterDbtTranslator):
    """Groups come from folders; a source table is the asset that extracts it."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> AssetKey:
        """Sources keep their system as prefix: `sap_b1/orders`; models their name alone."""
        if dbt_resource_props["resource_type"] != "source":
            return AssetKey(dbt_resource_props["name"])
        system, table = dbt_resource_props["source_name"], dbt_resource_props["name"]
        return AssetKey([system, table.removeprefix(f"{system}__")])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The area: the model's folder, or the area of the object that it stages or writes."""
        for folder in dbt_resource_props["fqn"]:
            if folder in _AREAS:
                return str(folder)
        kind, name = dbt_resource_props["resource_type"], str(dbt_resource_props["name"])
        if kind == "seed" or dbt_resource_props.get("source_name") == "promesa":
            return "customer"
        if name.startswith("q_"):
            return "promise"
        depends_on = dbt_resource_props.get("depends_on", {}).get("nodes", [])
        staged = [node for node in depends_on if node.startswith("source.")]
        return area_of_object((staged[0] if staged else name).split("__")[-1])


_MANIFEST = parsed_manifest().writable_manifest().to_dict()


@dbt_assets(
    manifest=_MANIFEST,
    select=BEFORE_PLACEMENT,
    name="models_before_placement",
    dagster_dbt_translator=AreaTranslator(),
    pool="warehouse_build",
)
def models_before_placement(
    context: AssetExecutionContext, parameters: Parameters
) -> Iterator[MaterializeResult[Any] | AssetCheckResult]:
    """Staging and the rules that decide what the engine is given."""
    log.info("modelling: staging and the rules before the placement")
    parameters.data_folder().build.unlink(missing_ok=True)
    try:
        nodes = parameters.transform(context).build(select=[BEFORE_PLACEMENT])
    except TransformError as error:
        if "Corrupt database file" in str(error):
            mend_raw(parameters.data_folder().raw)
        raise
    yield from _results(context, nodes)


@dbt_assets(
    manifest=_MANIFEST,
    exclude=BEFORE_PLACEMENT,
    name="models_after_placement",
    dagster_dbt_translator=AreaTranslator(),
    pool="warehouse_build",
)
def models_after_placement(
    context: AssetExecutionContext, parameters: Parameters
) -> Iterator[MaterializeResult[Any] | AssetCheckResult]:
    """Marts, questions and signals, built upon what the engine answered."""
    log.info("modelling: marts, questions and signals")
    yield from _results(context, parameters.transform(context).build(exclude=[BEFORE_PLACEMENT]))


def _results(
    context: AssetExecutionContext, nodes: list[NodeResult]
) -> Iterator[MaterializeResult[Any] | AssetCheckResult]:
    assets = {str(spec.metadata[UNIQUE_ID]): spec.key for spec in context.assets_def.specs}
    checks = {str(spec.metadata[UNIQUE_ID]): spec for spec in context.assets_def.check_specs}
    for node in nodes:
        if node.unique_id in assets:
            yield MaterializeResult(
                asset_key=assets[node.unique_id], metadata={"seconds": node.seconds}
            )
    for node in nodes:
        if node.unique_id in checks:
            spec = checks[node.unique_id]
            yield AssetCheckResult(
                asset_key=spec.asset_key,
                check_name=spec.name,
                passed=node.status == "pass",
                severity=AssetCheckSeverity.WARN,
                metadata={"seconds": node.seconds, "told": node.message or "sound"},
            )
