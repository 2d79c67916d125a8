"""Checks on what isn't in the warehouse; what SQL can assert is a dbt test."""

from dagster import AssetCheckExecutionContext, AssetCheckResult, asset_check

from dagster_project.defs.parameters import Parameters
from dagster_project.defs.publication import published_version
from dagster_project.defs.recall import mock_recall
from dagster_project.defs.signals import crm_signals
from dagster_project.warehouse import current_version
from dagster_project.warehouse.publish import hash_of_file
from dagster_project.warehouse.recalls import broken_recall
from dagster_project.write_back import Ledger


@asset_check(asset=published_version, description="The file's hash is the one in its manifest.")
def published_file_is_whole(
    context: AssetCheckExecutionContext, parameters: Parameters
) -> AssetCheckResult:
    """I10: a reader opens only a file whose hash stands in its manifest."""
    data = parameters.data_folder()
    version = current_version(data)
    if version is None:
        return AssetCheckResult(passed=False, metadata={"told": "nothing is published"})
    found = hash_of_file(data.published / version.file)
    return AssetCheckResult(passed=found == version.file_hash, metadata={"version": version.number})


@asset_check(asset=crm_signals, description="No write of the ledger was changed or removed.")
def ledger_chain_holds(
    context: AssetCheckExecutionContext, parameters: Parameters
) -> AssetCheckResult:
    """I20: each row carries the hash of the one before."""
    with Ledger(parameters.data_folder()) as ledger:
        broken = ledger.broken_link()
    return AssetCheckResult(passed=broken is None, metadata={"broken_at": broken or "nowhere"})


@asset_check(asset=mock_recall, description="No mock recall that was kept was changed or removed.")
def recall_chain_holds(
    context: AssetCheckExecutionContext, parameters: Parameters
) -> AssetCheckResult:
    """Evidence is worth what it is safe from: each recall carries the hash of the one before."""
    broken = broken_recall(parameters.data_folder())
    return AssetCheckResult(passed=broken is None, metadata={"broken_at": broken or "nowhere"})


all_checks = [published_file_is_whole, ledger_chain_holds, recall_chain_holds]
