"""The org's objects as each user sees them: standard fields, custom fields, field permissions."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from sqlite3 import Connection
from typing import Any

from sandbox.salesforce.custom_fields import custom_field
from sandbox.salesforce.custom_objects import custom_object
from sandbox.salesforce.messages import SalesforceError
from sandbox.salesforce.permissions import Permissions
from sandbox.salesforce.schema import (
    NUMBER_TYPES,
    Field,
    SObject,
    described_field,
    label_of,
)
from sandbox.salesforce.soql.select import Lookup, table
from sandbox.salesforce.standard import standard_objects
from sandbox.state import State

_TABLES = """
create table if not exists custom_field (
    id text primary key, sobject text not null, name text not null,
    metadata text not null, for_everyone integer not null
);
create table if not exists custom_object (
    name text primary key, metadata text not null, has_master integer not null
);
create table if not exists drift (
    sobject text not null, name text not null, change text not null, type text
);
"""
_CHANGED_AT = "schema_changed_at"
_COLUMN_TYPES = {"boolean": "integer", "int": "integer", "anyType": ""}


class Catalog:
    """Objects by name, whole or as a user sees them."""

    def __init__(self, state: State, now: Callable[[], datetime]) -> None:
        self._state = state
        self._now = now
        # The state's own lock: a second one could be taken in the other order.
        self._lock = state.lock
        self._objects: dict[str, SObject] = {}
        self._permissions = Permissions(state)
        self._for_everyone: set[tuple[str, str]] = set()
        self._tracked: set[tuple[str, str]] = set()
        self._seen: dict[str | None, dict[str, SObject | None]] = {}
        state.define(_TABLES)
        for name, sobject in standard_objects().items():
            self._objects[name.casefold()] = sobject
        for name, metadata, has_master in state.rows(
            "select name, metadata, has_master from custom_object order by rowid"
        ):
            self._objects[name.casefold()] = custom_object(
                name, json.loads(metadata), bool(has_master)
            )
        for sobject_name, metadata, field_name, for_everyone in state.rows(
            "select sobject, metadata, name, for_everyone from custom_field order by rowid"
        ):
            self._add(sobject_name, field_name, json.loads(metadata), bool(for_everyone))
        for object_name, field_name, change, kind in state.rows(
            "select sobject, name, change, type from drift order by rowid"
        ):
            self._drifted(object_name, field_name, change, kind)
        with state.transaction():
            for sobject in self._objects.values():
                self._ensure_table(sobject)

    def objects(self) -> list[SObject]:
        """All objects with all their fields."""
        return list(self._objects.values())

    def sobject(self, name: str) -> SObject | None:
        """An object with all its fields, whatever the case of the name."""
        return self._objects.get(name.casefold())

    def seen_by(self, user_id: str | None) -> Lookup:
        """How a user looks objects up: only what there is a permission to read."""

        def lookup(name: str) -> SObject | None:
            with self._lock:
                seen = self._seen.setdefault(user_id, {})
                folded = name.casefold()
                if folded not in seen:
                    whole = self._objects.get(folded)
                    if whole is None:
                        return None
                    seen[folded] = self._permissions.as_seen(whole, user_id, self._for_everyone)
                return seen[folded]

        return lookup

    def tracked(self, sobject_name: str) -> set[str]:
        """The custom fields whose history is kept."""
        return {name for owner, name in self._tracked if owner == sobject_name}

    def permissions_changed(self) -> None:
        """Forget what users see; to be called after a change of fields or permissions."""
        with self._lock:
            self._seen.clear()
            self._state.set_setting(_CHANGED_AT, self._now().isoformat())

    def changed_at(self) -> datetime:
        """When fields or permissions changed last, to the second."""
        kept = self._state.setting(_CHANGED_AT)
        instant = datetime.fromisoformat(kept) if kept else self._now()
        if kept is None:
            self._state.set_setting(_CHANGED_AT, instant.isoformat())
        return instant.replace(microsecond=0)

    def add_custom_object(self, name: str, metadata: Mapping[str, Any], has_master: bool) -> None:
        """Add an object from Metadata API metadata; SalesforceError if it can't be made."""
        if name.casefold() in self._objects:
            raise SalesforceError(
                "DUPLICATE_DEVELOPER_NAME",
                f"There is already a Custom Object named {name.removesuffix('__c')}.",
            )
        made = custom_object(name, metadata, has_master)
        with self._state.transaction() as connection:
            connection.execute(
                "insert into custom_object (name, metadata, has_master) values (?, ?, ?)",
                (name, json.dumps(metadata), int(has_master)),
            )
            self._objects[name.casefold()] = made
            self._ensure_table(made)
        self.permissions_changed()

    def add_custom_field(
        self,
        record_id: str,
        sobject_name: str,
        name: str,
        metadata: Mapping[str, Any],
        for_everyone: bool = False,
    ) -> Field:
        """Add a field from Tooling API metadata; SalesforceError if it can't be made."""
        sobject = self._objects.get(sobject_name.casefold())
        if sobject is None or sobject.is_tooling:
            raise SalesforceError(
                "INVALID_TYPE", f"Entity of type '{sobject_name}' is not available."
            )
        if sobject.field(name) is not None:
            raise SalesforceError(
                "DUPLICATE_DEVELOPER_NAME",
                f"There is already a field named {name.removesuffix('__c')} on {sobject.label}.",
            )
        found = custom_field(name, metadata)
        with self._state.transaction() as connection:
            connection.execute(
                "insert into custom_field (id, sobject, name, metadata, for_everyone)"
                " values (?, ?, ?, ?, ?)",
                (record_id, sobject.name, name, json.dumps(metadata), int(for_everyone)),
            )
            self._add(sobject.name, name, metadata, for_everyone)
            self._ensure_table(self._objects[sobject.name.casefold()])
        self.permissions_changed()
        return found

    def custom_field_metadata(self, record_id: str) -> tuple[str, str, dict[str, Any]] | None:
        """Object, field name and metadata of a custom field, by its id."""
        found = self._state.row(
            "select sobject, name, metadata from custom_field where id = ?", (record_id,)
        )
        return None if found is None else (found[0], found[1], json.loads(found[2]))

    def change_custom_field(self, record_id: str, metadata: Mapping[str, Any]) -> None:
        """Describe a custom field anew (label, help, values …); its type may not change."""
        known = self.custom_field_metadata(record_id)
        if known is None:
            raise SalesforceError("NOT_FOUND", "The requested resource does not exist")
        sobject_name, name, old = known
        if old.get("type") != metadata.get("type", old.get("type")):
            raise SalesforceError(
                "FIELD_INTEGRITY_EXCEPTION", "Cannot change the type of a custom field here"
            )
        merged = {**old, **metadata}
        custom_field(name, merged)
        with self._state.transaction() as connection:
            connection.execute(
                "update custom_field set metadata = ? where id = ?",
                (json.dumps(merged), record_id),
            )
        self._add(sobject_name, name, merged, (sobject_name, name) in self._for_everyone)
        self.permissions_changed()

    def remove_custom_field(self, record_id: str) -> None:
        """Take a custom field away; its values stay in the file, unseen."""
        known = self.custom_field_metadata(record_id)
        if known is None:
            raise SalesforceError("NOT_FOUND", "The requested resource does not exist")
        sobject_name, name, _ = known
        with self._state.transaction() as connection:
            connection.execute("delete from custom_field where id = ?", (record_id,))
            connection.execute(f'update {table(sobject_name)} set "{name}" = null')
        sobject = self._objects[sobject_name.casefold()]
        kept = [field_name for field_name in sobject.fields if field_name != name]
        self._objects[sobject_name.casefold()] = sobject.only_fields(kept)
        self._for_everyone.discard((sobject_name, name))
        self._tracked.discard((sobject_name, name))
        self.permissions_changed()

    def drift(self, object: str, field: str, change: str, type: str | None = None) -> None:
        """Change a field as an org's people would, unannounced: added, removed or retyped."""
        sobject = self._objects.get(object.casefold())
        known = sobject.field(field) if sobject else None
        if sobject is None or (known is None) != (change == "added"):
            raise SalesforceError("INVALID_FIELD", f"{object}.{field} can't be {change}")
        with self._state.transaction() as connection:
            if known is not None and change == "retyped":
                _retype_column(connection, sobject.name, known.name, type or "string")
            connection.execute(
                "insert into drift (sobject, name, change, type) values (?, ?, ?, ?)",
                (sobject.name, field, change, type),
            )
            self._drifted(sobject.name, field, change, type)
            self._ensure_table(self._objects[sobject.name.casefold()])
        self.permissions_changed()

    def _drifted(self, object_name: str, name: str, change: str, kind: str | None) -> None:
        sobject = self._objects[object_name.casefold()]
        if change == "removed":
            left = [one for one in sobject.fields if one.casefold() != name.casefold()]
            self._objects[object_name.casefold()] = sobject.only_fields(left)
            return
        known = sobject.field(name)
        found = described_field(
            known.name if known else name,
            kind or "string",
            label=known.label if known else label_of(name),
            custom=name.endswith("__c"),
        )
        self._objects[object_name.casefold()] = sobject.with_fields([found])
        self._for_everyone.add((object_name, found.name))

    def _add(
        self, sobject_name: str, name: str, metadata: Mapping[str, Any], for_everyone: bool
    ) -> None:
        folded = sobject_name.casefold()
        self._objects[folded] = self._objects[folded].with_fields([custom_field(name, metadata)])
        if for_everyone:
            self._for_everyone.add((sobject_name, name))
        change = self._tracked.add if metadata.get("trackHistory") else self._tracked.discard
        change((sobject_name, name))

    def _ensure_table(self, sobject: SObject) -> None:
        """The object's table with a column for each field, and an index where one is due."""
        connection = self._state.connection
        name = table(sobject.name)
        present = {row[1] for row in connection.execute(f"pragma table_info({name})")}
        wanted = [found for found in sobject.fields.values() if not found.is_compound]
        if not present:
            columns = ", ".join(map(_column, wanted))
            connection.execute(f"create table {name} ({columns})")
        else:
            for found in wanted:
                if found.name not in present:
                    connection.execute(f"alter table {name} add column {_column(found)}")
        for found in sobject.fields.values():
            is_parent = found.type == "reference" and found.reference_to and not found.nillable
            if found.name == "SystemModstamp":
                # Whole queries of ids by stamp, or by id, are answered from the index alone.
                deleted = ', "IsDeleted"' if "IsDeleted" in sobject.fields else ""
                self._index(sobject.name, found.name, f'"{found.name}", "Id"{deleted}')
                self._index(sobject.name, "Id", f'"Id"{deleted}')
            elif found.is_external_id or found.is_unique or found.name in _INDEXED:
                self._index(sobject.name, found.name, f'"{found.name}" collate nocase')
            elif is_parent and found.name not in ("OwnerId", "CreatedById", "LastModifiedById"):
                self._index(sobject.name, found.name, f'"{found.name}"')

    def _index(self, sobject_name: str, field_name: str, columns: str) -> None:
        self._state.connection.execute(
            f'create index if not exists "index_{sobject_name}_{field_name}"'
            f" on {table(sobject_name)} ({columns})"
        )


