"""What a write means to the company: defaults, checks and the totals that move with it."""

from __future__ import annotations

from typing import Any

from sandbox.sap_b1 import messages
from sandbox.sap_b1.keys import Key, key_of, written_key
from sandbox.sap_b1.merge import merged
from sandbox.sap_b1.records import Records
from sandbox.sap_b1.schema import EntitySet
from sandbox.sap_b1.values import Body


class Business:
    """Creates, changes and deletes entities of any set by the company's rules."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def create(self, entity_set: EntitySet, incoming: Body) -> Body:
        """Add an entity and everything that follows from it; returns it as stored."""
        body = dict(incoming)
        self._number(entity_set, body)
        self._check_free(entity_set, body)
        with self.records.transaction():
            self.records.insert(entity_set.name, body)
        return body

    def modify(
        self, entity_set: EntitySet, before: Body, incoming: Body, is_replacing: bool
    ) -> Body:
        """PATCH: the given properties replace those there; rows are merged by their key."""
        after = merged(self.records.schema, entity_set.structure, before, incoming, is_replacing)
        with self.records.transaction():
            self.records.update(entity_set.name, before, after)
        return after

    def replace(self, entity_set: EntitySet, before: Body, incoming: Body) -> Body:
        """PUT: only the given properties and the key remain."""
        kept: dict[str, Any] = {name: before[name] for name in entity_set.structure.key}
        if entity_set.has_etag:
            kept["DataVersion"] = before.get("DataVersion") or 1
        after = {**incoming, **kept}
        with self.records.transaction():
            self.records.update(entity_set.name, before, after)
        return after

    def delete(self, entity_set: EntitySet, key: Key) -> None:
        """Remove an entity that exists."""
        with self.records.transaction():
            self.records.delete(entity_set.name, key)

    def check_deletable(self, entity_set: EntitySet) -> None:
        """Refusal for documents: they are cancelled or closed, never deleted. [M 3.5.4]"""
        if entity_set.structure.name in ("Document", "Payment", "StockTransfer", "JournalEntry"):
            raise messages.UNSUPPORTED

    def _number(self, entity_set: EntitySet, body: Body) -> None:
        """Give the next number where a single whole-number key is missing."""
        structure = entity_set.structure
        name = structure.key[-1]
        if name not in body and structure.properties[name].kind == "integer":
            body[name] = self.records.next_number(entity_set.name, name)

    def _check_free(self, entity_set: EntitySet, body: Body) -> None:
        structure = entity_set.structure
        missing = [name for name in structure.key if body.get(name) in (None, "")]
        if missing:
            raise messages.value_invalid(missing[0], None)
        key = key_of(body, structure)
        if self.records.get(entity_set.name, key) is None:
            return
        if entity_set.name == "BusinessPartners":
            raise messages.partner_code_taken(str(key[0]))
        raise messages.already_exists(f"{entity_set.name}({written_key(key, structure)})")
