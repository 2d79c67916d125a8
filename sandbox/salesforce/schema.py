"""Which objects and fields there are: recorded describes, a WSDL's names, and the org's own.

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
RECORDED = ("Account", "Contact", "Opportunity", "Case", "Lead")

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

_XSD_TYPES = {
    "xsd:string": "string",
    "xsd:boolean": "boolean",
    "xsd:double": "double",
    "xsd:int": "int",
    "xsd:date": "date",
    "xsd:dateTime": "datetime",
    "xsd:anyType": "anyType",
    "tns:ID": "reference",
    "tns:address": "address",
}
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

# A WSDL tells string from double only; which of them are picklists, currencies … is assumed from
# Salesforce's Object Reference (names only, not checked against an org).
_ASSUMED_TYPES = {
    "currency": {
        "ActualCost",
        "Amount",
        "AmountAllOpportunities",
        "AmountWonOpportunities",
        "BudgetedCost",
        "ExpectedRevenue",
        "ListPrice",
        "PrevAmount",
        "Subtotal",
        "TotalAmount",
        "TotalPrice",
        "UnitPrice",
    },
    "percent": {"Discount", "Probability", "ExpectedResponse", "DefaultProbability"},
    "textarea": {"Description", "Street", "BillingStreet", "ShippingStreet", "Signature"},
    "email": {"Email", "SenderEmail"},
    "phone": {"Phone", "Fax", "MobilePhone", "Extension"},
    "url": {"DisplayUrl", "FullPhotoUrl", "SmallPhotoUrl"},
    "picklist": {
        "Family",
        "ForecastCategory",
        "ForecastCategoryName",
        "LeadSource",
        "LanguageLocaleKey",
        "LocaleSidKey",
        "EmailEncodingKey",
        "Priority",
        "QuantityUnitOfMeasure",
        "Role",
        "StageName",
        "Status",
        "TimeZoneSidKey",
        "Type",
        "UserType",
    },
}
_ASSUMED_REQUIRED = {
    "Campaign": {"Name"},
    "CampaignMember": {"CampaignId"},
    "OpportunityLineItem": {"OpportunityId", "Quantity"},
    "OpportunityContactRole": {"OpportunityId", "ContactId"},
    "Product2": {"Name"},
    "Pricebook2": {"Name"},
    "PricebookEntry": {"Pricebook2Id", "Product2Id", "UnitPrice"},
    "User": {"Username", "LastName", "Email", "Alias", "TimeZoneSidKey", "LocaleSidKey"},
    "Order": {"EffectiveDate", "Status", "AccountId"},
    "OrderItem": {"OrderId", "Quantity", "UnitPrice"},
    "PermissionSet": {"Name", "Label"},
    "PermissionSetAssignment": {"PermissionSetId", "AssigneeId"},
    "FieldPermissions": {"ParentId", "SobjectType", "Field"},
    "ObjectPermissions": {"ParentId", "SobjectType"},
}
_ASSUMED_LENGTHS = {"Description": 32000, "Street": 255, "Name": 255, "Username": 80, "Alias": 8}
_SERVER_FIELDS = frozenset(
    {
        "Id",
        "IsDeleted",
        "CreatedDate",
        "CreatedById",
        "LastModifiedDate",
        "LastModifiedById",
        "SystemModstamp",
        "LastViewedDate",
        "LastReferencedDate",
        "LastActivityDate",
    }
)
_DERIVED = {
    "OpportunityLineItem": {"Name", "ListPrice", "ProductCode"},
    "PricebookEntry": {"Name", "ProductCode", "IsArchived"},
    "User": {"Name"},
    "Campaign": {
        "AmountAllOpportunities",
        "AmountWonOpportunities",
        "NumberOfContacts",
        "NumberOfConvertedLeads",
        "NumberOfLeads",
        "NumberOfOpportunities",
        "NumberOfResponses",
        "NumberOfWonOpportunities",
    },
    "Product2": {"IsArchived"},
    "Pricebook2": {"IsArchived", "IsStandard"},
}
_READ_ONLY_OBJECTS = frozenset(
    {
        "OpportunityHistory",
        "OpportunityFieldHistory",
        "OpportunityStage",
        "Organization",
        "Profile",
        "RecordType",
    }
)
_CHILD_RELATIONS = {
    # The WSDL names child relationships without their object; these are the ones that are served.
    "Product2": [("PricebookEntries", "PricebookEntry", "Product2Id")],
    "Pricebook2": [
        ("PricebookEntries", "PricebookEntry", "Pricebook2Id"),
        ("Opportunities", "Opportunity", "Pricebook2Id"),
    ],
    "PricebookEntry": [("OpportunityLineItems", "OpportunityLineItem", "PricebookEntryId")],
    "Campaign": [
        ("CampaignMembers", "CampaignMember", "CampaignId"),
        ("Opportunities", "Opportunity", "CampaignId"),
        ("ChildCampaigns", "Campaign", "ParentId"),
    ],
    "PermissionSet": [
        ("FieldPerms", "FieldPermissions", "ParentId"),
        ("ObjectPerms", "ObjectPermissions", "ParentId"),
        ("Assignments", "PermissionSetAssignment", "PermissionSetId"),
    ],
    "User": [("PermissionSetAssignments", "PermissionSetAssignment", "AssigneeId")],
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
        return _sobject(
            self.name, self.label, self.plural, fields, self.children.values(), self.described
        )

    def only_fields(self, names: Iterable[str]) -> SObject:
        """The same object with some of its fields."""
        fields = {name: self.fields[name] for name in names}
        return _sobject(
            self.name, self.label, self.plural, fields, self.children.values(), self.described
        )


def _sobject(
    name: str,
    label: str,
    plural: str,
    fields: Mapping[str, Field],
    children: Iterable[Child],
    described: Mapping[str, Any],
) -> SObject:
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
        "label": other.pop("label", _label(name)),
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
    described = _recorded("Account")
    found: Mapping[str, Any] = next(
        entry for entry in described["fields"] if entry["name"] == "Site"
    )
    return found


@functools.cache
def _recorded(name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(
        (SCHEMA_FOLDER / f"{name}.describe.json").read_text(encoding="utf-8")
    )
    return found


def _label(name: str) -> str:
    stem = name.removesuffix("__c").removesuffix("Id") or name
    spaced = "".join(
        f" {letter}"
        if letter.isupper() and position and not stem[position - 1].isupper()
        else letter
        for position, letter in enumerate(stem)
    )
    return spaced.replace("_", " ").replace("  ", " ").strip()


def _from_recorded(name: str) -> SObject:
    described = _recorded(name)
    fields = {
        entry["name"]: field_from_describe(entry)
        for entry in described["fields"]
        # The recorded org had a few custom test fields of its own.
        if not entry["name"].endswith("__c")
    }
    children = [
        Child(entry["relationshipName"], entry["childSObject"], entry["field"])
        for entry in described["childRelationships"]
        if entry["relationshipName"] and not entry["childSObject"].endswith("__c")
    ]
    return _sobject(name, described["label"], described["labelPlural"], fields, children, described)


def _from_names(name: str, kinds: Mapping[str, tuple[str, str | None]]) -> SObject:
    """An object of which only names and rough types are known: kinds[field] = type, parent."""
    derived = _DERIVED.get(name, set())
    required = _ASSUMED_REQUIRED.get(name, set())
    fields = {}
    for field_name, (kind, parent) in kinds.items():
        is_server = field_name in _SERVER_FIELDS or field_name in derived
        writable = not is_server and name not in _READ_ONLY_OBJECTS and kind != "address"
        needed = field_name in required
        other: dict[str, Any] = {
            "createable": writable,
            "updateable": writable,
            "nillable": kind not in ("boolean", "id")
            and not needed
            and field_name not in ("CreatedDate", "SystemModstamp", "LastModifiedDate"),
            "nameField": field_name == "Name",
            "idLookup": field_name == "Id",
        }
        if field_name in _SERVER_FIELDS:
            other["defaultedOnCreate"] = True
        if kind in TEXT_TYPES:
            other["length"] = _ASSUMED_LENGTHS.get(field_name, 255)
        if kind == "reference":
            other["relationshipName"] = field_name.removesuffix("Id") if parent else None
            other["referenceTo"] = [parent] if parent else []
        if kind == "picklist":
            other["picklistValues"] = []
        fields[field_name] = described_field(field_name, kind, **other)
    label = _label(name)
    children = [Child(*entry) for entry in _CHILD_RELATIONS.get(name, [])]
    return _sobject(name, label, f"{label}s", fields, children, _object_template(name, label))


def _object_template(name: str, label: str) -> Mapping[str, Any]:
    """Object-level keys of a describe, after Account's recorded one."""
    account = _recorded("Account")
    kept = {key: value for key, value in account.items() if key not in ("fields", "urls")}
    return {
        **kept,
        "childRelationships": [
            {
                "cascadeDelete": False,
                "childSObject": child,
                "deprecatedAndHidden": False,
                "field": child_field,
                "junctionIdListNames": [],
                "junctionReferenceTo": [],
                "relationshipName": relation,
                "restrictedDelete": False,
            }
            for relation, child, child_field in _CHILD_RELATIONS.get(name, [])
        ],
        "recordTypeInfos": [],
        "name": name,
        "label": label,
        "labelPlural": f"{label}s",
        "keyPrefix": prefix_of(name),
        "createable": name not in _READ_ONLY_OBJECTS,
        "updateable": name not in _READ_ONLY_OBJECTS,
        "deletable": name not in _READ_ONLY_OBJECTS,
        "mergeable": False,
        "urls": {key: text.replace("Account", name) for key, text in account["urls"].items()},
    }


