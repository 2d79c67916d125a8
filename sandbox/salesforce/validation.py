"""Validation rules: made through the Tooling API, asked before each write."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sandbox.salesforce import messages
from sandbox.salesforce.formulas import FormulaError, read_formula
from sandbox.salesforce.messages import SalesforceError
from sandbox.salesforce.schema import SObject
from sandbox.state import State

_TABLES = """
create table if not exists validation_rule (
    id text primary key, sobject text not null, name text not null, metadata text not null
);
"""


class ValidationRules:
    """The validation rules of one org."""

    def __init__(self, state: State) -> None:
        self._state = state
        state.define(_TABLES)

    def add(self, record_id: str, sobject: SObject, name: str, metadata: Mapping[str, Any]) -> None:
        """Keep a rule; SalesforceError if its formula can't be read or something is missing."""
        _checked(sobject, metadata)
        with self._state.transaction() as connection:
            connection.execute(
                "insert into validation_rule (id, sobject, name, metadata) values (?, ?, ?, ?)",
                (record_id, sobject.name, name, json.dumps(metadata)),
            )

    def find(self, record_id: str) -> tuple[str, str, dict[str, Any]]:
        """Object, name and metadata of a rule. Raises SalesforceError."""
        found = self._state.row(
            "select sobject, name, metadata from validation_rule where id = ?", (record_id,)
        )
        if found is None:
            raise messages.resource_missing()
        return found[0], found[1], json.loads(found[2])

    def change(self, record_id: str, sobject: SObject, metadata: Mapping[str, Any]) -> None:
        """Describe a rule anew."""
        _, _, old = self.find(record_id)
        merged = {**old, **metadata}
        _checked(sobject, merged)
        with self._state.transaction() as connection:
            connection.execute(
                "update validation_rule set metadata = ? where id = ?",
                (json.dumps(merged), record_id),
            )

    def remove(self, record_id: str) -> None:
        """Take a rule away."""
        self.find(record_id)
        with self._state.transaction() as connection:
            connection.execute("delete from validation_rule where id = ?", (record_id,))

    def check(
        self,
        sobject: SObject,
        old: Mapping[str, Any] | None,
        new: Mapping[str, Any],
        now: datetime,
    ) -> None:
        """Raise SalesforceError if an active rule refuses the record as it is to be."""
        for (text,) in self._state.rows(
            "select metadata from validation_rule where sobject = ? order by name", (sobject.name,)
        ):
            rule = json.loads(text)
            formula = read_formula(rule["errorConditionFormula"], sobject)
            if rule.get("active") and formula.value(old, new, now) is True:
                place = rule.get("errorDisplayField")
                raise messages.rule_broken(rule["errorMessage"], (place,) if place else ())


def _checked(sobject: SObject, metadata: Mapping[str, Any]) -> None:
    for name in ("errorConditionFormula", "errorMessage"):
        if not isinstance(metadata.get(name), str):
            raise messages.required_missing((name,))
    place = metadata.get("errorDisplayField")
    if place and sobject.field(place) is None:
        raise SalesforceError("INVALID_FIELD", f"Field {place} does not exist")
    try:
        read_formula(metadata["errorConditionFormula"], sobject)
    except FormulaError as error:
        raise SalesforceError("FIELD_INTEGRITY_EXCEPTION", str(error)) from error
