"""The records of the org: read, created, changed, deleted by the rules. Knows no HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.salesforce import messages
from sandbox.salesforce.keys import normalised_id
from sandbox.salesforce.messages import RowOutcome, SalesforceError
from sandbox.salesforce.schema import Field, SObject
from sandbox.salesforce.soql.select import table
from sandbox.salesforce.store import Store
from sandbox.salesforce.values import Kept, check_error, kept_value

_INTEGRATION = "integration"
_UNIQUE_TOGETHER = {
    "FieldPermissions": ("ParentId", "SobjectType", "Field"),
    "ObjectPermissions": ("ParentId", "SobjectType"),
    "PermissionSetAssignment": ("PermissionSetId", "AssigneeId"),
    "PermissionSet": ("Name",),
    "User": ("Username",),
}


class AmbiguousExternalId(Exception):
    """An external id that several records have: their ids."""

    def __init__(self, sobject: str, ids: tuple[str, ...]) -> None:
        super().__init__(f"{len(ids)} records of {sobject} have that external id")
        self.sobject = sobject
        self.ids = ids


class Records(Store):
    """All records of one org, changed as its users may change them."""

    def integration_user(self) -> str:
        """The id of the user as whom the connected app runs.

        A user whose Username begins with "integration", else the first active one.
        """
        found = self.state.row(
            f"select Id from {table('User')} order by"
            f" (Username like ? || '%') desc, IsActive desc, Id limit 1",
            (_INTEGRATION,),
        )
        return str(found[0]) if found else ""

    def user_named(self, username: str) -> str | None:
        """The id of the active user with that Username."""
        found = self.state.row(
            f"select Id from {table('User')} where Username = ? collate nocase and IsActive = 1",
            (username,),
        )
        return None if found is None else str(found[0])

    # Writing

    def create(
        self,
        user_id: str,
        sobject: SObject,
        values: Mapping[str, Any],
        is_from_text: bool = False,
    ) -> str:
        """Create a record from what a user gives and return its id. Raises SalesforceError."""
        if "create" not in sobject.rights:
            raise messages.access_insufficient(sobject.name)
        with self.state.transaction():
            kept = self._checked(user_id, sobject, values, "createable", is_from_text)
            for found in sobject.fields.values():
                if found.createable and found.name not in kept and found.default is not None:
                    kept[found.name] = kept_value(found, found.default)
            missing = tuple(
                found.name
                for found in sobject.fields.values()
                if found.createable
                and not found.nillable
                and not found.defaulted
                and kept.get(found.name) is None
            )
            if missing:
                raise messages.required_missing(missing)
            self._check_unique(sobject, kept, None)
            self._check_rules(sobject, None, kept)
            return self.insert(sobject.name, kept, user_id)

    def update(
        self,
        user_id: str,
        sobject: SObject,
        record_id: str,
        values: Mapping[str, Any],
        is_from_text: bool = False,
    ) -> None:
        """Change fields of a record. Raises SalesforceError."""
        if "edit" not in sobject.rights:
            raise messages.access_to_record_insufficient()
        with self.state.transaction():
            old = self._alive(sobject, record_id)
            kept = self._checked(user_id, sobject, values, "updateable", is_from_text)
            if sobject.name == "Opportunity" and old["HasOpportunityLineItem"]:
                # Object Reference, Opportunity.Amount: with products an update of it is ignored
                # without an error, the other fields are updated.
                kept.pop("Amount", None)
            emptied = tuple(
                name
                for name, value in kept.items()
                if value is None and not sobject.fields[name].nillable
            )
            if emptied:
                raise messages.required_missing(emptied)
            self._check_unique(sobject, kept, record_id)
            self._check_rules(sobject, old, {**old, **kept})
            self.change(sobject.name, record_id, old, kept, user_id)

    def delete(self, user_id: str, sobject: SObject, record_id: str) -> None:
        """Delete a record, and what belongs to it; it stays in the recycle bin if it has one."""
        if "delete" not in sobject.rights:
            raise messages.access_to_record_insufficient()
        with self.state.transaction():
            self._alive(sobject, record_id)
            self.remove(sobject.name, record_id, user_id)

    def undelete(self, user_id: str, sobject: SObject, record_id: str) -> None:
        """Bring a record back from the recycle bin, and what was deleted with it."""
        with self.state.transaction():
            self._in_bin(sobject, record_id)
            self.restore(sobject.name, record_id, user_id)

    def purge(self, user_id: str, sobject: SObject, record_id: str) -> None:
        """Take a deleted record out of the recycle bin for good."""
        with self.state.transaction():
            self._in_bin(sobject, record_id)
            self.erase(sobject.name, record_id, user_id)

    def delete_for_good(self, user_id: str, sobject: SObject, record_id: str) -> None:
        """Delete a record past the recycle bin."""
        with self.state.transaction():
            self.delete(user_id, sobject, record_id)
            if "IsDeleted" in sobject.fields:
                self.erase(sobject.name, record_id, user_id)

    def object_of(self, record_id: str) -> SObject | None:
        """The object whose record has that id."""
        for one in self.catalog.objects():
            if one.prefix == record_id[:3] and self.fetch(one, record_id) is not None:
                return one
        return None

    def upsert(
        self,
        user_id: str,
        sobject: SObject,
        field: Field,
        value: Any,
        values: Mapping[str, Any],
        is_from_text: bool = False,
    ) -> tuple[str, bool]:
        """Update the record whose `field` has `value`, or create one; its id, and if created.

        Raises AmbiguousExternalId if several records have it, SalesforceError otherwise.
        """
        with self.state.transaction():
            if field.type == "id":
                if not value:
                    return self.create(user_id, sobject, values, is_from_text), True
                record_id = normalised_id(str(value)) or ""
                self.update(user_id, sobject, record_id, values, is_from_text)
                return record_id, False
            found = self.find(sobject, field, value)
            if len(found) > 1:
                raise AmbiguousExternalId(sobject.name, tuple(found))
            if found:
                self.update(user_id, sobject, found[0], values, is_from_text)
                return found[0], False
            whole = {**values, field.name: value}
            return self.create(user_id, sobject, whole, is_from_text), True

    def create_custom_field(
        self,
        user_id: str | None,
        sobject_name: str,
        name: str,
        metadata: Mapping[str, Any],
        for_everyone: bool = False,
    ) -> str:
        """Create a custom field and return its id; nobody sees it before it is granted."""
        with self.state.transaction():
            record_id = self.next_id("CustomField")
            found = self.catalog.add_custom_field(
                record_id, sobject_name, name, metadata, for_everyone
            )
            sobject = self.catalog.sobject(sobject_name)
            self.insert(
                "CustomField",
                {
                    "Id": record_id,
                    "DeveloperName": name.removesuffix("__c"),
                    "TableEnumOrId": sobject.name if sobject else sobject_name,
                    "Length": found.length or None,
                    "Precision": found.precision or None,
                    "Scale": found.scale if found.precision else None,
                    "InlineHelpText": metadata.get("inlineHelpText"),
                    "Description": metadata.get("description"),
                    "ManageableState": "unmanaged",
                },
                user_id,
            )
            return record_id

    def delete_custom_field(self, user_id: str, record_id: str) -> None:
        """Delete a custom field with its values and permissions."""
        with self.state.transaction() as connection:
            known = self.catalog.custom_field_metadata(record_id)
            self.catalog.remove_custom_field(record_id)
            if known is not None:
                connection.execute(
                    f"delete from {table('FieldPermissions')} where Field = ?",
                    (f"{known[0]}.{known[1]}",),
                )
            self.remove("CustomField", record_id, user_id)

    # Checks

    def _alive(self, sobject: SObject, record_id: str) -> dict[str, Any]:
        whole = self.catalog.sobject(sobject.name) or sobject
        found = self.fetch(whole, record_id)
        if found is None:
            raise messages.cross_reference_bad()
        if found.get("IsDeleted"):
            raise messages.entity_deleted()
        return found

    def _in_bin(self, sobject: SObject, record_id: str) -> None:
        found = self.record_of(sobject.name, record_id)
        if not found:
            raise messages.cross_reference_bad()
        if not found.get("IsDeleted"):
            raise messages.not_in_recycle_bin()

    def _checked(
        self,
        user_id: str,
        sobject: SObject,
        values: Mapping[str, Any],
        right: str,
        is_from_text: bool,
    ) -> dict[str, Kept]:
        """The values in their kept form, by the fields' right names."""
        kept: dict[str, Kept] = {}
        refused: list[str] = []
        for name, value in values.items():
            if name.casefold() in ("attributes", "id"):
                continue
            found = sobject.field(name)
            if found is None:
                reference, target = self._by_external_id(user_id, sobject, name, value)
                kept[reference.name] = target
                continue
            if not getattr(found, right):
                refused.append(found.name)
                continue
            if is_from_text and value == "":
                continue  # an empty cell leaves the field as it is; #N/A empties it
            given = None if is_from_text and value == "#N/A" else value
            try:
                kept[found.name] = kept_value(found, given)
            except SalesforceError as error:
                raise check_error(error, found) from error
            if found.type == "reference":
                self._check_reference(found, kept[found.name])
        if refused:
            raise messages.field_not_writable(tuple(refused))
        if sobject.name == "FieldPermissions":
            self._check_field_permission(kept)
        return kept

    def _by_external_id(
        self, user_id: str, sobject: SObject, name: str, value: Any
    ) -> tuple[Field, Kept]:
        """A parent named by its own key: `{"Account": {"AccountNumber": "C1"}}`."""
        relationship, _, key = name.partition(".")
        reference = sobject.reference(relationship)
        if reference is None:
            raise messages.column_missing_on_write(name, sobject.name)
        if isinstance(value, Mapping):
            pairs = [(k, v) for k, v in value.items() if k.casefold() != "attributes"]
        else:
            pairs = [(key, value)]
        lookup = self.catalog.seen_by(user_id)
        parent = next((one for one in map(lookup, reference.reference_to) if one), None)
        found = parent.field(pairs[0][0]) if parent and len(pairs) == 1 else None
        if parent is None or found is None or not (found.is_external_id or found.id_lookup):
            raise messages.column_missing_on_write(name, sobject.name)
        ids = self.find(parent, found, pairs[0][1])
        if len(ids) != 1:
            raise messages.cross_reference_bad(reference.name)
        return reference, ids[0]

    def _check_reference(self, found: Field, value: Kept) -> None:
        targets = [
            target for target in map(self.catalog.sobject, found.reference_to) if target is not None
        ]
        if value is None or not targets:
            return
        for target in targets:
            if self.state.row(f"select 1 from {table(target.name)} where Id = ?", (value,)):
                return
        raise messages.cross_reference_bad(found.name)

    def _check_field_permission(self, kept: Mapping[str, Kept]) -> None:
        name = kept.get("Field")
        if isinstance(name, str):
            sobject_name, _, field_name = name.partition(".")
            sobject = self.catalog.sobject(sobject_name)
            if sobject is None or sobject.field(field_name) is None:
                raise messages.picklist_value_bad("Field Name", "Field", name)

    def _check_unique(
        self, sobject: SObject, kept: Mapping[str, Kept], record_id: str | None
    ) -> None:
        for name, value in kept.items():
            found = sobject.fields[name]
            if found.is_unique and value is not None:
                others = [one for one in self.find(sobject, found, value) if one != record_id]
                if others:
                    raise messages.duplicate_value(name, others[0])
        together = _UNIQUE_TOGETHER.get(sobject.name, ())
        if together and record_id is None:
            test = " and ".join(f'"{name}" is ?' for name in together)
            others = [
                row[0]
                for row in self.state.rows(
                    f"select Id from {table(sobject.name)} where {test}",
                    [kept.get(name) for name in together],
                )
            ]
            if others:
                raise messages.duplicate_value(together[-1], others[0])

    def _check_rules(
        self, sobject: SObject, old: Mapping[str, Any] | None, new: Mapping[str, Any]
    ) -> None:
        whole = self.catalog.sobject(sobject.name) or sobject
        self.rules.check(whole, old, new, self.context.clock.now())

    # Collections

    def write_rows(
        self,
        rows: Sequence[Any],
        write: Any,
        all_or_none: bool,
        refused: Mapping[int, SalesforceError],
    ) -> list[RowOutcome]:
        """Write each row by itself, or, if `all_or_none`, all of them or none.

        `write(row)` returns (id, created) or raises SalesforceError; rows at the positions in
        `refused` fail with that error without being tried.
        """
        outcomes: list[RowOutcome] = []
        try:
            with self.state.transaction():
                for position, row in enumerate(rows):
                    outcomes.append(self._write_row(row, write, refused.get(position)))
                if all_or_none and not all(outcome.success for outcome in outcomes):
                    raise _UndoAllError
        except _UndoAllError:
            outcomes = [
                outcome
                if not outcome.success
                else RowOutcome(None, (messages.rolled_back(),), outcome.created)
                for outcome in outcomes
            ]
            self.catalog.permissions_changed()
        return outcomes

    def _write_row(self, row: Any, write: Any, refused: SalesforceError | None) -> RowOutcome:
        try:
            if refused is not None:
                raise refused
            with self.state.transaction():
                record_id, created = write(row)
            return RowOutcome(record_id, (), created)
        except SalesforceError as error:
            return RowOutcome(None, (error,))
        except AmbiguousExternalId as error:
            found = messages.duplicate_external_id(error.sobject, len(error.ids))
            return RowOutcome(None, (found,))


class _UndoAllError(Exception):
    """A row failed where all had to succeed."""


def record_ids(text: str) -> list[str]:
    """Ids separated by commas, in their 18-character form; SalesforceError for a malformed one."""
    found = []
    for part in text.split(","):
        known = normalised_id(part.strip())
        if known is None:
            raise SalesforceError("MALFORMED_ID", f"malformed id {part.strip()}")
        found.append(known)
    return found
