"""What the real Service Layer declares: entity sets, types, properties and enums, as data."""

from __future__ import annotations

import functools
import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

SCHEMA_FOLDER = Path(__file__).with_name("schema")
METADATA_FILE = SCHEMA_FOLDER / "metadata_v4.xml"
METADATA_FILE_V1 = SCHEMA_FOLDER / "metadata_v3.xml"
ENUM_CODES_FILE = SCHEMA_FOLDER / "enum_codes.json"

_EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
_NAMESPACE = "SAPB1."

Kind = Literal["text", "integer", "double", "date", "time", "enum", "complex"]

_KIND_BY_EDM_TYPE: Mapping[str, Kind] = {
    "Edm.String": "text",
    "Edm.Int32": "integer",
    "Edm.Double": "double",
    "Edm.DateTimeOffset": "date",
    "Edm.TimeOfDay": "time",
}


@dataclass(frozen=True, slots=True)
class Property:
    """One property: its kind, and for enums and complex types the name of that type."""

    name: str
    kind: Kind
    type_name: str
    is_collection: bool = False


@dataclass(frozen=True, slots=True)
class Structure:
    """An entity or complex type; `is_open` says whether user fields (`U_…`) may be added."""

    name: str
    key: tuple[str, ...]
    properties: Mapping[str, Property]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Enumeration:
    """An enum's member names and, where known, the database code of each."""

    name: str
    members: frozenset[str]
    code_by_member: Mapping[str, str]
    member_by_code: Mapping[str, str]

    def member(self, text: str) -> str | None:
        """The member's name for a name or a database code; None when it is neither."""
        if text in self.members:
            return text
        return self.member_by_code.get(text)


@dataclass(frozen=True, slots=True)
class EntitySet:
    """One entity set; `has_etag` as annotated (optimistic concurrency on DataVersion)."""

    name: str
    structure: Structure
    has_etag: bool
    actions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Schema:
    """Everything declared by one `$metadata` document."""

    sets: Mapping[str, EntitySet]
    structures: Mapping[str, Structure]
    enums: Mapping[str, Enumeration]

    def structure_of(self, prop: Property) -> Structure:
        """The complex type of a property whose kind is `complex`."""
        return self.structures[prop.type_name]


def _property(element: ElementTree.Element, enums: Mapping[str, Enumeration]) -> Property:
    name, declared = element.attrib["Name"], element.attrib["Type"]
    is_collection = declared.startswith("Collection(")
    type_name = declared.removeprefix("Collection(").removesuffix(")").removeprefix(_NAMESPACE)
    kind = _KIND_BY_EDM_TYPE.get(type_name)
    if kind is None:
        kind = "enum" if type_name in enums else "complex"
    return Property(name, kind, type_name, is_collection)


def _structure(element: ElementTree.Element, enums: Mapping[str, Enumeration]) -> Structure:
    properties = [_property(child, enums) for child in element.findall(f"{_EDM}Property")]
    return Structure(
        name=element.attrib["Name"],
        key=tuple(ref.attrib["Name"] for ref in element.iter(f"{_EDM}PropertyRef")),
        properties={prop.name: prop for prop in properties},
        is_open=element.get("OpenType") == "true",
    )


def _enumeration(element: ElementTree.Element, codes: Mapping[str, str]) -> Enumeration:
    members = frozenset(child.attrib["Name"] for child in element.findall(f"{_EDM}Member"))
    known = {member: code for member, code in codes.items() if member in members}
    return Enumeration(
        name=element.attrib["Name"],
        members=members,
        code_by_member=known,
        member_by_code={code: member for member, code in known.items()},
    )


def _bound_operations(root: ElementTree.Element) -> dict[str, set[str]]:
    """Entity type → names of the actions and functions bound to it."""
    bound: dict[str, set[str]] = {}
    for tag in ("Action", "Function"):
        for element in root.iter(f"{_EDM}{tag}"):
            parameter = element.find(f"{_EDM}Parameter")
            if element.get("IsBound") == "true" and parameter is not None:
                owner = parameter.attrib["Type"].removeprefix(_NAMESPACE)
                bound.setdefault(owner, set()).add(element.attrib["Name"])
    return bound


def _entity_set(
    element: ElementTree.Element,
    structures: Mapping[str, Structure],
    bound: Mapping[str, set[str]],
) -> EntitySet:
    structure = structures[element.attrib["EntityType"].removeprefix(_NAMESPACE)]
    terms = {child.get("Term", "") for child in element.findall(f"{_EDM}Annotation")}
    return EntitySet(
        name=element.attrib["Name"],
        structure=structure,
        has_etag=any(term.endswith("OptimisticConcurrency") for term in terms),
        actions=frozenset(bound.get(structure.name, set())),
    )


@functools.cache
def load_schema() -> Schema:
    """Read the shipped `$metadata` and enum codes (once per process)."""
    root = ElementTree.parse(METADATA_FILE).getroot()
    codes: dict[str, dict[str, str]] = json.loads(ENUM_CODES_FILE.read_text(encoding="utf-8"))
    enums = {
        element.attrib["Name"]: _enumeration(element, codes.get(element.attrib["Name"], {}))
        for element in root.iter(f"{_EDM}EnumType")
    }
    structures = {
        element.attrib["Name"]: _structure(element, enums)
        for tag in ("ComplexType", "EntityType")
        for element in root.iter(f"{_EDM}{tag}")
    }
    bound = _bound_operations(root)
    sets = [_entity_set(element, structures, bound) for element in root.iter(f"{_EDM}EntitySet")]
    return Schema({entity_set.name: entity_set for entity_set in sets}, structures, enums)
