"""What the CRM holds now, read just before the plan is made."""

from __future__ import annotations

from dagster_project.write_back.desired import Row, canonical_row
from dagster_project.write_back.fields import SignalObject
from extract import SalesforceTarget


def live_rows(target: SalesforceTarget, signal_object: SignalObject) -> dict[str, Row]:
    """Record id → canonical value of each written field, as the CRM shows it now."""
    names = [field.name for field in signal_object.written]
    return {
        record_id: canonical_row(signal_object, record)
        for record_id, record in target.live(signal_object.name, None, names).items()
    }
