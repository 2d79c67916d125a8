"""What the real Service Layer declares: entity sets, types, properties and enums, as data."""

from __future__ import annotations

import functools
import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

SCHEMA_FOLDER = Path(__file__).with_name("schema")
METADATA_FILE = SCHEMA_FOLDER / "metadata_v4.xml"
METADATA_FILE_V1 = SCHEMA_FOLDER / "metadata_v3.xml"
ENUM_CODES_FILE = SCHEMA_FOLDER / "enum_codes.json"

_EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
_NAMESPACE = "SAPB1."

Kind = Literal["text", "integer", "double", "date", "time", "enum", "complex"]

KIND_BY_EDM_TYPE: Mapping[str, Kind] = {
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
class Navigation:
    """A way from an entity to others: those of `target` whose `theirs` equals its own `own`."""

    name: str
    target: str
    is_collection: bool
    own: str
    theirs: str


@dataclass(frozen=True, slots=True)
class EntitySet:
    """One entity set; `has_etag` as annotated (optimistic concurrency on DataVersion)."""

    name: str
    structure: Structure
    has_etag: bool
    actions: frozenset[str]
    navigations: Mapping[str, Navigation] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Schema:
    """Everything declared by one `$metadata` document.

    `lists` has the services that list entities in short (`RouteStagesService_GetList` …): the set
    that each of them lists, and the structure it answers with. `operations` are all that stand
    alone.
    """

    sets: Mapping[str, EntitySet]
    structures: Mapping[str, Structure]
    enums: Mapping[str, Enumeration]
    lists: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    operations: frozenset[str] = frozenset()

    def structure_of(self, prop: Property) -> Structure:
        """The complex type of a property whose kind is `complex`."""
        return self.structures[prop.type_name]


def _property(element: ElementTree.Element, enums: Mapping[str, Enumeration]) -> Property:
    name, declared = element.attrib["Name"], element.attrib["Type"]
    is_collection = declared.startswith("Collection(")
    type_name = declared.removeprefix("Collection(").removesuffix(")").removeprefix(_NAMESPACE)
    kind = KIND_BY_EDM_TYPE.get(type_name)
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


def _operations(root: ElementTree.Element) -> frozenset[str]:
    """The actions and functions that are bound to nothing."""
    return frozenset(
        element.attrib["Name"]
        for tag in ("Action", "Function")
        for element in root.iter(f"{_EDM}{tag}")
        if element.get("IsBound") != "true"
    )


@dataclass(frozen=True, slots=True)
class _Way:
    """A navigation property as its entity type declares it, whatever set it will lead to."""

    type_name: str
    is_collection: bool
    partner: str
    pair: tuple[str, str] | None  # own property, referenced property


def _ways(root: ElementTree.Element) -> dict[str, dict[str, _Way]]:
    """Entity type → its navigation properties by name."""
    found: dict[str, dict[str, _Way]] = {}
    for owner in root.iter(f"{_EDM}EntityType"):
        ways = found[owner.attrib["Name"]] = {}
        for element in owner.findall(f"{_EDM}NavigationProperty"):
            declared = element.attrib["Type"]
            constraint = element.find(f"{_EDM}ReferentialConstraint")
            ways[element.attrib["Name"]] = _Way(
                type_name=declared.removeprefix("Collection(").removesuffix(")").partition(".")[2],
                is_collection=declared.startswith("Collection("),
                partner=element.get("Partner", ""),
                pair=None
                if constraint is None
                else (constraint.attrib["Property"], constraint.attrib["ReferencedProperty"]),
            )
    return found


def _navigations(
    element: ElementTree.Element, type_name: str, ways: Mapping[str, Mapping[str, _Way]]
) -> dict[str, Navigation]:
    """The navigation properties of an entity set that lead somewhere by a declared constraint.

    A collection has none of its own: the way back from the other side (its partner) states it.
    """
    found: dict[str, Navigation] = {}
    for binding in element.findall(f"{_EDM}NavigationPropertyBinding"):
        name, target = binding.attrib["Path"], binding.attrib["Target"]
        way = ways[type_name].get(name)
        if way is None:
            continue
        pair = way.pair
        if way.is_collection:
            back = ways[way.type_name].get(way.partner)
            pair = (back.pair[1], back.pair[0]) if back is not None and back.pair else None
        if pair is not None:
            found[name] = Navigation(name, target, way.is_collection, *pair)
    return found


def _lists(root: ElementTree.Element, sets: Iterable[EntitySet]) -> dict[str, tuple[str, str]]:
    """Services without parameters that answer with a collection of `…Params` of one set."""
    owners: dict[str, list[str]] = {}
    for entity_set in sets:
        owners.setdefault(f"{entity_set.structure.name}Params", []).append(entity_set.name)
    found: dict[str, tuple[str, str]] = {}
    for tag in ("Action", "Function"):
        for element in root.iter(f"{_EDM}{tag}"):
            answer = element.find(f"{_EDM}ReturnType")
            if answer is None or element.find(f"{_EDM}Parameter") is not None:
                continue
            inner = answer.attrib["Type"].removeprefix(f"Collection({_NAMESPACE}").removesuffix(")")
            if len(owners.get(inner, ())) == 1:
                found[element.attrib["Name"]] = (owners[inner][0], inner)
    return found


def _entity_set(
    element: ElementTree.Element,
    structures: Mapping[str, Structure],
    bound: Mapping[str, set[str]],
    ways: Mapping[str, Mapping[str, _Way]],
) -> EntitySet:
    structure = structures[element.attrib["EntityType"].removeprefix(_NAMESPACE)]
    terms = {child.get("Term", "") for child in element.findall(f"{_EDM}Annotation")}
    return EntitySet(
        name=element.attrib["Name"],
        structure=structure,
        has_etag=any(term.endswith("OptimisticConcurrency") for term in terms),
        actions=frozenset(bound.get(structure.name, set())),
        navigations=_navigations(element, structure.name, ways),
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
    bound, ways = _bound_operations(root), _ways(root)
    sets = [
        _entity_set(element, structures, bound, ways) for element in root.iter(f"{_EDM}EntitySet")
    ]
    by_name = {entity_set.name: entity_set for entity_set in sets}
    return Schema(by_name, structures, enums, _lists(root, sets), _operations(root))
