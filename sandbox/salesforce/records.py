"""The records of the org: loading, reading, creating, changing, deleting. Knows no HTTP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sandbox.company import CompanyError, read_records
from sandbox.context import ServerContext, current_request
from sandbox.salesforce import derived, messages
from sandbox.salesforce.catalog import Catalog
from sandbox.salesforce.keys import make_id, normalised_id
from sandbox.salesforce.messages import RowOutcome, SalesforceError
from sandbox.salesforce.schema import TEXT_TYPES, Field, SObject
from sandbox.salesforce.soql.to_sql import table
from sandbox.salesforce.values import Kept, check_error, kept_value, loader, wire_datetime

_INTEGRATION = "integration"
_CASCADES = {
    "Account": (("Contact", "AccountId"), ("Opportunity", "AccountId"), ("Case", "AccountId")),
    "Opportunity": (
        ("OpportunityLineItem", "OpportunityId"),
        ("OpportunityHistory", "OpportunityId"),
        ("OpportunityContactRole", "OpportunityId"),
    ),
    "Campaign": (("CampaignMember", "CampaignId"), ("CampaignMemberStatus", "CampaignId")),
    "Case": (("CaseComment", "ParentId"),),
    "Contact": (("CampaignMember", "ContactId"),),
    "Lead": (("CampaignMember", "LeadId"),),
    "Order": (("OrderItem", "OrderId"),),
    "PermissionSet": (
        ("FieldPermissions", "ParentId"),
        ("ObjectPermissions", "ParentId"),
        ("PermissionSetAssignment", "PermissionSetId"),
    ),
}
_PERMISSION_OBJECTS = frozenset(
    {"PermissionSet", "FieldPermissions", "PermissionSetAssignment", "ObjectPermissions"}
)
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


class Records:
    """All records of one org, over one state."""

    def __init__(self, context: ServerContext) -> None:
        self.context = context
        self.state = context.state
        self.catalog = Catalog(context.state, context.clock.now)
        self.state.connection.create_collation("fold", _compare_folded)
        self.state.connection.create_function("folded", 1, _folded, deterministic=True)

    # Loading

    def load(self, folder: Path) -> None:
        """Load `folder`/<Object>.jsonl, and its custom fields from CustomField.jsonl first.

        A record with a field that neither the schema nor CustomField.jsonl knows is refused:
        CompanyError names file, line and field.
        """
        declared = folder / "CustomField.jsonl"
        if declared.exists():
            for number, record in read_records(declared):
                self._load_custom_field(declared, number, record)
        for file in sorted(folder.glob("*.jsonl")):
            if file != declared:
                self._load_file(file)
        if self.state.row(f"select 1 from {table('User')} limit 1") is None:
            self._create_first_user()

    def _load_custom_field(self, file: Path, number: int, record: Mapping[str, Any]) -> None:
        try:
            sobject, _, name = record["FullName"].partition(".")
            self.create_custom_field(None, sobject, name, record["Metadata"], for_everyone=True)
        except (KeyError, SalesforceError) as error:
            message = f"{file.name} line {number}: {error}."
            raise CompanyError(message) from error

    def _load_file(self, file: Path) -> None:
        sobject = self.catalog.sobject(file.stem)
        if sobject is None or sobject.is_tooling:
            message = f"{file.name}: Salesforce has no object {file.stem} that is served here."
            raise CompanyError(message)
        fields = [found for found in sobject.fields.values() if not found.is_compound]
        columns = [
            (found.name, loader(found), 0 if found.type == "boolean" else None) for found in fields
        ]
        names = ", ".join(f'"{found.name}"' for found in fields)
        marks = ", ".join("?" * len(fields))
        with self.state.transaction() as connection:
            connection.executemany(
                f"insert into {table(sobject.name)} ({names}) values ({marks})",
                self._load_rows(file, sobject, columns),
            )

    def _load_rows(
        self, file: Path, sobject: SObject, columns: Sequence[tuple[str, Any, Kept]]
    ) -> Iterable[list[Kept]]:
        known = {name for name, _, _ in columns}
        for number, record in read_records(file):
            if not record.keys() <= known:
                unknown = sorted(record.keys() - known)[0]
                message = (
                    f"{file.name} line {number}: {sobject.name} has no field {unknown}"
                    " (custom fields are declared in CustomField.jsonl)."
                )
                raise CompanyError(message)
            if not record.get("Id"):
                message = f"{file.name} line {number} has no Id."
                raise CompanyError(message)
            try:
                yield [
                    default if (value := record.get(name)) is None else load(value)
                    for name, load, default in columns
                ]
            except SalesforceError as error:
                message = f"{file.name} line {number}: {error.message}."
                raise CompanyError(message) from error

    def _create_first_user(self) -> None:
        self._insert(
            "User",
            {
                "FirstName": "Promesa",
                "LastName": "Integration",
                "Name": "Promesa Integration",
                "Username": "integration@example.com",
                "Email": "integration@example.com",
                "Alias": "integ",
                "IsActive": 1,
                "UserType": "Standard",
            },
            None,
        )

    # Reading

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

    def organization_id(self) -> str:
        """The id of the org."""
        return make_id("00D", 1)

    def fetch(self, sobject: SObject, record_id: str) -> dict[str, Any] | None:
        """A record's kept values by field (those that `sobject` has), deleted or not."""
        names = [found.name for found in sobject.fields.values() if not found.is_compound]
        columns = ", ".join(f'"{name}"' for name in names)
        found = self.state.row(
            f"select {columns} from {table(sobject.name)} where Id = ?", (record_id,)
        )
        return None if found is None else dict(zip(names, found, strict=True))

    def find(self, sobject: SObject, field: Field, value: Any) -> list[str]:
        """Ids of the records, not deleted, whose `field` has that value."""
        kept = kept_value(field, value)
        if kept is None:
            return []
        alive = ' and "IsDeleted" = 0' if "IsDeleted" in sobject.fields else ""
        collation = " collate nocase" if field.type in TEXT_TYPES else ""
        found = self.state.rows(
            f'select Id from {table(sobject.name)} where "{field.name}" = ?{collation}{alive}'
            " order by Id",
            (kept,),
        )
        return [row[0] for row in found]

    # Writing

    def create(
        self,
        user_id: str,
        sobject: SObject,
        values: Mapping[str, Any],
        is_from_text: bool = False,
    ) -> str:
        """Create a record from what a user gives and return its id. Raises SalesforceError."""
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
            return self._insert(sobject.name, kept, user_id)

    def update(
        self,
        user_id: str,
        sobject: SObject,
        record_id: str,
        values: Mapping[str, Any],
        is_from_text: bool = False,
    ) -> None:
        """Change fields of a record. Raises SalesforceError."""
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
            self._change(sobject.name, record_id, old, kept, user_id)

    def delete(self, user_id: str, sobject: SObject, record_id: str) -> None:
        """Delete a record, and what belongs to it; it stays in the recycle bin if it has one."""
        with self.state.transaction():
            self._alive(sobject, record_id)
            self._delete(sobject.name, record_id, user_id)

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
            record_id = self._next_id("CustomField")
            found = self.catalog.add_custom_field(
                record_id, sobject_name, name, metadata, for_everyone
            )
            sobject = self.catalog.sobject(sobject_name)
            self._insert(
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
            self._delete("CustomField", record_id, user_id)

    # Checks

    def _alive(self, sobject: SObject, record_id: str) -> dict[str, Any]:
        whole = self.catalog.sobject(sobject.name) or sobject
        found = self.fetch(whole, record_id)
        if found is None:
            raise messages.cross_reference_bad()
        if found.get("IsDeleted"):
            raise messages.entity_deleted()
        return found

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

    # Changes, after all checks

    def _next_id(self, sobject_name: str) -> str:
        sobject = self.catalog.sobject(sobject_name)
        prefix = sobject.prefix if sobject else "000"
        # Far above the numbers that a company's own records may have used.
        number = self.state.next_number(f"id:{sobject_name}", 62**6)
        return make_id(prefix, number)

    def _now(self) -> str:
        return wire_datetime(self.context.clock.now())

    def _insert(
        self,
        sobject_name: str,
        given: Mapping[str, Kept],
        user_id: str | None,
        operation: str = "create",
    ) -> str:
        sobject = self.catalog.sobject(sobject_name)
        if sobject is None:
            raise messages.resource_missing()
        record_id = str(given.get("Id") or self._next_id(sobject_name))
        now = self._now()
        author = user_id or record_id
        record: dict[str, Kept] = {**given, "Id": record_id}
        for name, value in (
            ("CreatedDate", now),
            ("CreatedById", author),
            ("LastModifiedDate", now),
            ("LastModifiedById", author),
            ("SystemModstamp", now),
            ("OwnerId", author),
            ("IsDeleted", 0),
        ):
            if name in sobject.fields and record.get(name) is None:
                record[name] = value
        record |= self._derived(sobject_name, {}, record)
        names = ", ".join(f'"{name}"' for name in record)
        marks = ", ".join("?" * len(record))
        with self.state.transaction() as connection:
            connection.execute(
                f"insert into {table(sobject_name)} ({names}) values ({marks})",
                list(record.values()),
            )
            self._journal(sobject_name, record_id, operation, {}, given, user_id)
            self._follow(sobject_name, record_id, {}, record, user_id)
        return record_id

    def _change(
        self,
        sobject_name: str,
        record_id: str,
        old: Mapping[str, Any],
        changes: Mapping[str, Kept],
        user_id: str,
        operation: str = "update",
    ) -> None:
        sobject = self.catalog.sobject(sobject_name)
        if sobject is None:
            raise messages.resource_missing()
        values: dict[str, Kept] = dict(changes)
        values |= self._derived(sobject_name, old, values)
        now = self._now()
        for name, value in (
            ("LastModifiedDate", now),
            ("LastModifiedById", user_id),
            ("SystemModstamp", now),
        ):
            if name in sobject.fields:
                values[name] = value
        assignments = ", ".join(f'"{name}" = ?' for name in values)
        with self.state.transaction() as connection:
            connection.execute(
                f"update {table(sobject_name)} set {assignments} where Id = ?",
                [*values.values(), record_id],
            )
            self._journal(sobject_name, record_id, operation, old, changes, user_id)
            self._follow(sobject_name, record_id, old, {**old, **values}, user_id)

    def _delete(self, sobject_name: str, record_id: str, user_id: str) -> None:
        sobject = self.catalog.sobject(sobject_name)
        if sobject is None:
            raise messages.resource_missing()
        for child, field in _CASCADES.get(sobject_name, ()):
            alive = " and IsDeleted = 0" if child not in _PERMISSION_OBJECTS else ""
            for (child_id,) in self.state.rows(
                f"select Id from {table(child)} where {field} = ?{alive}", (record_id,)
            ):
                self._delete(child, child_id, user_id)
        old = self.fetch(sobject, record_id) or {}
        with self.state.transaction() as connection:
            if "IsDeleted" in sobject.fields:
                now = self._now()
                stamps = ', "LastModifiedDate" = ?' if "LastModifiedDate" in sobject.fields else ""
                connection.execute(
                    f'update {table(sobject_name)} set "IsDeleted" = 1, "SystemModstamp" = ?'
                    f"{stamps} where Id = ?",
                    [now, *([now] if stamps else []), record_id],
                )
            else:
                connection.execute(f"delete from {table(sobject_name)} where Id = ?", (record_id,))
            self._journal(sobject_name, record_id, "delete", {}, {}, user_id)
            self._follow(sobject_name, record_id, old, {}, user_id)

    def _journal(
        self,
        sobject_name: str,
        record_id: str,
        operation: str,
        old: Mapping[str, Any],
        changes: Mapping[str, Any],
        user_id: str | None,
    ) -> None:
        """One line: the object, its id, what was done, and old and new value of each field."""
        self.state.journal_commit(
            self.context.journal_stamp(),
            user_id,
            current_request.get(),
            {
                "object": sobject_name,
                "key": record_id,
                "operation": operation,
                "fields": {name: [old.get(name), value] for name, value in changes.items()},
            },
        )

    # What follows from a change

    def _derived(
        self, sobject_name: str, old: Mapping[str, Any], new: Mapping[str, Kept]
    ) -> dict[str, Kept]:
        """Fields the CRM fills in itself, given the old record and the values that change."""
        whole: dict[str, Any] = {**old, **new}
        match sobject_name:
            case "Opportunity":
                return self._derived_opportunity(old, new, whole)
            case "OpportunityLineItem":
                return self._derived_line(new, whole)
            case "Contact" | "Lead" | "User" if "LastName" in new or "FirstName" in new:
                return {"Name": derived.person_name(whole)}
            case "PricebookEntry" if not old:
                product = self._record("Product2", whole.get("Product2Id"))
                return {"Name": product.get("Name"), "ProductCode": product.get("ProductCode")}
            case "PermissionSet" if not old:
                return {"IsCustom": 1, "IsOwnedByProfile": 0}
            case "FieldPermissions" if whole.get("PermissionsEdit"):
                return {"PermissionsRead": 1}
        return {}

    def _derived_opportunity(
        self, old: Mapping[str, Any], new: Mapping[str, Kept], whole: Mapping[str, Any]
    ) -> dict[str, Kept]:
        found: dict[str, Kept] = {}
        if new.get("StageName") not in (None, old.get("StageName")):
            by_stage = derived.stage_values(str(new["StageName"]), self._stage(whole["StageName"]))
            found |= {key: value for key, value in by_stage.items() if new.get(key) is None}
            found["LastStageChangeDate"] = self._now()
        if "CloseDate" in new:
            found |= derived.fiscal_values(whole["CloseDate"])
        probability = found.get("Probability", whole.get("Probability"))
        found["ExpectedRevenue"] = derived.expected_revenue(
            whole.get("Amount"), float(probability) if probability is not None else None
        )
        return found

    def _derived_line(self, new: Mapping[str, Kept], whole: Mapping[str, Any]) -> dict[str, Kept]:
        found: dict[str, Kept] = {}
        if new.get("PricebookEntryId"):
            entry = self._record("PricebookEntry", whole["PricebookEntryId"])
            found["Product2Id"] = entry.get("Product2Id")
            found["ListPrice"] = entry.get("UnitPrice")
            if whole.get("UnitPrice") is None and whole.get("TotalPrice") is None:
                found["UnitPrice"] = entry.get("UnitPrice")
        if new.get("PricebookEntryId") or new.get("Product2Id"):
            product_id = found.get("Product2Id", whole.get("Product2Id"))
            product = self._record("Product2", product_id)
            deal = self._record("Opportunity", whole.get("OpportunityId"))
            found["ProductCode"] = product.get("ProductCode")
            found["Name"] = f"{deal.get('Name', '')} {product.get('Name', '')}".strip()
        quantity = whole.get("Quantity")
        price = found.get("UnitPrice", whole.get("UnitPrice"))
        if "TotalPrice" in new and "UnitPrice" not in new and quantity:
            found["UnitPrice"] = round(float(whole["TotalPrice"]) / quantity, 2)
        elif quantity is not None and price is not None:
            found["TotalPrice"] = round(quantity * float(price), 2)
        return found

    def _stage(self, name: str) -> dict[str, Any] | None:
        sobject = self.catalog.sobject("OpportunityStage")
        found = self.state.row(
            f"select Id from {table('OpportunityStage')} where ApiName = ? or MasterLabel = ?",
            (name, name),
        )
        return self.fetch(sobject, found[0]) if found and sobject else None

    def _record(self, sobject_name: str, record_id: Any) -> dict[str, Any]:
        sobject = self.catalog.sobject(sobject_name)
        if sobject is None or not record_id:
            return {}
        return self.fetch(sobject, str(record_id)) or {}

    def _follow(
        self,
        sobject_name: str,
        record_id: str,
        old: Mapping[str, Any],
        new: Mapping[str, Any],
        user_id: str | None,
    ) -> None:
        """Other records that a change touches: the deal's total, its history, permissions."""
        if sobject_name == "Opportunity" and new and user_id:
            changed = [name for name in derived.HISTORY_FIELDS if old.get(name) != new.get(name)]
            if changed:
                self._add_history(record_id, old, new, user_id)
        if sobject_name == "OpportunityLineItem" and user_id:
            deal = new.get("OpportunityId") or old.get("OpportunityId")
            amounts = ("TotalPrice", "OpportunityId")
            if deal and (not new or any(old.get(name) != new.get(name) for name in amounts)):
                self._add_up(str(deal), user_id)
        if sobject_name in _PERMISSION_OBJECTS or sobject_name == "CustomField":
            self.catalog.permissions_changed()

    def _add_history(
        self, record_id: str, old: Mapping[str, Any], new: Mapping[str, Any], user_id: str
    ) -> None:
        self._insert(
            "OpportunityHistory",
            {
                "OpportunityId": record_id,
                "StageName": new.get("StageName"),
                "Amount": new.get("Amount"),
                "CloseDate": new.get("CloseDate"),
                "Probability": new.get("Probability"),
                "ExpectedRevenue": new.get("ExpectedRevenue"),
                "ForecastCategory": new.get("ForecastCategory"),
                "PrevAmount": old.get("Amount"),
                "PrevCloseDate": old.get("CloseDate"),
            },
            user_id,
            operation="derive",
        )

    def _add_up(self, deal_id: str, user_id: str) -> None:
        """A deal with lines has their total as its amount."""
        deal = self._record("Opportunity", deal_id)
        if not deal or deal["IsDeleted"]:
            return
        found = self.state.row(
            f"select count(*), sum(TotalPrice) from {table('OpportunityLineItem')}"
            " where OpportunityId = ? and IsDeleted = 0",
            (deal_id,),
        )
        count, total = found or (0, None)
        changes: dict[str, Kept] = {"HasOpportunityLineItem": int(count > 0)}
        if count:
            changes["Amount"] = round(total or 0.0, 2)
        if any(deal[name] != value for name, value in changes.items()):
            self._change("Opportunity", deal_id, deal, changes, user_id, operation="derive")

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


def _compare_folded(left: str, right: str) -> int:
    folded_left, folded_right = left.casefold(), right.casefold()
    return (folded_left > folded_right) - (folded_left < folded_right)


def _folded(text: Any) -> Any:
    return text.casefold() if isinstance(text, str) else text


def record_ids(text: str) -> list[str]:
    """Ids separated by commas, in their 18-character form; SalesforceError for a malformed one."""
    found = []
    for part in text.split(","):
        known = normalised_id(part.strip())
        if known is None:
            raise SalesforceError("MALFORMED_ID", f"malformed id {part.strip()}")
        found.append(known)
    return found
