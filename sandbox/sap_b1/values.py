"""Brings incoming values to the form in which they are stored: enum names, UTC-midnight dates."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sandbox.sap_b1.messages import Refusal, select_invalid, value_invalid
from sandbox.sap_b1.odata.statement import BadConstantError, calendar_date
from sandbox.sap_b1.schema import Property, Schema, Structure

Body = dict[str, Any]

USER_FIELD_PREFIX = "U_"


class Fields:
    """The declared properties of every structure, with the user fields declared so far."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._user_fields: dict[str, dict[str, Property]] = {}
        self.version = 0

    def declare(self, structure_name: str, prop: Property) -> None:
        """Add a user field (its name starts with `U_`) to a structure."""
        self._user_fields.setdefault(structure_name, {})[prop.name] = prop
        self.version += 1

    def user_fields(self, structure_name: str) -> Mapping[str, Property]:
        """The user fields of a structure, in order of declaration."""
        return self._user_fields.get(structure_name, {})

    def find(self, structure: Structure, name: str) -> Property | None:
        """The property of that name, declared by SAP or by the company."""
        prop = structure.properties.get(name)
        return prop if prop is not None else self.user_fields(structure.name).get(name)

    def all(self, structure: Structure) -> dict[str, Property]:
        """Every property of a structure: SAP's own, then the company's."""
        return {**structure.properties, **self.user_fields(structure.name)}

    def stored(self, structure: Structure, incoming: Mapping[str, Any]) -> Body:
        """The incoming object as stored; raises Refusal for an unknown name or an unfit value."""
        body: Body = {}
        for name, value in incoming.items():
            if "@odata." in name or name.startswith("odata."):
                continue  # annotations are no properties; bindings are silently ignored [LIVE]
            prop = self.find(structure, name) or self._renamed(structure, name)
            if prop is None:
                raise select_invalid(name, structure.name)
            body[prop.name] = self._stored_value(prop, value)
        return body

    def _renamed(self, structure: Structure, name: str) -> Property | None:
        """v1 calls a property by its type's own name where v2 appends `Property`."""
        return structure.properties.get(f"{name}Property") if name == structure.name else None

    def _stored_value(self, prop: Property, value: Any) -> Any:
        if value is None:
            return [] if prop.is_collection else None
        if prop.kind == "complex":
            return self._stored_complex(prop, value)
        try:
            return self._stored_scalar(prop, value)
        except (ValueError, TypeError, BadConstantError) as error:
            raise value_invalid(prop.name, value) from error

    def _stored_complex(self, prop: Property, value: Any) -> Any:
        structure = self.schema.structure_of(prop)
        rows = value if prop.is_collection else [value]
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise value_invalid(prop.name, value)
        stored = [self.stored(structure, row) for row in rows]
        return stored if prop.is_collection else stored[0]

    def _stored_scalar(self, prop: Property, value: Any) -> Any:
        if prop.kind == "text":
            return value if isinstance(value, str) else _plain_number_text(value)
        if prop.kind == "integer":
            return _integer(value)
        if prop.kind == "double":
            return _finite(float(value))
        if prop.kind == "date":
            return f"{calendar_date(value)}T00:00:00Z"
        if prop.kind == "time":
            return _clock_time(value)
        member = self.schema.enums[prop.type_name].member(str(value))
        if member is None:
            raise ValueError(value)
        return member


def _plain_number_text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(value)
    return str(value)


def _integer(value: Any) -> int:
    if isinstance(value, bool):
        raise ValueError(value)
    number = float(value)
    if number != int(number):
        raise ValueError(value)
    return int(number)


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError(number)
    return number


def _clock_time(value: str) -> str:
    digits = value.split("T")[-1].rstrip("Z").replace(":", "")
    if not digits.isdigit() or len(digits) not in (4, 6):
        raise ValueError(value)
    digits = digits.ljust(6, "0")
    return f"{digits[:2]}:{digits[2:4]}:{digits[4:]}"


__all__ = ["USER_FIELD_PREFIX", "Body", "Fields", "Refusal"]
