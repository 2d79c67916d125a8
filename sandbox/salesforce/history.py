"""Field history: a record's tracked fields, old and new value, one row a change.

Which fields are tracked is each org's own choice; here some standard ones and the custom fields
made with `trackHistory`. The words of Field and DataType are guesses but for the names in B4.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox.salesforce.schema import Field, SObject

if TYPE_CHECKING:
    from sandbox.salesforce.store import Store

_KEPT_IN = {
    "Account": ("AccountHistory", "AccountId"),
    "Case": ("CaseHistory", "CaseId"),
    "Contact": ("ContactHistory", "ContactId"),
    "Lead": ("LeadHistory", "LeadId"),
    "Opportunity": ("OpportunityFieldHistory", "OpportunityId"),
    "Order": ("OrderHistory", "OrderId"),
}
_TRACKED = {
    "Account": {"Name", "OwnerId", "ParentId"},
    "Case": {"Status", "Priority", "OwnerId", "ContactId"},
    "Contact": {"AccountId", "OwnerId"},
    "Lead": {"Status", "OwnerId", "Company"},
    "Opportunity": {"Amount", "CloseDate", "StageName", "OwnerId", "Probability"},
    "Order": {"Status", "OwnerId", "EffectiveDate"},
}
_DATA_TYPES = {
    "boolean": "Boolean",
    "currency": "Currency",
    "date": "DateOnly",
    "datetime": "DateTime",
    "double": "Double",
    "int": "Integer",
    "percent": "Percent",
    "picklist": "DynamicEnum",
    "reference": "EntityId",
}
_LONGEST = 255
"""A longer text field's change is noted without its values."""


def keep(
    store: Store,
    sobject_name: str,
    record_id: str,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    user_id: str,
) -> None:
    """Note each tracked field that changed; a new record is noted as created."""
    place = _KEPT_IN.get(sobject_name)
    sobject = store.catalog.sobject(sobject_name)
    if place is None or sobject is None:
        return
    history, parent = place
    if not old:
        rows = [{"Field": "created", "DataType": "Text"}]
    else:
        tracked = _TRACKED[sobject_name] | store.catalog.tracked(sobject_name)
        rows = [
            row
            for name in sorted(tracked)
            if old.get(name) != new.get(name)
            for row in _rows(store, sobject, sobject.fields[name], old.get(name), new.get(name))
        ]
    for row in rows:
        store.insert(history, {parent: record_id, **row}, user_id, operation="derive")


def _rows(store: Store, sobject: SObject, field: Field, old: Any, new: Any) -> list[dict[str, Any]]:
    kind = _DATA_TYPES.get(field.type, "Text")
    # Guess: a lookup is named after its relationship and noted twice, with names and with ids.
    name = field.name if field.is_custom else field.name.removesuffix("Id")
    if field.type == "textarea" and field.length > _LONGEST:
        return [{"Field": name, "DataType": "TextArea"}]
    rows = [{"Field": name, "DataType": kind, "OldValue": old, "NewValue": new}]
    if field.type == "reference":
        names = [_name(store, field, value) for value in (old, new)]
        if any(names):
            rows.append(
                {"Field": name, "DataType": "Text", "OldValue": names[0], "NewValue": names[1]}
            )
    return rows


def _name(store: Store, field: Field, record_id: Any) -> Any:
    for parent in field.reference_to:
        record = store.record_of(parent, record_id)
        if record:
            return record.get("Name")
    return None
