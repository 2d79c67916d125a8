"""One form for a field's value, whether it comes from the warehouse or from the CRM."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from dagster_project.write_back.fields import SignalField

NUMERIC = ("Number", "Currency", "Percent")
TEXT = ("Text", "LongTextArea", "Picklist")

Value = str | bool | None


def canonical(field: SignalField, value: Any) -> Value:
    """The value as text that is equal exactly when the CRM would show the same.

    Numbers are rounded half up to the field's scale; an empty text is no value; a checkbox that
    was never set is false, as in the CRM.
    """
    if field.type == "Checkbox":
        return bool(value)
    if value is None or value == "":
        return None
    if field.type in NUMERIC:
        return _number(value, field.scale)
    if field.type == "Date":
        return value.isoformat()[:10] if isinstance(value, date) else str(value)[:10]
    if field.type == "DateTime":
        return instant(value).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    return str(value)


def wire(field: SignalField, value: Value) -> Any:
    """The canonical value as the REST API takes it: numbers as JSON numbers."""
    if value is None or field.type not in NUMERIC:
        return value
    number = Decimal(str(value))
    return int(number) if field.scale == 0 else float(number)


def instant(value: Any) -> datetime:
    """A UTC instant from the warehouse's naive timestamp or from the API's text."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return datetime.fromisoformat(str(value).replace("+0000", "+00:00").replace("Z", "+00:00"))


def _number(value: Any, scale: int) -> str:
    return str(Decimal(str(value)).quantize(Decimal(1).scaleb(-scale), rounding=ROUND_HALF_UP))
