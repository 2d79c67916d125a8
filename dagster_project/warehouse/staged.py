"""Which field of a source stands in which column of staging, as the staging models say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache

from dagster_project.warehouse.folders import DBT_PROJECT
from extract import DECLARED, ObjectSpec

_FIELD = re.compile(r"\{\{ (text|whole|amount|day|instant|flag)\('(\w+)'\) \}\} as (\w+)")
_HEADER = re.compile(r"macro document_header\(\).*?endmacro", re.S)
_MILLIONTH = Decimal("0.000001")
_INSTANT_DIGITS = 23


@dataclass(frozen=True)
class StagedField:
    """A field of the source, how it is typed, and its column."""

    field: str
    kind: str
    column: str


@dataclass(frozen=True)
class StagedObject:
    """A declared object whose staging model has one row a record."""

    spec: ObjectSpec
    model: str
    key_column: str
    fields: tuple[StagedField, ...]


@dataclass(frozen=True)
class Difference:
    """A field whose value in the source is not the one in the warehouse."""

    field: str
    source: object
    warehouse: object


@cache
def staged_objects() -> tuple[StagedObject, ...]:
    """Every declared object with one key field that a staging model reads record by record."""
    header = _HEADER.findall((DBT_PROJECT / "macros" / "documents.sql").read_text("utf-8"))[0]
    found = []
    for path in sorted((DBT_PROJECT / "models" / "staging").glob("*/stg_*.sql")):
        sql = path.read_text("utf-8")
        if "document_header()" in sql:
            sql += header
        for spec in DECLARED:
            if f"current_raw('{spec.system}', '{spec.table}')" in sql and "parsed_fields(" in sql:
                fields = tuple(
                    StagedField(field, kind, column) for kind, field, column in _FIELD.findall(sql)
                )
                key = [one.column for one in fields if (one.field,) == spec.key]
                if key:
                    found.append(StagedObject(spec, path.stem, key[0], fields))
    return tuple(found)


def differences(
    fields: tuple[StagedField, ...], record: Mapping[str, object], row: Mapping[str, object]
) -> list[Difference]:
    """The fields in which a record of the source and its row in staging disagree."""
    return [
        Difference(one.field, record.get(one.field), row[one.column])
        for one in fields
        if _typed(one.kind, record.get(one.field)) != _plain(one.kind, row[one.column])
    ]


def _typed(kind: str, told: object) -> object:
    """A value as the source tells it, as staging types it; what can't be typed is empty."""
    if told is None:
        return None
    text = str(told).lower() if isinstance(told, bool) else str(told)
    if kind == "flag":
        return text.lower() in ("true", "tyes", "y", "1")
    if kind == "text":
        return text
    try:
        if kind == "day":
            return date.fromisoformat(text[:10])
        if kind == "instant":
            return datetime.fromisoformat(text[:_INSTANT_DIGITS])
        number = Decimal(text)
    except (ValueError, InvalidOperation):
        return None
    return number.quantize(_MILLIONTH)


def _plain(kind: str, value: object) -> object:
    """A value of staging in the same form."""
    if kind in ("whole", "amount") and value is not None:
        return Decimal(str(value)).quantize(_MILLIONTH)
    return value
