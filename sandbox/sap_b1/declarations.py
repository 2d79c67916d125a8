"""What this company's server declares: SAP's schema, the company's fields and tables, and drift."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sandbox.sap_b1 import messages
from sandbox.sap_b1.schema import KIND_BY_EDM_TYPE, EntitySet, Kind, Property, Schema, Structure
from sandbox.sap_b1.values import USER_FIELD_PREFIX, Fields
from sandbox.state import Documents, State

_MARKETING_HEADERS = (
    "OQUT ORDR ODLN ORDN OINV ODPI ORIN OPQT OPOR OPDN ORPD OPCH ODPO ORPC OIGN OIGE ODRF OPRQ ORRR"
)
# The structure whose rows a database table holds: a user field on one marketing document's table
# is a user field on all of them. [M 3.14]
STRUCTURE_BY_TABLE: Mapping[str, str] = {
    **{table: "Document" for table in _MARKETING_HEADERS.split()},
    **{f"{table[1:]}1": "DocumentLine" for table in _MARKETING_HEADERS.split()},
    "OCRD": "BusinessPartner",
    "CRD1": "BPAddress",
    "OCPR": "ContactEmployee",
    "OITM": "Item",
    "OITW": "ItemWarehouseInfo",
    "OWHS": "Warehouse",
    "OWOR": "ProductionOrder",
    "WOR1": "ProductionOrderLine",
    "OITT": "ProductTree",
    "ITT1": "ProductTreeLine",
    "ORSC": "Resource",
    "ORCT": "Payment",
    "OJDT": "JournalEntry",
    "JDT1": "JournalEntryLine",
    "OSLP": "SalesPerson",
}

_PLAIN_TABLE_TYPES = ("bott_NoObject", "bott_NoObjectAutoIncrement")
_USER_TABLE_COLUMNS = {name: Property(name, "text", "Edm.String") for name in ("Code", "Name")}

_USER_FIELD_KINDS: Mapping[str, tuple[Kind, str]] = {
    "db_Alpha": ("text", "Edm.String"),
    "db_Memo": ("text", "Edm.String"),
    "db_Numeric": ("integer", "Edm.Int32"),
    "db_Float": ("double", "Edm.Double"),
    "db_Date": ("date", "Edm.DateTimeOffset"),
}
_CHANGES = "schema_changes"


class Declarations:
    """A copy of the schema that belongs to one company, and its fields.

    `fields` is made anew whenever something is taken away; `fields.version` tells two states apart.
    """

    def __init__(self, schema: Schema, state: State, documents: Callable[[str], Documents]) -> None:
        """Declare what the state holds; `documents` gives the table behind a set."""
        self._original, self._state, self._table = schema, state, documents
        self.schema, self.fields = schema, Fields(schema)
        for name in ("UserTablesMD", "UserFieldsMD"):
            documents(name)
        self.reload()

    def reload(self) -> None:
        """Declare everything anew, as the tables stand."""
        original, version = self._original, self.fields.version
        self._sets, self._structures = dict(original.sets), dict(original.structures)
        self.schema = replace(original, sets=self._sets, structures=self._structures)
        for change in self.changes():
            self._apply(**change)
        for text in self._table("UserTablesMD").select():
            self._declare_table(json.loads(text))
        self.fields = Fields(self.schema)
        self.fields.version = version + 1
        for text in self._table("UserFieldsMD").select():
            self.declare_field(json.loads(text))

    # -- the company's own -----------------------------------------------------------------

    def _declare_table(self, body: Mapping[str, Any]) -> None:
        if body.get("TableType") in _PLAIN_TABLE_TYPES:
            name = f"{USER_FIELD_PREFIX}{body['TableName']}"
            structure = Structure(name, ("Code",), _USER_TABLE_COLUMNS, is_open=True)
            self._structures[name] = structure
            self._sets[name] = EntitySet(name, structure, False, frozenset())

    def user_tables(self) -> tuple[str, ...]:
        """The entity sets of the company's own tables: `U_MYTBL` for the table `@MYTBL`."""
        return tuple(name for name in self._sets if name.startswith(USER_FIELD_PREFIX))

    def declare_field(self, body: Mapping[str, Any]) -> None:
        """Make the `U_…` property of a UserFieldsMD entity known to the structure it belongs to."""
        structure = self._structure_of(str(body["TableName"]))
        if structure is not None:
            kind, type_name = _USER_FIELD_KINDS[str(body.get("Type") or "db_Alpha")]
            name = f"{USER_FIELD_PREFIX}{body['Name']}"
            self.fields.declare(structure, Property(name, kind, type_name))

    def _structure_of(self, table: str) -> str | None:
        """The structure that shows a table's user fields; None when none does."""
        if table.startswith("@"):
            name = f"{USER_FIELD_PREFIX}{table[1:]}"
            return name if name in self._sets else None
        return STRUCTURE_BY_TABLE.get(table)

    # -- drift -----------------------------------------------------------------------------

    def changes(self) -> list[dict[str, str]]:
        """The unannounced changes made so far, as they were asked for."""
        kept = self._state.setting(_CHANGES)
        found: list[dict[str, str]] = json.loads(kept) if kept else []
        return found

    def change(self, object: str, field: str, change: str, type: str = "Edm.String") -> None:
        """Change a property as an upgrade would, unannounced: added, removed or retyped.

        `object` is an entity set or a type. Asked for twice, it is done once. What is stored stays
        as it is, so that only a text can be made of something else.
        """
        wanted = {"object": object, "field": field, "change": change, "type": type}
        if wanted in self.changes():
            return
        self._apply(**wanted)
        self._state.set_setting(_CHANGES, json.dumps([*self.changes(), wanted]))
        self.reload()

    def structure_named(self, object: str) -> Structure | None:
        """The structure of an entity set, or the one of that name."""
        entity_set = self._sets.get(object)
        return self._structures.get(object) if entity_set is None else entity_set.structure

    def _apply(self, object: str, field: str, change: str, type: str) -> None:
        structure = self.structure_named(object)
        known = None if structure is None else structure.properties.get(field)
        is_fit = type in KIND_BY_EDM_TYPE and (change != "retyped" or type == "Edm.String")
        if structure is None or (known is None) != (change == "added") or not is_fit:
            raise messages.value_invalid("schema_change", f"{object}.{field} {change} {type}")
        properties = dict(structure.properties)
        if change == "removed":
            del properties[field]
        else:
            properties[field] = Property(field, KIND_BY_EDM_TYPE[type], type)
        changed = replace(structure, properties=properties)
        self._structures[structure.name] = changed
        for name, entity_set in self._sets.items():
            if entity_set.structure.name == structure.name:
                self._sets[name] = replace(entity_set, structure=changed)