def _wsdl_kinds(fields: Mapping[str, str]) -> dict[str, tuple[str, str | None]]:
    kinds: dict[str, tuple[str, str | None]] = {"Id": ("id", None)}
    for name, text in fields.items():
        kind = _XSD_TYPES.get(text)
        if kind is None:
            continue  # a parent relationship, read with its id field below
        for assumed, names in _ASSUMED_TYPES.items():
            if name in names and kind in ("string", "double"):
                kind = assumed
        parent = fields.get(name.removesuffix("Id")) if kind == "reference" else None
        kinds[name] = (kind, None if parent == "sObject" else parent)
    return kinds


def _setup_kinds(fields: Mapping[str, str]) -> dict[str, tuple[str, str | None]]:
    return {
        name: ("reference", kind) if kind[0].isupper() else (kind, None)
        for name, kind in fields.items()
    }


@functools.cache
def standard_objects() -> Mapping[str, SObject]:
    """Every object that is served, without any org's custom fields, by name."""
    found = {name: _from_recorded(name) for name in RECORDED}
    wsdl = json.loads((SCHEMA_FOLDER / "wsdl_objects.json").read_text(encoding="utf-8"))
    for name, fields in wsdl["objects"].items():
        found[name] = _from_names(name, _wsdl_kinds(fields))
    setup = json.loads((SCHEMA_FOLDER / "setup_objects.json").read_text(encoding="utf-8"))
    for name, fields in setup.items():
        found[name] = _from_names(name, _setup_kinds(fields))
    return found


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


def describe_result(sobject: SObject, version: str, address: str) -> dict[str, Any]:
    """The answer to `sobjects/<name>/describe`."""
    described = dict(sobject.described)
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
