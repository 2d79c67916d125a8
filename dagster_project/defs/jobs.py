"""The one job, all the way round, and the schedule that runs it at night."""

from dagster import AssetSelection, RunConfig, ScheduleDefinition, define_asset_job

from dagster_project.defs.parameters import Parameters

QUIET_CONSOLE = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}

promesa_round = define_asset_job(
    "promesa_round",
    selection=AssetSelection.all(),
    description="Extract, model, place, publish and, when told to, write back.",
)

nightly = ScheduleDefinition(
    name="nightly_full_round",
    job=promesa_round,
    cron_schedule="30 2 * * *",
    run_config=RunConfig(resources={"parameters": Parameters(send=True, replay_days=5)}),
    description="A whole round in the night window, sent back to the CRM.",
)
