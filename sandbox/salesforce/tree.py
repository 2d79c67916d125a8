"""Records with their children in one call (sObject Tree): all of them are created, or none."""

from __future__ import annotations

from typing import Any

from sandbox.salesforce import messages
from sandbox.salesforce.calls import Answer, Call, json_object
from sandbox.salesforce.messages import SalesforceError
from sandbox.salesforce.planned import refused_rows
from sandbox.salesforce.resource import Resource
from sandbox.salesforce.schema import SObject

MAX_RECORDS = 200
MAX_DEPTH = 5


class Tree(Resource):
    """The tree resource."""

    def create_tree(self, call: Call, name: str) -> Answer:
        """Create records of one object, each with records of its children."""
        sobject = self.sobject(call, name)
        records = _list(json_object(call.json()))
        count = _checked(records)
        results: list[dict[str, Any]] = []
        refused = refused_rows(count)
        try:
            with self.records.state.transaction():
                self._create(call, sobject, records, {}, results, refused)
                if any("errors" in one for one in results):
                    raise _UndoTreeError
        except _UndoTreeError:
            failed = [one for one in results if "errors" in one]
            return Answer(400, {"hasErrors": True, "results": failed})
        return Answer(201, {"hasErrors": False, "results": results})

    def _create(
        self,
        call: Call,
        sobject: SObject,
        records: list[dict[str, Any]],
        parent: dict[str, str],
        results: list[dict[str, Any]],
        refused: dict[int, SalesforceError],
    ) -> None:
        for record in records:
            reference = record["attributes"]["referenceId"]
            children = {
                name: value
                for name, value in record.items()
                if isinstance(value, dict) and name != "attributes" and "records" in value
            }
            values = {k: v for k, v in record.items() if k not in children} | parent
            try:
                if len(results) in refused:
                    raise refused[len(results)]
                record_id = self.records.create(call.user_id, sobject, values)
            except SalesforceError as error:
                shown = {"statusCode": error.code, "message": error.message}
                results.append(
                    {"referenceId": reference, "errors": [{**shown, "fields": list(error.fields)}]}
                )
                continue
            results.append({"referenceId": reference, "id": record_id})
            for name, value in children.items():
                child = sobject.children.get(name.casefold())
                if child is None:
                    raise messages.column_missing_on_write(name, sobject.name)
                below = self.sobject(call, child.sobject)
                self._create(call, below, _list(value), {child.field: record_id}, results, refused)


class _UndoTreeError(Exception):
    """A record failed, so none is created."""


def _list(value: dict[str, Any]) -> list[dict[str, Any]]:
    records = value.get("records")
    if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
        raise messages.json_broken("records is needed")
    return records


def _checked(records: list[dict[str, Any]]) -> int:
    """How many records a tree has; SalesforceError if it is too big or lacks references."""
    references: list[str] = []
    _gather(records, 1, references)
    if len(references) > MAX_RECORDS:
        raise messages.too_many_records(MAX_RECORDS)
    if len(set(references)) < len(references):
        raise SalesforceError("INVALID_INPUT", "Duplicate ReferenceId provided in the request.")
    return len(references)


def _gather(records: list[dict[str, Any]], depth: int, references: list[str]) -> None:
    if depth > MAX_DEPTH:
        raise SalesforceError("INVALID_INPUT", f"A tree may be {MAX_DEPTH} levels deep")
    for record in records:
        attributes = record.get("attributes")
        reference = attributes.get("referenceId") if isinstance(attributes, dict) else None
        if not isinstance(reference, str):
            raise SalesforceError("INVALID_INPUT", "Include a reference ID for each record.")
        references.append(reference)
        for name, value in record.items():
            if name != "attributes" and isinstance(value, dict) and "records" in value:
                _gather(_list(value), depth + 1, references)
