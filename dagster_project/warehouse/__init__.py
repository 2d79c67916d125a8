"""From raw to a published file: the data folder, the warm dbt, the placement, the publication."""

from dagster_project.warehouse.company_policy import PolicyError, company_policies
from dagster_project.warehouse.folders import DataFolder
from dagster_project.warehouse.placement import Placed, place_demand
from dagster_project.warehouse.publish import (
    Version,
    current_version,
    open_published,
    publish,
)
from dagster_project.warehouse.recalls import Recall, mock_recall
from dagster_project.warehouse.replay import Replayed, replay_days
from dagster_project.warehouse.transform import NodeResult, Transform, TransformError

__all__ = [
    "DataFolder",
    "NodeResult",
    "Placed",
    "PolicyError",
    "Recall",
    "Replayed",
    "Transform",
    "TransformError",
    "Version",
    "company_policies",
    "current_version",
    "mock_recall",
    "open_published",
    "place_demand",
    "publish",
    "replay_days",
]
