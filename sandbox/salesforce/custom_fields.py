"""A custom field as Tooling API metadata describes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.salesforce.messages import SalesforceError
from sandbox.salesforce.schema import NUMBER_TYPES, Field, described_field

_TYPES = {
    "Text": "string",
    "TextArea": "textarea",
    "LongTextArea": "textarea",
    "Number": "double",
    "Currency": "currency",
    "Percent": "percent",
    "Checkbox": "boolean",
    "Date": "date",
    "DateTime": "datetime",
    "Picklist": "picklist",
    "Url": "url",
    "Email": "email",
    "Phone": "phone",
    "Lookup": "reference",
    "MasterDetail": "reference",
}


def custom_field(name: str, metadata: Mapping[str, Any]) -> Field:
    """A field as Tooling API metadata describes it; SalesforceError if that is not possible.

    The rules are the documented ones for custom fields; their wording is a guess.
    """
    kind = _TYPES.get(metadata.get("type", ""))
    if kind is None:
        raise SalesforceError(
            "INVALID_FIELD", f"Cannot create a custom field of type {metadata.get('type')!r} here"
        )
    if metadata.get("formula"):
        raise SalesforceError(
            "FIELD_INTEGRITY_EXCEPTION", "The sandbox does not calculate formula fields"
        )
    label = metadata.get("label") or name.removesuffix("__c").replace("_", " ")
    for what, text, longest in (
        ("Field Label", label, 40),
        ("Field Name", name.removesuffix("__c"), 40),
        ("Help Text", metadata.get("inlineHelpText") or "", 510),
    ):
        if len(text) > longest:
            raise SalesforceError(
                "STRING_TOO_LONG",
                f"{what}: data value too large: {text} (max length={longest})",
            )
    is_detail = metadata["type"] == "MasterDetail"
    is_required = bool(metadata.get("required")) or is_detail
    other: dict[str, Any] = {
        "label": label,
        "custom": True,
        "inlineHelpText": metadata.get("inlineHelpText"),
        "externalId": bool(metadata.get("externalId")),
        "unique": bool(metadata.get("unique")),
        "idLookup": bool(metadata.get("externalId")),
        "nillable": not is_required and kind != "boolean",
        "permissionable": not is_required,
        # A detail stays with its master, unless it may be given to another.
        "updateable": not is_detail or metadata.get("reparentableMasterDetail") in (True, "true"),
    }
    other |= _sizes(metadata, kind)
    if kind == "picklist":
        other |= _picklist(metadata)
    if kind == "boolean":
        default = metadata.get("defaultValue")
        other["defaultValue"] = default in (True, "true", "TRUE")
    if kind == "reference":
        other["referenceTo"] = [metadata["referenceTo"]]
        other["relationshipName"] = f"{name.removesuffix('__c')}__r"
    return described_field(name, kind, **other)


def _sizes(metadata: Mapping[str, Any], kind: str) -> dict[str, Any]:
    type_name = metadata["type"]
    if type_name == "Text":
        length = int(metadata.get("length") or 0)
        if not 1 <= length <= 255:
            raise SalesforceError("FIELD_INTEGRITY_EXCEPTION", "Text length must be 1 to 255")
        return {"length": length}
    if type_name == "LongTextArea":
        length = int(metadata.get("length") or 0)
        if not 256 <= length <= 131072 or not metadata.get("visibleLines"):
            raise SalesforceError(
                "FIELD_INTEGRITY_EXCEPTION",
                "A long text area needs a length of 256 to 131072 and visibleLines",
            )
        return {"length": length, "filterable": False, "sortable": False, "groupable": False}
    if kind in NUMBER_TYPES:
        precision, scale = metadata.get("precision"), metadata.get("scale")
        if precision is None or scale is None or not 0 <= scale <= precision <= 18:
            raise SalesforceError(
                "FIELD_INTEGRITY_EXCEPTION", "precision must be 1 to 18 and scale 0 to precision"
            )
        return {"precision": int(precision), "scale": int(scale)}
    return {}


def _picklist(metadata: Mapping[str, Any]) -> dict[str, Any]:
    value_set = metadata.get("valueSet") or {}
    values = (value_set.get("valueSetDefinition") or {}).get("value") or []
    if not values:
        raise SalesforceError("FIELD_INTEGRITY_EXCEPTION", "A picklist needs a valueSet")
    return {
        "restrictedPicklist": bool(value_set.get("restricted")),
        "picklistValues": [
            {
                "active": True,
                "defaultValue": bool(value.get("default")),
                "label": value.get("label") or value["fullName"],
                "validFor": None,
                "value": value["fullName"],
            }
            for value in values
        ],
    }
