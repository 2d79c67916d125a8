"""One record at a time: created, read, changed, deleted, by its id or by an external one."""

from __future__ import annotations

from typing import Any

from sandbox.salesforce import messages
from sandbox.salesforce.calls import Answer, Call, json_object
from sandbox.salesforce.keys import normalised_id
from sandbox.salesforce.messages import SalesforceError
from sandbox.salesforce.queries import MAX_PAGE, Queries
from sandbox.salesforce.records import AmbiguousExternalId, Records
from sandbox.salesforce.resource import Resource
from sandbox.salesforce.schema import SObject


class SingleRecords(Resource):
    """The record resources."""

    def __init__(self, records: Records, queries: Queries) -> None:
        super().__init__(records)
        self.queries = queries

    def create(self, call: Call, name: str) -> Answer:
        """Create a record."""
        sobject = self.sobject(call, name)
        self.check_single_row()
        record_id = self.records.create(call.user_id, sobject, json_object(call.json()))
        location = f"{call.root}sobjects/{sobject.name}/{record_id}"
        body = {"id": record_id, "success": True, "errors": []}
        return Answer(201, body, {"Location": location})

    def read(self, call: Call, name: str, key: str) -> Answer:
        """Read a record by its id: all its fields, or those of `fields=`."""
        sobject = self.sobject(call, name)
        record_id = self._record_id(sobject, key)
        wanted = call.query.get("fields")
        names = wanted.split(",") if wanted else list(sobject.fields)
        unknown = [one for one in names if "." not in one and sobject.field(one.strip()) is None]
        if unknown:
            raise messages.column_missing_on_write(unknown[0], sobject.name)
        soql = f"SELECT {', '.join(names)} FROM {sobject.name} WHERE Id = '{record_id}'"
        page = self.queries.run(call.user_id, soql, False, 1, f"{call.root}sobjects/")
        if not page.records:
            raise messages.resource_missing()
        return Answer(200, page.records[0])

    def read_related(self, call: Call, name: str, record_id: str, relationship: str) -> Answer:
        """A record's parent or its children, by the name of the relationship."""
        sobject = self.sobject(call, name)
        record_id = self._record_id(sobject, record_id)
        reference = sobject.reference(relationship)
        if reference is not None:
            parent_id = self.records.record_of(sobject.name, record_id)[reference.name]
            parent = self.records.object_of(str(parent_id)) if parent_id else None
            if parent is None:
                raise messages.resource_missing()
            return self.read(call, parent.name, str(parent_id))
        child = sobject.children.get(relationship.casefold())
        if child is None:
            raise messages.resource_missing()
        below = self.sobject(call, child.sobject)
        names = call.query.get("fields") or ", ".join(below.fields)
        soql = f"SELECT {names} FROM {below.name} WHERE {child.field} = '{record_id}'"
        page = self.queries.run(call.user_id, soql, False, MAX_PAGE, f"{call.root}sobjects/")
        return Answer(200, {"totalSize": page.total, "done": page.is_last, "records": page.records})

    def read_by_key(self, call: Call, name: str, field_name: str, key: str) -> Answer:
        """Read a record by an external id."""
        sobject, found = self.key_field(call, name, field_name)
        ids = self.records.find(sobject, found, key)
        if len(ids) > 1:
            return self._ambiguous(call, sobject, ids)
        if not ids:
            raise messages.resource_missing()
        return self.read(call, name, ids[0])

    def update(self, call: Call, name: str, key: str) -> Answer:
        """Change a record."""
        sobject = self.sobject(call, name)
        record_id = self._record_id(sobject, key)
        self.check_single_row()
        self.records.update(call.user_id, sobject, record_id, json_object(call.json()))
        return Answer(204)

    def delete(self, call: Call, name: str, key: str) -> Answer:
        """Delete a record."""
        sobject = self.sobject(call, name)
        record_id = self._record_id(sobject, key)
        self.check_single_row()
        self.records.delete(call.user_id, sobject, record_id)
        return Answer(204)

    def delete_by_key(self, call: Call, name: str, field_name: str, key: str) -> Answer:
        """Delete a record by an external id."""
        sobject, found = self.key_field(call, name, field_name)
        ids = self.records.find(sobject, found, key)
        if len(ids) > 1:
            return self._ambiguous(call, sobject, ids)
        if not ids:
            raise messages.external_id_missing(key)
        return self.delete(call, name, ids[0])

    def upsert(self, call: Call, name: str, field_name: str, key: str) -> Answer:
        """Update the record with that external id, or create it."""
        sobject, found = self.key_field(call, name, field_name)
        values = json_object(call.json())
        if any(given.casefold() == found.name.casefold() for given in values):
            raise SalesforceError(
                "INVALID_FIELD",
                f"The {found.name} field should not be specified in the sobject data.",
            )
        self.check_single_row()
        try:
            record_id, created = self.records.upsert(call.user_id, sobject, found, key, values)
        except AmbiguousExternalId as error:
            return self._ambiguous(call, sobject, error.ids)
        body = {"id": record_id, "success": True, "errors": [], "created": created}
        if not created:
            return Answer(200, body)
        location = f"{call.root}sobjects/{sobject.name}/{record_id}"
        return Answer(201, body, {"Location": location})

    def _ambiguous(self, call: Call, sobject: SObject, ids: Any) -> Answer:
        return Answer(300, [f"{call.root}sobjects/{sobject.name}/{one}" for one in ids])

    def _record_id(self, sobject: SObject, key: str) -> str:
        """The id of a record that is there, or the answer recorded for one that isn't."""
        record_id = normalised_id(key)
        if record_id is None:
            raise messages.external_id_missing(key)
        found = self.records.fetch(sobject, record_id)
        if found is None:
            raise messages.external_id_missing(key)
        if found.get("IsDeleted"):
            raise messages.entity_deleted()
        return record_id
