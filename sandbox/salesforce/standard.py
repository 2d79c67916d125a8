"""The objects that are served: recorded describes, a WSDL's names, and names of the reference."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from typing import Any

from sandbox.salesforce.keys import prefix_of
from sandbox.salesforce.schema import (
    SCHEMA_FOLDER,
    TEXT_TYPES,
    Child,
    SObject,
    described_field,
    field_from_describe,
    label_of,
    make_sobject,
    recorded_describe,
)

RECORDED = ("Account", "Contact", "Opportunity", "Case", "Lead")

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
    "textarea": {
        "Description",
        "Street",
        "BillingStreet",
        "ShippingStreet",
        "Signature",
        "SpecialTerms",
    },
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
        "ShowAs",
        "EventSubtype",
        "TaskSubtype",
        "CallType",
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
    "Order": {"EffectiveDate", "AccountId"},
    "OrderItem": {"OrderId", "Quantity", "UnitPrice"},
    "Asset": {"Name"},
    "CampaignMemberStatus": {"CampaignId", "Label"},
    "CaseComment": {"ParentId"},
    "Contract": {"AccountId"},
    "Group": {"Name"},
    "UserRole": {"Name"},
    "PermissionSet": {"Name", "Label"},
    "PermissionSetAssignment": {"PermissionSetId", "AssigneeId"},
    "FieldPermissions": {"ParentId", "SobjectType", "Field"},
    "ObjectPermissions": {"ParentId", "SobjectType"},
}
_ASSUMED_LENGTHS = {
    "Description": 32000,
    "CommentBody": 4000,
    "Street": 255,
    "Name": 255,
    "Username": 80,
    "Alias": 8,
}
_ASSUMED_DEFAULTS = {
    "CampaignMember": {"Status": "Sent"},
    "Contract": {"Status": "Draft"},
    "Event": {"ShowAs": "Busy"},
    "Order": {"Status": "Draft"},
    "Task": {"Status": "Not Started", "Priority": "Normal"},
}
# Relationships that lead to records of several objects; a WSDL says "sObject" of them.
_SEVERAL_PARENTS: dict[str, tuple[str, ...]] = {
    "Owner": ("Group", "User"),
    "CreatedBy": ("User",),
    "LeadOrContactOwner": ("Group", "User"),
    "Who": ("Contact", "Lead"),
    "What": (
        "Account",
        "Asset",
        "Campaign",
        "Case",
        "Contract",
        "Opportunity",
        "Order",
        "Product2",
    ),
}
_Kinds = Mapping[str, tuple[str, tuple[str, ...]]]

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
    "CampaignMember": {
        "City",
        "CompanyOrAccount",
        "Country",
        "Description",
        "DoNotCall",
        "Email",
        "Fax",
        "FirstName",
        "FirstRespondedDate",
        "HasOptedOutOfEmail",
        "HasOptedOutOfFax",
        "HasResponded",
        "LastName",
        "LeadOrContactId",
        "LeadOrContactOwnerId",
        "LeadSource",
        "MobilePhone",
        "Name",
        "Phone",
        "PostalCode",
        "Salutation",
        "State",
        "Street",
        "Title",
        "Type",
    },
    "CaseComment": {"CreatorId", "CreatorName"},
    "Contract": {"ContractNumber", "EndDate", "StatusCode"},
    "Event": {"AccountId", "IsArchived", "IsChild", "IsGroupEvent"},
    "OpportunityLineItem": {"Name", "ListPrice", "ProductCode"},
    "Order": {"OrderNumber", "StatusCode", "TotalAmount"},
    "OrderItem": {"ListPrice", "OrderItemNumber", "Product2Id", "TotalPrice"},
    "Task": {"AccountId", "CompletedDateTime", "IsArchived", "IsClosed", "IsHighPriority"},
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
        "AccountHistory",
        "CaseHistory",
        "CaseStatus",
        "ContactHistory",
        "LeadHistory",
        "LeadStatus",
        "OpportunityFieldHistory",
        "OpportunityHistory",
        "OpportunityStage",
        "OrderHistory",
        "TaskStatus",
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
        ("CampaignMemberStatuses", "CampaignMemberStatus", "CampaignId"),
        ("ChildCampaigns", "Campaign", "ParentId"),
        ("Tasks", "Task", "WhatId"),
        ("Events", "Event", "WhatId"),
    ],
    "Contract": [("Orders", "Order", "ContractId")],
    "Order": [
        ("OrderItems", "OrderItem", "OrderId"),
        ("Histories", "OrderHistory", "OrderId"),
        ("Tasks", "Task", "WhatId"),
        ("Events", "Event", "WhatId"),
    ],
    "PermissionSet": [
        ("FieldPerms", "FieldPermissions", "ParentId"),
        ("ObjectPerms", "ObjectPermissions", "ParentId"),
        ("Assignments", "PermissionSetAssignment", "PermissionSetId"),
    ],
    "User": [("PermissionSetAssignments", "PermissionSetAssignment", "AssigneeId")],
}


def _from_recorded(name: str) -> SObject:
    described = recorded_describe(name)
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
    return make_sobject(
        name, described["label"], described["labelPlural"], fields, children, described
    )


def object_from_names(name: str, kinds: _Kinds) -> SObject:
    """An object of which only names and rough types are known: kinds[field] = type, parents."""
    derived = _DERIVED.get(name, set())
    required = _ASSUMED_REQUIRED.get(name, set())
    fields = {}
    for field_name, (kind, parents) in kinds.items():
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
            # Permissions are given on what a person may leave empty; the rest goes unasked.
            "permissionable": not is_server
            and not needed
            and field_name not in ("Name", "OwnerId"),
            "idLookup": field_name == "Id",
        }
        if field_name in _SERVER_FIELDS:
            other["defaultedOnCreate"] = True
        if kind in TEXT_TYPES:
            other["length"] = _ASSUMED_LENGTHS.get(field_name, 255)
        if kind == "reference":
            other["relationshipName"] = field_name.removesuffix("Id") if parents else None
            other["referenceTo"] = list(parents)
            other["polymorphicForeignKey"] = len(parents) > 1
        if kind == "picklist":
            other["picklistValues"] = []
        default = _ASSUMED_DEFAULTS.get(name, {}).get(field_name)
        if default is not None:
            other |= {"defaultedOnCreate": True, "defaultValue": default}
        fields[field_name] = described_field(field_name, kind, **other)
    label = label_of(name)
    children = [Child(*entry) for entry in _CHILD_RELATIONS.get(name, [])]
    return make_sobject(name, label, f"{label}s", fields, children, _object_template(name, label))


def _object_template(name: str, label: str) -> Mapping[str, Any]:
    """Object-level keys of a describe, after Account's recorded one."""
    account = recorded_describe("Account")
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


