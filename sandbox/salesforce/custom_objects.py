"""A custom object as the Metadata API describes it, with the fields that each one has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sandbox.salesforce.messages import SalesforceError
from sandbox.salesforce.schema import SObject
from sandbox.salesforce.standard import object_from_names

_FIELDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "Id": ("id", ()),
    "IsDeleted": ("boolean", ()),
    "Name": ("string", ()),
    "CreatedDate": ("datetime", ()),
    "CreatedById": ("reference", ("User",)),
    "LastModifiedDate": ("datetime", ()),
    "LastModifiedById": ("reference", ("User",)),
    "SystemModstamp": ("datetime", ()),
}
_OWNED: Mapping[str, tuple[str, tuple[str, ...]]] = {"OwnerId": ("reference", ("Group", "User"))}


def custom_object(name: str, metadata: Mapping[str, Any], has_master: bool) -> SObject:
    """An object of its own fields; SalesforceError where its metadata is not whole.

    The rules are those of the Metadata API guide; their wording is a guess.
    """
    if not name.endswith("__c"):
        raise SalesforceError("INVALID_FULL_NAME", f"{name} does not end with __c")
    for needed in ("label", "pluralLabel", "nameField", "deploymentStatus", "sharingModel"):
        if not metadata.get(needed):
            raise SalesforceError("REQUIRED_FIELD_MISSING", f"Required field is missing: {needed}")
    if (metadata["sharingModel"] == "ControlledByParent") != has_master:
        raise SalesforceError(
            "FIELD_INTEGRITY_EXCEPTION",
            f"Cannot set sharingModel to {metadata['sharingModel']} on a CustomObject"
            f" {'with' if has_master else 'without'} a MasterDetail relationship field",
        )
    made = object_from_names(name, _FIELDS if has_master else {**_FIELDS, **_OWNED})
    described = {**made.described, "custom": True, "label": metadata["label"]}
    described["labelPlural"] = metadata["pluralLabel"]
    return replace(
        made, label=metadata["label"], plural=metadata["pluralLabel"], described=described
    )