def _retype_column(connection: Connection, sobject: str, name: str, kind: str) -> None:
    """Give a column another type, its values as far as they have that form."""
    found = described_field(name, kind)
    for (index,) in connection.execute(
        "select name from sqlite_master where type = 'index' and tbl_name = ? and sql like ?",
        (f"sobject_{sobject}", f'%"{name}"%'),
    ).fetchall():
        connection.execute(f'drop index "{index}"')
    connection.execute(f'alter table {table(sobject)} rename column "{name}" to "former"')
    connection.execute(f"alter table {table(sobject)} add column {_column(found)}")
    sql_type = _column(found).split()[1]
    is_fitting = '"former" = "former" + 0' if sql_type in ("real", "integer") else "true"
    connection.execute(
        f'update {table(sobject)} set "{name}" = cast("former" as {sql_type}) where {is_fitting}'
    )
    connection.execute(f'alter table {table(sobject)} drop column "former"')


def _column(found: Field) -> str:
    """A field's column; truths are never missing, as on the wire."""
    if found.name == "Id":
        return '"Id" text primary key'
    kind = "real" if found.type in NUMBER_TYPES else _COLUMN_TYPES.get(found.type, "text")
    default = " not null default 0" if found.type == "boolean" else ""
    return f'"{found.name}" {kind}{default}'


_INDEXED = ("AccountNumber", "ProductCode", "Username")
