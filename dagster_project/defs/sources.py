"""The objects of the sources as assets: one materialisation each, with what it cost."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    AssetSpec,
    Failure,
    FreshnessPolicy,
    MaterializeResult,
    RetryPolicy,
    multi_asset,
)

from dagster_project.defs.areas import area_of_object
from dagster_project.defs.parameters import Parameters
from extract import (
    DECLARED,
    REBUILT,
    ExtractError,
    Extraction,
    ObjectSpec,
    TryAgain,
    create_raw,
    extract_object,
    has_landed,
)

log = logging.getLogger("promesa")

AGE_LIMIT = timedelta(hours=26)
SYSTEMS = ("salesforce", "sap_b1")


def source_key(spec: ObjectSpec) -> list[str]:
    """The asset key of an object: its system and its snake-case name."""
    return [spec.system, spec.table.removeprefix(f"{spec.system}__")]


def source_keys() -> list[list[str]]:
    """The keys of every declared object."""
    return [source_key(spec) for spec in DECLARED]


def _assets_of(system: str) -> AssetsDefinition:
    specs = [spec for spec in DECLARED if spec.system == system]

    @multi_asset(
        name=f"{system}_objects",
        specs=[
            AssetSpec(
                source_key(spec),
                group_name=area_of_object(spec.table.removeprefix(f"{spec.system}__")),
                kinds={system},
                description=f"What {system} says of {spec.name}, landed in raw.",
                freshness_policy=FreshnessPolicy.time_window(fail_window=AGE_LIMIT),
            )
            for spec in specs
        ],
        can_subset=True,
        retry_policy=RetryPolicy(max_retries=2, delay=5),
        pool="raw",
    )
    def objects(
        context: AssetExecutionContext, parameters: Parameters
    ) -> Iterator[MaterializeResult[Any]]:
        data = parameters.data_folder()
        create_raw(data.raw)
        as_of = parameters.instant(context)
        read = 0
        last_error: ExtractError | None = None
        with parameters.sources() as sources:
            offered = {
                spec.name: source
                for source in sources
                for spec in source.objects()
                if spec.system == system
            }
            for spec in specs:
                key = AssetKey(source_key(spec))
                if key not in context.selected_asset_keys:
                    continue
                if spec.name not in offered:
                    yield MaterializeResult(asset_key=key, metadata={"offered": False})
                    continue
                try:
                    extraction = extract_object(
                        offered[spec.name], spec.name, data.raw, as_of, system=system
                    )
                    read += 1
                    log.info(
                        "%s %s: %s records, %s new or changed",
                        system,
                        spec.name,
                        f"{extraction.received:,}",
                        f"{extraction.landed:,}",
                    )
                    for told in (*(each.detail for each in extraction.drift), extraction.note):
                        if told:
                            log.warning("%s %s: %s", system, spec.name, told)
                    yield MaterializeResult(asset_key=key, metadata=_figures(extraction))
                except ExtractError as error:
                    if error.facts.code == REBUILT:
                        # What an asset before this one has read may be lost with it (F25).
                        raise Failure(str(error), allow_retries=False) from error
                    last_error = error
                    log.warning("%s", error)
                    yield MaterializeResult(asset_key=key, metadata={"kept_because": str(error)})
        if last_error and not read and not has_landed(data.raw, system):
            # A refused sign-in or a spent quota is not tried again: it might lock the user (F7).
            raise Failure(
                str(last_error), allow_retries=isinstance(last_error, TryAgain)
            ) from last_error

    return objects


def _figures(extraction: Extraction) -> dict[str, Any]:
    parked = {"kept_because": extraction.note} if extraction.state == "parked" else {}
    return {
        **parked,
        "mode": extraction.mode,
        "received": extraction.received,
        "landed": extraction.landed,
        "folded": extraction.folded,
        "quarantined": extraction.quarantined,
        "deleted": extraction.deleted,
        "bytes": extraction.bytes,
        "calls": extraction.calls,
        "seconds": extraction.seconds,
        "drift": [each.detail for each in extraction.drift],
    }


salesforce_objects, sap_b1_objects = (_assets_of(system) for system in SYSTEMS)
