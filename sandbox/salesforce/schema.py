"""What an object and a field are, and how a describe shows them.

Every field, whatever it comes from, is described by the same 57 keys as a recorded one.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sandbox.salesforce.keys import prefix_of

SCHEMA_FOLDER = Path(__file__).with_name("schema")

TEXT_TYPES = frozenset(
    {
        "string",
        "textarea",
        "picklist",
        "phone",
        "url",
        "email",
        "combobox",
        "multipicklist",
        "encryptedstring",
        "anyType",
    }
)
NUMBER_TYPES = frozenset({"double", "currency", "percent"})
ID_TYPES = frozenset({"id", "reference"})

_SOAP_TYPES = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "address": "urn:address",
    "anyType": "xsd:anyType",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field; `described` holds the 57 keys of a describe, the rest are the ones used here."""

    name: str
    type: str
    label: str
    length: int
    precision: int
    scale: int
    nillable: bool
    createable: bool
    updateable: bool
    is_custom: bool
    is_external_id: bool
    is_unique: bool
    is_restricted: bool
    id_lookup: bool
    defaulted: bool
    default: Any
    values: tuple[str, ...]
    reference_to: tuple[str, ...]
    relationship: str | None
    help_text: str | None
    described: Mapping[str, Any] = field(repr=False, compare=False)

    @property
    def is_compound(self) -> bool:
        """Whether it is an address made of other fields, without a value of its own."""
        return self.type in ("address", "location")


@dataclass(frozen=True, slots=True)
class Child:
    """A child relationship: `name` in a subquery, the child's object and its field."""

    name: str
    sobject: str
    field: str


@dataclass(frozen=True, slots=True)
class SObject:
    """One object with its fields by name, in the order of the describe."""

    name: str
    label: str
    plural: str
    prefix: str
    fields: Mapping[str, Field]
    children: Mapping[str, Child]
    is_tooling: bool
    described: Mapping[str, Any] = field(repr=False, compare=False)
    by_folded_name: Mapping[str, Field] = field(repr=False, compare=False)
    rights: frozenset[str] = frozenset({"create", "read", "edit", "delete"})
    """What the asking user may do with records of it."""

    def field(self, name: str) -> Field | None:
        """A field by its name, whatever the case."""
        return self.by_folded_name.get(name.casefold())

    def reference(self, relationship: str) -> Field | None:
        """The reference field behind a parent relationship such as `Account` or `Owner`."""
        folded = relationship.casefold()
        return next(
            (
                found
                for found in self.fields.values()
                if found.relationship and found.relationship.casefold() == folded
            ),
            None,
        )

    def with_fields(self, extra: Iterable[Field]) -> SObject:
        """The same object with more fields, or with some of them described anew."""
        fields = {**self.fields, **{found.name: found for found in extra}}
        return make_sobject(
            self.name, self.label, self.plural, fields, self.children.values(), self.described
        )

    def only_fields(self, names: Iterable[str]) -> SObject:
        """The same object with some of its fields."""
        fields = {name: self.fields[name] for name in names}
        return make_sobject(
            self.name, self.label, self.plural, fields, self.children.values(), self.described
        )


def make_sobject(
    name: str,
    label: str,
    plural: str,
    fields: Mapping[str, Field],
    children: Iterable[Child],
    described: Mapping[str, Any],
) -> SObject:
    """An object of these fields and children; `described` are its own keys of a describe."""
    return SObject(
        name=name,
        label=label,
        plural=plural,
        prefix=prefix_of(name),
        fields=fields,
        children={child.name.casefold(): child for child in children},
        is_tooling=name == "CustomField",
        described=described,
        by_folded_name={key.casefold(): found for key, found in fields.items()},
    )


def field_from_describe(described: Mapping[str, Any]) -> Field:
    """A field from its 57 described keys."""
    return Field(
        name=described["name"],
        type=described["type"],
        label=described["label"],
        length=described["length"],
        precision=described["precision"] or described["digits"],
        scale=described["scale"],
        nillable=described["nillable"],
        createable=described["createable"],
        updateable=described["updateable"],
        is_custom=described["custom"],
        is_external_id=described["externalId"],
        is_unique=described["unique"],
        is_restricted=described["restrictedPicklist"],
        id_lookup=described["idLookup"],
        defaulted=described["defaultedOnCreate"],
        default=described["defaultValue"],
        values=tuple(
            entry["value"] for entry in described["picklistValues"] if entry.get("active", True)
        ),
        reference_to=tuple(described["referenceTo"]),
        relationship=described["relationshipName"],
        help_text=described["inlineHelpText"],
        described=described,
    )


