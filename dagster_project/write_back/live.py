"""What the CRM holds now, read just before the plan is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from dagster_project.write_back.desired import Row, canonical_row
from dagster_project.write_back.fields import SignalObject


class LiveReader(Protocol):
    """What is asked of a CRM: the named fields of every record of one object."""

    def live(self, object_name: str, fields: Sequence[str]) -> Mapping[str, Mapping[str, Any]]: ...


def live_rows(target: LiveReader, signal_object: SignalObject) -> dict[str, Row]:
    """Record id → canonical value of each written field, as the CRM shows it now."""
    names = [field.name for field in signal_object.written]
    return {
        record_id: canonical_row(signal_object, dict(record))
        for record_id, record in target.live(signal_object.name, names).items()
    }
