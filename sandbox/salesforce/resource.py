"""What every kind of resource needs: the org's records, and the object and field a path names."""

from __future__ import annotations

from sandbox.salesforce import messages
from sandbox.salesforce.calls import Call
from sandbox.salesforce.planned import refused_rows
from sandbox.salesforce.records import Records
from sandbox.salesforce.schema import Field, SObject


class Resource:
    """Answers some of the calls over one org's records."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def sobject(self, call: Call, name: str) -> SObject:
        """The object of that name as the caller sees it."""
        found = self.records.catalog.seen_by(call.user_id)(name)
        if found is None or found.is_tooling:
            raise messages.resource_missing()
        return found

    def key_field(self, call: Call, name: str, field_name: str) -> tuple[SObject, Field]:
        """An object and its field by which records may be named."""
        sobject = self.sobject(call, name)
        found = sobject.field(field_name)
        if found is None or not (found.is_external_id or found.id_lookup or found.type == "id"):
            raise messages.external_id_missing(field_name)
        return sobject, found

    def check_single_row(self) -> None:
        """Refuse the row that is about to be written, if a planned fault says so."""
        refused = refused_rows(1)
        if refused:
            raise refused[0]
