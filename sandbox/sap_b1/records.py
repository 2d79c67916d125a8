"""The company's entities in the embedded database: load, find, write. Knows no HTTP."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.company import Company, CompanyError, read_records
from sandbox.context import struck_by
from sandbox.sap_b1.declarations import Declarations
from sandbox.sap_b1.keys import Key, key_of, stored_key
from sandbox.sap_b1.messages import Refusal
from sandbox.sap_b1.schema import EntitySet, Schema
from sandbox.sap_b1.values import Body, Fields
from sandbox.state import Documents, State

# Tables that have no entity set of their own. Lots and serial numbers, with their quantities, are
# read through SQLQueries; rates through SBOBobService_GetCurrencyRate; alternative items, a row an
# original item, through AlternativeItemsService_GetItem; files through Attachments2(1)/$value.
PLAIN_TABLES: Mapping[str, tuple[str, ...]] = {
    "OBTQ": ("ItemCode", "SysNumber", "WhsCode"),
    "OBTN": ("ItemCode", "SysNumber"),
    "OSRQ": ("ItemCode", "SysNumber", "WhsCode"),
    "OSRN": ("ItemCode", "SysNumber"),
    "CurrencyRates": ("Currency", "Date"),
    "AlternativeItems": ("ItemCode",),
    "AttachmentFiles": ("AbsoluteEntry", "Name"),
}

_KEPT_QUERIES = 64
_FETCHED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Query:
    """Which entities of a set, in which order: SQL conditions with bound values."""

    where: str = "true"
    values: tuple[Any, ...] = ()
    order: str = "key"


@dataclass(frozen=True, slots=True)
class Change:
    """One committed change, as the journal keeps it; `fields` are those whose value differs."""

    entity_set: str
    key: str
    operation: str
    fields: tuple[str, ...]


@dataclass(slots=True)
class _Session:
    """What one transaction has changed so far."""

    changes: list[Change] = field(default_factory=list)


def etag_of(body: Mapping[str, Any]) -> str:
    """The weak ETag: upper-case SHA1 of the decimal DataVersion. [M 5.3, CAS]"""
    return etag_of_version(body.get("DataVersion") or 1)


def etag_of_version(version: int) -> str:
    """The weak ETag of a DataVersion."""
    return f'W/"{hashlib.sha1(str(version).encode()).hexdigest().upper()}"'


class Records:
    """Every entity of one company; writes happen inside `transaction()` only."""

    def __init__(
        self, state: State, schema: Schema, company: Company, now: Callable[[], datetime]
    ) -> None:
        """Open the tables of all entity sets in `state`; `now` gives the sandbox's UTC instant."""
        self.company, self.state = company, state
        self._now = now
        self._zone = ZoneInfo(company.time_zone)
        self._documents: dict[str, Documents] = {}
        self._versions: dict[str, int] = {}
        self._orders: OrderedDict[tuple[str, int, Query], list[str]] = OrderedDict()
        self._session: _Session | None = None
        state.connection.create_function("casefold", 1, _casefold, deterministic=True)
        for name in PLAIN_TABLES:
            self._table(name)
        self.declared = Declarations(schema, state, self._table)

    @property
    def schema(self) -> Schema:
        """What the server declares, user tables included."""
        return self.declared.schema

    @property
    def fields(self) -> Fields:
        """The declared properties of every structure, user fields included."""
        return self.declared.fields

    # -- time ------------------------------------------------------------------------------

    def local_now(self) -> datetime:
        """The sandbox's instant on the server's own clock: stamps are server-local. [CAS, K]"""
        return self._now().astimezone(self._zone)

    def today(self) -> str:
        """The server's calendar day in the stored form."""
        return f"{self.local_now():%Y-%m-%d}T00:00:00Z"

    # -- loading ---------------------------------------------------------------------------

    def load_company(self, folder: Path) -> int:
        """Load sap_b1/*.jsonl into an empty state; returns the number of entities loaded.

        CompanyError names file and line of a record with an unknown property or an unfit value.
        """
        files = sorted((folder / "sap_b1").glob("*.jsonl"))
        first = ("UserTablesMD", "UserFieldsMD")  # what is declared comes before what it holds
        files.sort(key=lambda file: first.index(file.stem) if file.stem in first else len(first))
        with self.state.transaction():
            return sum(self._load_file(file) for file in files)

    def _load_file(self, file: Path) -> int:
        name = file.stem
        if name in PLAIN_TABLES:
            loaded = list(self._plain_rows(file, PLAIN_TABLES[name]))
        elif name in self.schema.sets:
            loaded = list(self._entity_rows(file, self.schema.sets[name]))
        else:
            message = f"{file.name} names no entity set of the Service Layer."
            raise CompanyError(message)
        if len({key for key, _, _ in loaded}) < len(loaded):
            message = f"{file.name} holds a key twice; the Service Layer's keys are unique."
            raise CompanyError(message)
        self._table(name).put_many(loaded)
        self._touch(name)
        if name in ("UserTablesMD", "UserFieldsMD"):
            self.declared.reload()
        return len(loaded)

    def _plain_rows(
        self, file: Path, key_names: Sequence[str]
    ) -> Iterator[tuple[str, str | None, str]]:
        for number, record in read_records(file):
            try:
                key = stored_key(tuple(record[name] for name in key_names))
            except KeyError as error:
                message = f"{file.name} line {number} has no {error.args[0]}."
                raise CompanyError(message) from error
            yield key, None, _text(record)

    def _entity_rows(
        self, file: Path, entity_set: EntitySet
    ) -> Iterator[tuple[str, str | None, str]]:
        for number, record in read_records(file):
            try:
                given = {name: value for name, value in record.items() if value is not None}
                body = self.fields.stored(entity_set.structure, given)
                if entity_set.has_etag:
                    body.setdefault("DataVersion", 1)
                key = stored_key(key_of(body, entity_set.structure))
            except Refusal as error:
                message = f"{file.name} line {number}: {error.text}."
                raise CompanyError(message) from error
            except KeyError as error:
                message = f"{file.name} line {number} has no key {error.args[0]}."
                raise CompanyError(message) from error
            yield key, body.get("UpdateDate"), _text(body)

    # -- reading ---------------------------------------------------------------------------

    def get(self, set_name: str, key: Key) -> Body | None:
        """The entity with that key, or None."""
        text = self._table(set_name).get(stored_key(key))
        return None if text is None else json.loads(text)

    def keys(self, set_name: str, query: Query) -> list[str]:
        """Stored keys of the entities a query finds, in its order.

        Kept until the set changes, so that a walk through pages filters and sorts once.
        """
        slot = (set_name, self._versions.get(set_name, 0), query)
        kept = self._orders.get(slot)
        if kept is None:
            table = self._table(set_name).table
            rows = self.state.rows(
                f"select key from {table} where {query.where} order by {query.order}, key",
                query.values,
            )
            kept = self._orders[slot] = [row[0] for row in rows]
            if len(self._orders) > _KEPT_QUERIES:
                self._orders.popitem(last=False)
        self._orders.move_to_end(slot)
        return kept

    def bodies(self, set_name: str, stored_keys: Sequence[str]) -> Iterator[Body]:
        """The entities with these stored keys, in that order."""
        documents = self._table(set_name)
        for start in range(0, len(stored_keys), _FETCHED_AT_ONCE):
            wanted = stored_keys[start : start + _FETCHED_AT_ONCE]
            marks = ",".join("?" * len(wanted))
            rows = self.state.rows(
                f"select key, body from {documents.table} where key in ({marks})", wanted
            )
            by_key = dict(rows)
            for key in wanted:
                yield json.loads(by_key[key])

    def find(self, set_name: str, query: Query) -> list[Body]:
        """All entities a query finds, in its order."""
        return list(self.bodies(set_name, self.keys(set_name, query)))

    def equal(self, set_name: str, values: Mapping[str, Any]) -> list[Body]:
        """All entities whose properties have these values, in the order of their keys."""
        where = " and ".join(f"json_extract(body, '$.{name}') = ?" for name in values) or "true"
        return self.find(set_name, Query(where, tuple(values.values())))

    # -- writing ---------------------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Iterator[list[Change]]:
        """All or nothing; yields the list of changes, which fills while the block runs."""
        outer = self._session
        session = outer if outer is not None else _Session()
        self._session = session
        before = len(session.changes)
        try:
            with self.state.transaction():
                yield session.changes
        except BaseException:
            for change in session.changes[before:]:
                self._touch(change.entity_set)
            del session.changes[before:]
            self._documents.clear()  # a table made in the undone transaction is gone with it
            self.declared.reload()
            raise
        finally:
            self._session = outer

    def insert(self, set_name: str, body: Body) -> None:
        """Add an entity; its key must be free (the caller checks)."""
        entity_set = self.schema.sets[set_name]
        self._stamp(entity_set, body, is_new=True)
        self._put(entity_set, body, "create", tuple(body))

    def update(self, set_name: str, before: Mapping[str, Any], after: Body) -> None:
        """Replace an entity; a write that changes nothing still moves stamps and version."""
        entity_set = self.schema.sets[set_name]
        changed = tuple(name for name in {**before, **after} if before.get(name) != after.get(name))
        self._stamp(entity_set, after, is_new=False)
        self._put(entity_set, after, "update", changed)

    def follow(self, set_name: str, before: Mapping[str, Any], after: Body) -> None:
        """Replace an entity by what follows from another write: no stamp of it moves."""
        changed = tuple(name for name in {**before, **after} if before.get(name) != after.get(name))
        self._put(self.schema.sets[set_name], after, "follow", changed)

    def delete(self, set_name: str, key: Key) -> None:
        """Remove an entity."""
        self._table(set_name).delete(stored_key(key))
        self._note(Change(set_name, stored_key(key), "delete", ()))

    def put_row(self, table: str, row: Body) -> None:
        """Write a row of a plain table (lot quantities, lot master, rates)."""
        key = stored_key(tuple(row[name] for name in PLAIN_TABLES[table]))
        self._table(table).put(key, _text(row))
        self._note(Change(table, key, "update", tuple(row)))

    def delete_row(self, table: str, key: Key) -> None:
        """Remove a row of a plain table."""
        self._table(table).delete(stored_key(key))
        self._note(Change(table, stored_key(key), "delete", ()))

    def row(self, table: str, key: Key) -> Body | None:
        """A row of a plain table, or None."""
        text = self._table(table).get(stored_key(key))
        return None if text is None else json.loads(text)

    def plain_rows(self, table: str, equal: Mapping[str, Any]) -> list[Body]:
        """The rows of a plain table with these values, in the order of their keys."""
        where = " and ".join(f"json_extract(body, '$.{name}') = ?" for name in equal)
        return [json.loads(t) for t in self._table(table).select(where, tuple(equal.values()))]

    def next_number(self, set_name: str, property_name: str, first: int = 1) -> int:
        """One more than the greatest number a set holds in a property."""
        table = self._table(set_name).table
        found = self.state.row(f"select max(json_extract(body, '$.{property_name}')) from {table}")
        highest = found[0] if found else None
        return first if highest is None else int(highest) + 1

    def table_name(self, name: str) -> str:
        """The SQL name of the documents table behind a set or plain table."""
        return self._table(name).table

    def _stamp(self, entity_set: EntitySet, body: Body, is_new: bool) -> None:
        """Move the change stamps an entity has; an entity that has none gets none."""
        properties, now = entity_set.structure.properties, self.local_now()
        late = struck_by("late_commit")
        if late is not None:
            now -= timedelta(seconds=float(late.options.get("seconds", 300)))
        day = f"{now:%Y-%m-%d}T00:00:00Z"
        stamps: dict[str, Any] = {"UpdateDate": day, "UpdateTime": f"{now:%H:%M:%S}"}
        if is_new:
            stamps |= {"CreateDate": day, "CreateTime": f"{now:%H:%M:%S}", "CreationDate": day}
        if entity_set.has_etag:
            stamps["DataVersion"] = 1 if is_new else int(body.get("DataVersion") or 1) + 1
        for name, value in stamps.items():
            if name in properties:
                body[name] = value

    def _put(
        self, entity_set: EntitySet, body: Body, operation: str, fields: tuple[str, ...]
    ) -> None:
        key = stored_key(key_of(body, entity_set.structure))
        self._table(entity_set.name).put(key, _text(body), body.get("UpdateDate"))
        self._note(Change(entity_set.name, key, operation, fields))

    def _note(self, change: Change) -> None:
        self._touch(change.entity_set)
        if self._session is not None:
            self._session.changes.append(change)

    def _touch(self, name: str) -> None:
        self._versions[name] = self._versions.get(name, 0) + 1

    def _table(self, name: str) -> Documents:
        documents = self._documents.get(name)
        if documents is None:
            documents = self._documents[name] = self.state.documents(f"b1_{name}")
        return documents


def _text(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _casefold(value: Any) -> Any:
    """SQL's `casefold(x)`: texts without regard to case; SQLite's own lower() knows ASCII only."""
    return value.casefold() if isinstance(value, str) else value