def _wsdl_kinds(fields: Mapping[str, str]) -> _Kinds:
    kinds: dict[str, tuple[str, tuple[str, ...]]] = {"Id": ("id", ())}
    for name, text in fields.items():
        kind = _XSD_TYPES.get(text)
        if kind is None:
            continue  # a parent relationship, read with its id field below
        for assumed, names in _ASSUMED_TYPES.items():
            if name in names and kind in ("string", "double"):
                kind = assumed
        kinds[name] = (
            kind,
            _parents(fields, name.removesuffix("Id")) if kind == "reference" else (),
        )
    return kinds


def _parents(fields: Mapping[str, str], relationship: str) -> tuple[str, ...]:
    parent = fields.get(relationship)
    if parent == "sObject":
        return _SEVERAL_PARENTS.get(relationship, ())
    return () if parent is None else (parent,)


def _setup_kinds(fields: Mapping[str, str]) -> _Kinds:
    return {
        name: ("reference", (kind,)) if kind[0].isupper() else (kind, ())
        for name, kind in fields.items()
    }


@functools.cache
def standard_objects() -> Mapping[str, SObject]:
    """Every object that is served, without any org's custom fields, by name."""
    found = {name: _from_recorded(name) for name in RECORDED}
    wsdl = json.loads((SCHEMA_FOLDER / "wsdl_objects.json").read_text(encoding="utf-8"))
    for name, fields in wsdl["objects"].items():
        found[name] = object_from_names(name, _wsdl_kinds(fields))
    setup = json.loads((SCHEMA_FOLDER / "setup_objects.json").read_text(encoding="utf-8"))
    for name, fields in setup.items():
        found[name] = object_from_names(name, _setup_kinds(fields))
    return found