def described_field(name: str, kind: str, **other: Any) -> Field:
    """A field described as a recorded one would be; `other` are describe keys to set."""
    template = _field_template()
    length = other.pop("length", 18 if kind in ID_TYPES else 255 if kind in TEXT_TYPES else 0)
    is_number = kind in NUMBER_TYPES
    own: dict[str, Any] = {
        "name": name,
        "label": other.pop("label", label_of(name)),
        "type": kind,
        "soapType": _SOAP_TYPES.get(kind, "xsd:double" if is_number else "xsd:string"),
        "length": length,
        "byteLength": 3 * length if kind in TEXT_TYPES else length,
        "precision": 18 if is_number else 0,
        "scale": 2 if is_number else 0,
        "digits": 9 if kind == "int" else 0,
        "createable": True,
        "updateable": True,
        "nillable": kind != "boolean",
        "defaultedOnCreate": kind == "boolean",
        "defaultValue": False if kind == "boolean" else None,
        "idLookup": False,
        "aggregatable": kind not in ("boolean", "address", "textarea"),
        "groupable": kind in ID_TYPES | {"string", "picklist", "boolean", "date", "int"},
        "filterable": kind != "address" and length <= 4000,
        "sortable": kind != "address" and length <= 4000,
    }
    return field_from_describe({**template, **own, **other})


@functools.cache
def _field_template() -> Mapping[str, Any]:
    """The describe of a plain text field, Account.Site, as every other's starting point."""
    described = recorded_describe("Account")
    found: Mapping[str, Any] = next(
        entry for entry in described["fields"] if entry["name"] == "Site"
    )
    return found


@functools.cache
def recorded_describe(name: str) -> Mapping[str, Any]:
    """The recorded describe of an object."""
    found: Mapping[str, Any] = json.loads(
        (SCHEMA_FOLDER / f"{name}.describe.json").read_text(encoding="utf-8")
    )
    return found


def label_of(name: str) -> str:
    """The label that a name suggests: `CloseDate` is "Close Date"."""
    stem = name.removesuffix("__c").removesuffix("Id") or name
    spaced = "".join(
        f" {letter}"
        if letter.isupper() and position and not stem[position - 1].isupper()
        else letter
        for position, letter in enumerate(stem)
    )
    return spaced.replace("_", " ").replace("  ", " ").strip()


def global_entry(sobject: SObject, version: str) -> dict[str, Any]:
    """One object as the global describe lists it."""
    template = _global_template()
    entry = {
        key: sobject.described.get(key, value) if key != "urls" else None
        for key, value in template.items()
    }
    entry |= {
        "name": sobject.name,
        "label": sobject.label,
        "labelPlural": sobject.plural,
        "keyPrefix": sobject.prefix,
        "custom": sobject.name.endswith("__c"),
    }
    entry |= _allowed(sobject)
    entry["urls"] = {
        key: text.replace("v52.0", f"v{version}").replace("Account", sobject.name)
        for key, text in template["urls"].items()
    }
    return entry


@functools.cache
def _global_template() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(
        (SCHEMA_FOLDER / "Account.global.json").read_text(encoding="utf-8")
    )
    return found


def _allowed(sobject: SObject) -> dict[str, Any]:
    """The keys of an object that depend on what the user may do."""
    return {
        key: bool(sobject.described.get(key)) and right in sobject.rights
        for key, right in (
            ("createable", "create"),
            ("updateable", "edit"),
            ("deletable", "delete"),
        )
    }


def describe_result(sobject: SObject, version: str, address: str) -> dict[str, Any]:
    """The answer to `sobjects/<name>/describe`."""
    described = {**sobject.described, **_allowed(sobject)}
    described["fields"] = [dict(found.described) for found in sobject.fields.values()]
    described["urls"] = {
        key: _own_url(text, version, address) for key, text in described["urls"].items()
    }
    described["recordTypeInfos"] = [
        {
            **info,
            "urls": {
                key: _own_url(text, version, address) for key, text in info.get("urls", {}).items()
            },
        }
        for info in described["recordTypeInfos"]
    ]
    return described


def _own_url(text: str, version: str, address: str) -> str:
    if text.startswith("http"):
        return address + "/" + text.split("/", 3)[3]
    parts = text.split("/")
    if len(parts) > 3 and parts[1:3] == ["services", "data"]:
        parts[3] = f"v{version}"
    return "/".join(parts)


def hidden_write(found: Field) -> Field:
    """The field as a user sees it who may read but not write it."""
    described = {**found.described, "createable": False, "updateable": False}
    return replace(found, createable=False, updateable=False, described=described)
