"""One org's records in their tables: found, inserted, changed, removed, each change journalled.

Whether a change is allowed is `records.py`'s affair, what else it brings about `following.py`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sandbox.context import ServerContext, current_request, struck_by
from sandbox.salesforce import following, messages
from sandbox.salesforce.catalog import Catalog
from sandbox.salesforce.keys import make_id
from sandbox.salesforce.schema import TEXT_TYPES, Field, SObject
from sandbox.salesforce.soql.select import insertion, table
from sandbox.salesforce.validation import ValidationRules
from sandbox.salesforce.values import Kept, kept_value, wire_datetime

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


_TABLES = """
create table if not exists erased (
    object text not null, id text not null, deleted_at text not null, primary key (object, id)
) without rowid;
"""


class Store:
    """The tables of one org, over one state."""

    def __init__(self, context: ServerContext) -> None:
        self.context = context
        self.state = context.state
        self.catalog = Catalog(context.state, context.clock.now)
        self.state.define(_TABLES)
        self.rules = ValidationRules(context.state)
        self.state.connection.create_collation("fold", _compare_folded)
        self.state.connection.create_function("folded", 1, _folded, deterministic=True)

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

    def record_of(self, sobject_name: str, record_id: Any) -> dict[str, Any]:
        """A record's kept values, empty if there is none."""
        sobject = self.catalog.sobject(sobject_name)
        if sobject is None or not record_id:
            return {}
        return self.fetch(sobject, str(record_id)) or {}

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

    # Changes, after all checks

    def next_id(self, sobject_name: str) -> str:
        """An id for a new record of that object."""
        sobject = self.catalog.sobject(sobject_name)
        prefix = sobject.prefix if sobject else "000"
        # Far above the numbers that a company's own records may have used.
        number = self.state.next_number(f"id:{sobject_name}", 62**6)
        return make_id(prefix, number)

    def now(self) -> str:
        """The present instant as it is kept, or an earlier one for a late commit."""
        late = struck_by("late_commit")
        seconds = float(late.options.get("seconds", 300)) if late else 0.0
        return wire_datetime(self.context.clock.now() - timedelta(seconds=seconds))

    def insert(
        self,
        sobject_name: str,
        given: Mapping[str, Kept],
        user_id: str | None,
        operation: str = "create",
    ) -> str:
        """Add a record with its stamps and what follows from it; its id."""
        sobject = self.catalog.sobject(sobject_name)
        if sobject is None:
            raise messages.resource_missing()
        record_id = str(given.get("Id") or self.next_id(sobject_name))
        now = self.now()
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
        record |= following.derived(self, sobject_name, {}, record)
        with self.state.transaction() as connection:
            connection.execute(insertion(sobject_name, record), list(record.values()))
            self._journal(sobject_name, record_id, operation, {}, given, user_id)
            following.follow(self, sobject_name, record_id, {}, record, user_id)
        return record_id

    def change(
        self,
        sobject_name: str,
        record_id: str,
        old: Mapping[str, Any],
        changes: Mapping[str, Kept],
        user_id: str,
        operation: str = "update",
    ) -> None:
        """Change fields of a record, its stamps and what follows from it."""
        sobject = self.catalog.sobject(sobject_name)
        if sobject is None:
            raise messages.resource_missing()
        values: dict[str, Kept] = dict(changes)
        values |= following.derived(self, sobject_name, old, values)
        now = self.now()
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
            following.follow(self, sobject_name, record_id, old, {**old, **values}, user_id)

    def remove(
        self, sobject_name: str, record_id: str, user_id: str, at: str | None = None
    ) -> None:
        """Take a record and what belongs to it away: to the recycle bin if it has one.

        All of it goes in one instant (`at`), by which `restore` knows it again.
        """
        at = at or self.now()
        sobject = self.catalog.sobject(sobject_name)
        if sobject is None:
            raise messages.resource_missing()
        for child, field in _CASCADES.get(sobject_name, ()):
            alive = " and IsDeleted = 0" if child not in following.PERMISSION_OBJECTS else ""
            for (child_id,) in self.state.rows(
                f"select Id from {table(child)} where {field} = ?{alive}", (record_id,)
            ):
                self.remove(child, child_id, user_id, at)
        old = self.fetch(sobject, record_id) or {}
        with self.state.transaction() as connection:
            if "IsDeleted" in sobject.fields:
                stamps = [
                    name
                    for name in ("SystemModstamp", "LastModifiedDate")
                    if name in sobject.fields
                ]
                moved = "".join(f', "{name}" = ?' for name in stamps)
                connection.execute(
                    f'update {table(sobject_name)} set "IsDeleted" = 1{moved} where Id = ?',
                    [*([at] * len(stamps)), record_id],
                )
            else:
                connection.execute(f"delete from {table(sobject_name)} where Id = ?", (record_id,))
            self._journal(sobject_name, record_id, "delete", {}, {}, user_id)
            following.follow(self, sobject_name, record_id, old, {}, user_id)

    def restore(self, sobject_name: str, record_id: str, user_id: str) -> None:
        """Bring a deleted record back, and what went with it in the same instant."""
        sobject = self.catalog.sobject(sobject_name)
        if sobject is None:
            raise messages.resource_missing()
        gone = self.record_of(sobject_name, record_id)
        for child, field in _CASCADES.get(sobject_name, ()):
            for (child_id,) in self.state.rows(
                f"select Id from {table(child)} where {field} = ? and IsDeleted = 1"
                " and SystemModstamp = ?",
                (record_id, gone.get("SystemModstamp")),
            ):
                self.restore(child, child_id, user_id)
        with self.state.transaction() as connection:
            connection.execute(
                f'update {table(sobject_name)} set "IsDeleted" = 0, "SystemModstamp" = ?'
                " where Id = ?",
                (self.now(), record_id),
            )
            self._journal(sobject_name, record_id, "undelete", {}, {}, user_id)
            whole = self.record_of(sobject_name, record_id)
            following.follow(self, sobject_name, record_id, whole, whole, user_id)

    def erase(self, sobject_name: str, record_id: str, user_id: str) -> None:
        """Remove a record's row; the delete log alone remembers it."""
        sobject = self.catalog.sobject(sobject_name)
        if sobject is None:
            raise messages.resource_missing()
        gone = self.record_of(sobject_name, record_id)
        with self.state.transaction() as connection:
            for child, field in _CASCADES.get(sobject_name, ()):
                if child not in following.PERMISSION_OBJECTS:
                    for (child_id,) in self.state.rows(
                        f"select Id from {table(child)} where {field} = ? and IsDeleted = 1",
                        (record_id,),
                    ):
                        self.erase(child, child_id, user_id)
            connection.execute(
                "insert or replace into erased (object, id, deleted_at) values (?, ?, ?)",
                (sobject_name, record_id, gone.get("SystemModstamp") or self.now()),
            )
            connection.execute(f"delete from {table(sobject_name)} where Id = ?", (record_id,))
            self._journal(sobject_name, record_id, "erase", {}, {}, user_id)

    def erased(self, sobject_name: str, first: str, after: str) -> list[tuple[str, str]]:
        """Ids and instants of the records that are gone for good, deleted in a window."""
        return self.state.rows(
            "select id, deleted_at from erased where object = ? and deleted_at >= ?"
            " and deleted_at < ? order by deleted_at, id",
            (sobject_name, first, after),
        )

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


def _compare_folded(left: str, right: str) -> int:
    folded_left, folded_right = left.casefold(), right.casefold()
    return (folded_left > folded_right) - (folded_left < folded_right)


def _folded(text: Any) -> Any:
    return text.casefold() if isinstance(text, str) else text
