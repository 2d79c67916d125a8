"""Brings incoming values to the form in which they are stored: enum names, UTC-midnight dates."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any

from sandbox.sap_b1.messages import select_invalid, value_invalid
from sandbox.sap_b1.odata.statement import calendar_date
from sandbox.sap_b1.schema import Property, Schema, Structure

Body = dict[str, Any]

USER_FIELD_PREFIX = "U_"


Converter = Callable[[Any], Any]
"""Brings one value to its stored form; raises Refusal, ValueError or TypeError when unfit."""


class Fields:
    """The declared properties of every structure, with the user fields declared so far."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._user_fields: dict[str, dict[str, Property]] = {}
        self._converters: dict[str, dict[str, Converter]] = {}
        self.version = 0

    def declare(self, structure_name: str, prop: Property) -> None:
        """Add a user field (its name starts with `U_`) to a structure."""
        self._user_fields.setdefault(structure_name, {})[prop.name] = prop
        self._converters.pop(structure_name, None)
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
        converters = self._converters.get(structure.name) or self._converters_of(structure)
        body: Body = {}
        for name, value in incoming.items():
            convert = converters.get(name)
            if convert is None:
                self._store_odd(structure, name, value, body)
            elif value is None:
                body[name] = None
            else:
                try:
                    body[name] = convert(value)
                except (ValueError, TypeError, AttributeError, OverflowError) as error:
                    raise value_invalid(name, value) from error
        return body

    def _store_odd(self, structure: Structure, name: str, value: Any, body: Body) -> None:
        """A name that is no property: an annotation, v1's name for one, or a mistake.

        v1 calls a property by its type's own name where v2 appends `Property`.
        """
        if "@odata." in name or name.startswith("odata."):
            return  # bindings are silently ignored [LIVE]
        renamed = f"{name}Property"
        if name != structure.name or renamed not in structure.properties:
            raise select_invalid(name, structure.name)
        body.update(self.stored(structure, {renamed: value}))

    def _converters_of(self, structure: Structure) -> dict[str, Converter]:
        made = {name: self._converter(prop) for name, prop in self.all(structure).items()}
        self._converters[structure.name] = made
        return made

    def _converter(self, prop: Property) -> Converter:
        if prop.kind == "complex":
            inner = self.schema.structure_of(prop)
            return self._rows_of(inner) if prop.is_collection else partial(self.stored, inner)
        if prop.kind == "enum":
            enum = self.schema.enums[prop.type_name]
            return _member_of({**enum.member_by_code, **{name: name for name in enum.members}})
        return _CONVERTERS[prop.kind]

    def _rows_of(self, structure: Structure) -> Converter:
        def rows(value: Any) -> list[Body]:
            if not isinstance(value, list):
                raise TypeError(value)
            return [self.stored(structure, row) for row in value]

        return rows


def _member_of(known: Mapping[str, str]) -> Converter:
    def member(value: Any) -> str:
        found = known.get(value) if isinstance(value, str) else known.get(str(value))
        if found is None:
            raise ValueError(value)
        return found

    return member


def _text(value: Any) -> str:
    return value if isinstance(value, str) else _plain_number_text(value)


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


def _double(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(number)
    return number


@lru_cache(maxsize=4096)
def _date(value: str) -> str:
    return f"{calendar_date(value)}T00:00:00Z"


@lru_cache(maxsize=4096)
def _clock_time(value: str) -> str:
    digits = value.split("T")[-1].rstrip("Z").replace(":", "")
    if not digits.isdigit() or len(digits) not in (4, 6):
        raise ValueError(value)
    digits = digits.ljust(6, "0")
    return f"{digits[:2]}:{digits[2:4]}:{digits[4:]}"


_CONVERTERS: Mapping[str, Converter] = {
    "text": _text,
    "integer": _integer,
    "double": _double,
    "date": _date,
    "time": _clock_time,
}
