"""Values of fields: checked and brought to the form in which they are kept, and back to the wire.

Kept are: true and false as 1 and 0, numbers as numbers, dates as `2025-08-30`, datetimes as
`2025-08-30T10:00:00.000+0000` (always UTC, so they sort as text), the rest as text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sandbox.salesforce import messages
from sandbox.salesforce.keys import normalised_id
from sandbox.salesforce.messages import SalesforceError
from sandbox.salesforce.schema import ID_TYPES, NUMBER_TYPES, TEXT_TYPES, Field

Kept = str | int | float | None

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATETIME = re.compile(
    r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?"
)


def wire_datetime(instant: datetime) -> str:
    """An instant as the REST API writes it: `2025-08-30T10:00:00.000+0000`."""
    utc = instant.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}+0000"


def parse_datetime(text: str) -> datetime | None:
    """An ISO instant with any offset (none means UTC); None if it is no instant."""
    match = _DATETIME.fullmatch(text)
    if match is None:
        return None
    offset = (match[2] or "Z").replace("Z", "+00:00")
    if ":" not in offset:
        offset = f"{offset[:3]}:{offset[3:]}"
    try:
        return datetime.fromisoformat(match[1] + offset).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def parse_date(text: str) -> str | None:
    """A date as it is kept, from a date or the day of a datetime; None if it is neither."""
    day = text[:10]
    if not _DATE.fullmatch(day) or (len(text) > 10 and parse_datetime(text) is None):
        return None
    try:
        date.fromisoformat(day)
    except ValueError:
        return None
    return day


def kept_value(field: Field, value: Any) -> Kept:
    """Check a value given for `field` and return the form in which it is kept.

    Text is accepted where a number or a truth is due, as in CSV. Raises SalesforceError.
    """
    if value is None or value == "":
        return 0 if field.type == "boolean" else None
    if field.type == "boolean":
        return _kept_boolean(value)
    if field.type == "int" or field.type in NUMBER_TYPES:
        return _kept_number(field, value)
    if field.type == "date":
        return _kept_by(parse_date, "date", value)
    if field.type == "datetime":
        return _kept_by(_kept_datetime, "datetime", value)
    if field.type in ID_TYPES:
        return _kept_id(field, value)
    if field.type == "anyType" and isinstance(value, int | float):
        return value
    return _kept_text(field, value)


def loader(field: Field) -> Callable[[Any], Kept]:
    """`kept_value` for one field, quick for values that are in their kept form already."""
    if field.type == "boolean":
        return lambda value: int(value) if isinstance(value, bool) else kept_value(field, value)
    if field.type in NUMBER_TYPES:
        return lambda value: (
            float(value)
            if type(value) in (int, float) and abs(value) < 1e12
            else kept_value(field, value)
        )
    if field.type == "datetime":
        return lambda value: (
            value
            if isinstance(value, str) and len(value) == 28 and value.endswith("+0000")
            else kept_value(field, value)
        )
    if (
        field.type in TEXT_TYPES
        and field.type != "anyType"
        and not (field.is_restricted and field.values)
    ):
        longest = field.length or 131072
        return lambda value: (
            value
            if isinstance(value, str) and 0 < len(value) <= longest
            else kept_value(field, value)
        )
    return lambda value: kept_value(field, value)


def wire_value(field: Field, kept: Any) -> Any:
    """A kept value as JSON carries it."""
    if kept is None:
        return None
    if field.type == "boolean":
        return bool(kept)
    return kept


def _kept_boolean(value: Any) -> int:
    if isinstance(value, bool):
        return int(value)
    text = str(value).strip().casefold()
    if text in ("true", "1"):
        return 1
    if text in ("false", "0"):
        return 0
    raise messages.value_of_wrong_type("boolean", str(value))


def _kept_number(field: Field, value: Any) -> int | float:
    kind = "int" if field.type == "int" else "double"
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise messages.value_of_wrong_type(kind, str(value))
    try:
        number = float(value)
    except (ValueError, OverflowError) as error:
        raise messages.value_of_wrong_type(kind, str(value)) from error
    if not math.isfinite(number):
        raise messages.value_of_wrong_type(kind, str(value))
    if field.type == "int":
        if number != int(number) or abs(number) >= 2**31:
            raise messages.value_of_wrong_type(kind, str(value))
        return int(number)
    if field.precision and abs(number) >= 10 ** (field.precision - field.scale):
        raise messages.number_out_of_range(field.label, field.name, number)
    # Guess: the API keeps a number to the field's decimals, rounded half up.
    step = Decimal(1).scaleb(-field.scale)
    return float(Decimal(repr(number)).quantize(step, rounding=ROUND_HALF_UP))


def _kept_by(parse: Any, kind: str, value: Any) -> str:
    parsed = parse(value) if isinstance(value, str) else None
    if parsed is None:
        raise messages.value_of_wrong_type(kind, str(value))
    return str(parsed)


def _kept_datetime(text: str) -> str | None:
    instant = parse_datetime(text)
    return None if instant is None else wire_datetime(instant)


def _kept_id(field: Field, value: Any) -> str:
    found = normalised_id(value) if isinstance(value, str) else None
    if found is None:
        raise messages.id_malformed(field.label, field.name, str(value))
    return found


def _kept_text(field: Field, value: Any) -> str:
    if isinstance(value, bool | int | float):
        value = str(value).lower() if isinstance(value, bool) else str(value)
    if not isinstance(value, str) or field.type not in TEXT_TYPES:
        raise messages.value_of_wrong_type(field.type, str(value))
    if field.length and len(value) > field.length:
        raise messages.text_too_long(field.label, field.name, value, field.length)
    if field.is_restricted and field.values and value not in field.values:
        raise messages.picklist_value_bad(field.label, field.name, value)
    return value


def check_error(error: SalesforceError, field: Field) -> SalesforceError:
    """The same error with the field named, where its own words don't name it."""
    return SalesforceError(error.code, error.message, error.fields or (field.name,))
