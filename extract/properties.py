"""The properties a system's objects are known to have, and the kind of each (from real schemas)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from extract.source import ObjectSpec

CUSTOM = {"salesforce": "__c", "sap_b1": "U_"}


@dataclass(frozen=True)
class Properties:
    """Fields of one type: name → kind, and collections: name → type of their elements."""

    system: str
    kinds: Mapping[str, str]
    collections: Mapping[str, str]

    def kind(self, field: str) -> str | None:
        """Kind of a field; a custom field is text unless told otherwise; None when unknown."""
        if field in self.kinds:
            return self.kinds[field]
        return "text" if self.is_custom(field) else None

    def is_custom(self, field: str) -> bool:
        """True for the company's own fields (Name__c, U_Name)."""
        mark = CUSTOM[self.system]
        return field.endswith(mark) if self.system == "salesforce" else field.startswith(mark)

    def elements(self, collection: str) -> Properties:
        """Properties of the elements of a nested collection."""
        return _properties(self.system, _fields(self.system, self.collections.get(collection, "")))


def properties_of(spec: ObjectSpec) -> Properties:
    """The declared properties of one object."""
    type_name = str(_file(spec.system)["objects"].get(spec.name, ""))
    return _properties(spec.system, _fields(spec.system, type_name))


@cache
def number_names(spec: ObjectSpec) -> frozenset[str]:
    """Every number property of the object and of its nested collections, by name."""
    found: set[str] = set()
    waiting, seen = [properties_of(spec)], set[str]()
    while waiting:
        level = waiting.pop()
        found.update(name for name, kind in level.kinds.items() if kind == "number")
        for collection, element in level.collections.items():
            if element not in seen:
                seen.add(element)
                waiting.append(level.elements(collection))
    return frozenset(found)


def _properties(system: str, fields: Mapping[str, object]) -> Properties:
    return Properties(
        system,
        {name: kind for name, kind in fields.items() if isinstance(kind, str)},
        {name: kind[0] for name, kind in fields.items() if isinstance(kind, list)},
    )


def _fields(system: str, type_name: str) -> Mapping[str, object]:
    found = _file(system)["types"].get(type_name, {})
    return found if isinstance(found, dict) else {}


@cache
def _file(system: str) -> dict[str, dict[str, object]]:
    path = Path(__file__).parent / system / "properties.json"
    content: dict[str, dict[str, object]] = json.loads(path.read_text("utf-8"))
    return content
