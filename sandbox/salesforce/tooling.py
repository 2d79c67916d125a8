"""The part of the Tooling API that sets up custom fields."""

from __future__ import annotations

from sandbox.salesforce import messages
from sandbox.salesforce.calls import Answer, Call, json_object
from sandbox.salesforce.keys import normalised_id
from sandbox.salesforce.resource import Resource


class Tooling(Resource):
    """Custom fields."""

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
