"""The part of the Tooling API that sets up custom fields and validation rules."""

from __future__ import annotations

from typing import Any

from sandbox.salesforce import messages
from sandbox.salesforce.calls import Answer, Call, json_object
from sandbox.salesforce.keys import make_id, normalised_id, prefix_of
from sandbox.salesforce.resource import Resource
from sandbox.salesforce.schema import SObject


class Tooling(Resource):
    """Custom fields and validation rules."""

    def create_field(self, call: Call) -> Answer:
        """Create a custom field; nobody sees it before field permissions are granted."""
        body = json_object(call.json())
        sobject_name, _, name = str(body.get("FullName", "")).partition(".")
        metadata = body.get("Metadata")
        if not name.endswith("__c") or not isinstance(metadata, dict):
            raise messages.required_missing(("FullName", "Metadata"))
        record_id = self.records.create_custom_field(call.user_id, sobject_name, name, metadata)
        body = {"id": record_id, "success": True, "errors": [], "warnings": [], "infos": []}
        return Answer(201, body)

    def read_field(self, call: Call, key: str) -> Answer:
        """A custom field with its metadata."""
        found = self.records.catalog.custom_field_metadata(normalised_id(key) or "")
        if found is None:
            raise messages.resource_missing()
        sobject_name, name, metadata = found
        url = f"{call.root}tooling/sobjects/CustomField/{key}"
        return Answer(
            200,
            {
                "attributes": {"type": "CustomField", "url": url},
                "Id": normalised_id(key),
                "DeveloperName": name.removesuffix("__c"),
                "TableEnumOrId": sobject_name,
                "FullName": f"{sobject_name}.{name}",
                "Metadata": metadata,
            },
        )

    def update_field(self, call: Call, key: str) -> Answer:
        """Describe a custom field anew."""
        metadata = json_object(call.json()).get("Metadata") or {}
        self.records.catalog.change_custom_field(normalised_id(key) or "", metadata)
        return Answer(204)

    def delete_field(self, call: Call, key: str) -> Answer:
        """Delete a custom field."""
        self.records.delete_custom_field(call.user_id, normalised_id(key) or "")
        return Answer(204)

    def create_rule(self, call: Call) -> Answer:
        """Create a validation rule; it is asked from the next write on."""
        body = json_object(call.json())
        sobject_name, _, name = str(body.get("FullName", "")).partition(".")
        metadata = body.get("Metadata")
        if not name or not isinstance(metadata, dict):
            raise messages.required_missing(("FullName", "Metadata"))
        number = self.records.state.next_number("id:ValidationRule")
        record_id = make_id(prefix_of("ValidationRule"), number)
        self.records.rules.add(record_id, self._whole(sobject_name), name, metadata)
        made = {"id": record_id, "success": True, "errors": [], "warnings": [], "infos": []}
        return Answer(201, made)

    def read_rule(self, call: Call, key: str) -> Answer:
        """A validation rule with its metadata."""
        sobject_name, name, metadata = self.records.rules.find(normalised_id(key) or "")
        url = f"{call.root}tooling/sobjects/ValidationRule/{key}"
        body: dict[str, Any] = {
            "attributes": {"type": "ValidationRule", "url": url},
            "Id": normalised_id(key),
            "ValidationName": name,
            "FullName": f"{sobject_name}.{name}",
            "Active": bool(metadata.get("active")),
            "ErrorMessage": metadata["errorMessage"],
            "ErrorDisplayField": metadata.get("errorDisplayField"),
            "Metadata": metadata,
        }
        return Answer(200, body)

    def update_rule(self, call: Call, key: str) -> Answer:
        """Describe a validation rule anew."""
        record_id = normalised_id(key) or ""
        sobject = self._whole(self.records.rules.find(record_id)[0])
        metadata = json_object(call.json()).get("Metadata") or {}
        self.records.rules.change(record_id, sobject, metadata)
        return Answer(204)

    def delete_rule(self, call: Call, key: str) -> Answer:
        """Delete a validation rule."""
        self.records.rules.remove(normalised_id(key) or "")
        return Answer(204)

    def _whole(self, name: str) -> SObject:
        found = self.records.catalog.sobject(name)
        if found is None or found.is_tooling:
            raise messages.resource_missing()
        return found
