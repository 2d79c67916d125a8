"""Assembly of what Dagster loads, and nothing else."""

from dagster import Definitions, in_process_executor, load_assets_from_modules

from dagster_project.defs import (
    checks,
    models,
    placement,
    publication,
    recall,
    replay,
    signals,
    sources,
)
from dagster_project.defs.jobs import promesa_round
from dagster_project.defs.parameters import Parameters
from dagster_project.defs.triggers import SCHEDULES, SENSORS

defs = Definitions(
    assets=load_assets_from_modules(
        [sources, models, placement, replay, recall, publication, signals]
    ),
    asset_checks=checks.all_checks,
    jobs=[promesa_round],
    schedules=SCHEDULES,
    sensors=SENSORS,
    resources={"parameters": Parameters()},
    executor=in_process_executor,
)
