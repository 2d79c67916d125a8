"""The signals' way back: desired − live = changeset → brake → send → ledger."""

from dagster_project.write_back.brake import BrakeLimits, HeldPlan
from dagster_project.write_back.changeset import Change, Changeset
from dagster_project.write_back.fields import SignalField, SignalObject, signal_objects
from dagster_project.write_back.ledger import Ledger
from dagster_project.write_back.news import TASK
from dagster_project.write_back.round import WriteBackReport, plan_changes, write_back
from dagster_project.write_back.target import (
    declarations,
    object_declarations,
    open_crm,
    open_target,
)

__all__ = [
    "TASK",
    "BrakeLimits",
    "Change",
    "Changeset",
    "HeldPlan",
    "Ledger",
    "SignalField",
    "SignalObject",
    "WriteBackReport",
    "declarations",
    "object_declarations",
    "open_crm",
    "open_target",
    "plan_changes",
    "signal_objects",
    "write_back",
]
