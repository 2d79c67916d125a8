"""Up to 200 records at a time, each with an outcome of its own (sObject Collections)."""

from __future__ import annotations

from typing import Any

from sandbox.salesforce import messages
from sandbox.salesforce.calls import Answer, Call, joined, json_object
from sandbox.salesforce.keys import normalised_id
from sandbox.salesforce.messages import RowOutcome, SalesforceError
from sandbox.salesforce.planned import refused_rows
from sandbox.salesforce.queries import MAX_PAGE, Queries
from sandbox.salesforce.records import Records, record_ids
from sandbox.salesforce.resource import Resource
from sandbox.salesforce.schema import SObject

MAX_COLLECTION = 200
MAX_CHUNKS = 10


class Collections(Resource):
    """The collection resources."""

    def __init__(self, records: Records, queries: Queries) -> None:
        super().__init__(records)
        self.queries = queries

    def create_rows(self, call: Call) -> Answer:
        """Create up to 200 records."""

        def write(row: Any) -> tuple[str, bool | None]:
            sobject = self._row_object(call, row)
            return self.records.create(call.user_id, sobject, row), None

        return self._write_collection(call, write)

    def update_rows(self, call: Call) -> Answer:
        """Change up to 200 records."""

        def write(row: Any) -> tuple[str, bool | None]:
            sobject = self._row_object(call, row)
            given = row.get("id") or row.get("Id")
            if not given:
                raise messages.argument_missing("Id not specified in an update call")
            record_id = normalised_id(str(given))
            if record_id is None:
                raise SalesforceError("MALFORMED_ID", f"malformed id {given}")
            self.records.update(call.user_id, sobject, record_id, row)
            return record_id, None

        return self._write_collection(call, write)

    def upsert_rows(self, call: Call, name: str, field_name: str) -> Answer:
        """Update or create up to 200 records by an external id."""
        sobject, found = self.key_field(call, name, field_name)

        def write(row: Any) -> tuple[str, bool | None]:
            if self._row_object(call, row).name != sobject.name:
                raise SalesforceError("INVALID_TYPE", f"The row is no {sobject.name}")
            values = {k: v for k, v in row.items() if k.casefold() != found.name.casefold()}
            given = [v for k, v in row.items() if k.casefold() == found.name.casefold()]
            value = given[0] if given else None
            if value in (None, "") and found.type != "id":
                raise messages.argument_missing(f"{found.name} not specified")
            return self.records.upsert(call.user_id, sobject, found, value, values)

        return self._write_collection(call, write, is_upsert=True)

    def delete_rows(self, call: Call) -> Answer:
        """Delete up to 200 records."""
        ids = record_ids(call.query.get("ids", ""))
        if len(ids) > MAX_COLLECTION:
            raise messages.too_many_records(MAX_COLLECTION)

        def write(record_id: str) -> tuple[str, bool | None]:
            whole = self.records.object_of(record_id)
            found = self.records.catalog.seen_by(call.user_id)(whole.name) if whole else None
            if found is None:
                raise messages.cross_reference_bad()
            self.records.delete(call.user_id, found, record_id)
            return record_id, None

        all_or_none = call.query.get("allOrNone", "false").casefold() == "true"
        outcomes = self.records.write_rows(ids, write, all_or_none, refused_rows(len(ids)))
        return Answer(200, [_row_result(outcome) for outcome in outcomes])

    def read_rows(self, call: Call, name: str) -> Answer:
        """Read many records of one object; null for those that are not there."""
        sobject = self.sobject(call, name)
        wanted = json_object(call.json()) if call.method == "POST" else call.query
        ids = record_ids(joined(wanted.get("ids", "")))
        names = joined(wanted.get("fields", "")).split(",")
        quoted = ", ".join(f"'{one}'" for one in ids)
        soql = f"SELECT {', '.join(['Id', *names])} FROM {sobject.name} WHERE Id IN ({quoted})"
        page = self.queries.run(call.user_id, soql, False, MAX_PAGE, f"{call.root}sobjects/")
        by_id = {record["Id"]: record for record in page.records}
        return Answer(200, [by_id.get(one) for one in ids])

    def _row_object(self, call: Call, row: Any) -> SObject:
        attributes = row.get("attributes") if isinstance(row, dict) else None
        name = attributes.get("type") if isinstance(attributes, dict) else None
        found = self.records.catalog.seen_by(call.user_id)(str(name))
        if found is None or found.is_tooling:
            raise SalesforceError("INVALID_TYPE", f"sObject type '{name}' is not supported.")
        return found

    def _write_collection(self, call: Call, write: Any, is_upsert: bool = False) -> Answer:
        body = json_object(call.json())
        rows = body.get("records")
        if not isinstance(rows, list):
            raise messages.argument_missing("records is needed")
        if len(rows) > MAX_COLLECTION:
            raise messages.too_many_records(MAX_COLLECTION)
        types = [
            row["attributes"].get("type")
            for row in rows
            if isinstance(row, dict) and isinstance(row.get("attributes"), dict)
        ]
        chunks = sum(
            position == 0 or types[position - 1] != one for position, one in enumerate(types)
        )
        if chunks > MAX_CHUNKS:
            raise SalesforceError(
                "INVALID_INPUT", f"records of more than {MAX_CHUNKS} chunks of types not allowed"
            )
        all_or_none = bool(body.get("allOrNone", False))
        outcomes = self.records.write_rows(rows, write, all_or_none, refused_rows(len(rows)))
        return Answer(200, [_row_result(outcome, is_upsert) for outcome in outcomes])


def _row_result(outcome: RowOutcome, is_upsert: bool = False) -> dict[str, Any]:
    """A row's outcome; its error's key is statusCode here, errorCode elsewhere."""
    result: dict[str, Any] = {} if outcome.id is None else {"id": outcome.id}
    result["success"] = outcome.success
    result["errors"] = [
        {"statusCode": error.code, "message": error.message, "fields": list(error.fields)}
        for error in outcome.errors
    ]
    if is_upsert:
        result["created"] = bool(outcome.created)
    return result
