"""The write-back as an asset: the changeset, braked, sent and kept in the ledger."""

import logging
from typing import Any

from dagster import AssetExecutionContext, MaterializeResult, asset

from dagster_project.defs.parameters import Parameters
from dagster_project.defs.publication import degraded_causes, published_version
from dagster_project.warehouse import publish
from dagster_project.write_back import BrakeLimits, write_back

log = logging.getLogger("promesa")


@asset(
    deps=[published_version],
    group_name="customer",
    kinds={"salesforce"},
    description="What was written back to the CRM, record by record, in the ledger.",
)
def crm_signals(context: AssetExecutionContext, parameters: Parameters) -> MaterializeResult[Any]:
    """Send what differs; nothing is sent to a CRM unless the run was told to."""
    data = parameters.data_folder()
    as_of = parameters.instant(context)
    if not parameters.send:
        return MaterializeResult(metadata={"sent": False})
    log.info("writing back to the CRM")
    report = write_back(
        data,
        as_of,
        run_id=context.run_id,
        limits=BrakeLimits.of(parameters.settings),
        release=parameters.release,
        alert_url=parameters.settings.alert_url.get_secret_value(),
    )
    if report.counts:
        publish(data, as_of, degraded_causes(context))
    return MaterializeResult(
        metadata={
            "sent": report.held is None,
            "plan": report.plan.identity,
            "records": len(report.plan.changes),
            "unchanged": report.plan.unchanged,
            "renewals": report.plan.count("renewal"),
            "calls": report.calls,
            "news": report.news,
            "seconds": report.seconds,
            "held_because": list(report.held.reasons) if report.held else [],
            **{f"outcome_{name}": count for name, count in report.counts.items()},
        }
    )
