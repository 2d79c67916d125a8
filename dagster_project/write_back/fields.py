"""The fields that Promesa owns in the CRM, as the YAML beside each signal model declares them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from dagster_project.warehouse.folders import DBT_PROJECT

SIGNALS = DBT_PROJECT / "models" / "signals" / "salesforce"
STAMP_FIELDS = ("Promesa_As_Of__c", "Promesa_Expires__c")


@dataclass(frozen=True)
class SignalField:
    """One field of one object: its API name, type and limits, and whether we write it."""

    name: str
    type: str
    declared: dict[str, Any]

    @property
    def is_written(self) -> bool:
        """False for the fields that people fill in and Promesa only reads."""
        return str(self.declared.get("direction", "out")) == "out"

    @property
    def is_standard(self) -> bool:
        """True for the fields that every org has, as a product's code."""
        return bool(self.declared.get("standard", False))

    @property
    def is_fixed(self) -> bool:
        """True for what is set when a record is made and left to people after."""
        return bool(self.declared.get("fixed", False))

    @property
    def is_cleared(self) -> bool:
        """Whether the field is emptied when its record has no answer any more."""
        return self.declared.get("clear") != "never"

    @property
    def owner(self) -> str:
        """Who fills the field in: promesa, or the people of a department."""
        return str(self.declared["owner"])

    @property
    def scale(self) -> int:
        """Decimals that the CRM keeps."""
        return int(self.declared.get("scale", 0))


@dataclass(frozen=True)
class SignalObject:
    """One object of the CRM with its signal model and fields."""

    name: str
    model: str
    fields: tuple[SignalField, ...]
    # The fields that know a record before the CRM has given it an id; none where none is made.
    key: tuple[str, ...] = ()
    # What the YAML says of an object whose records are made: labels where the object is our own.
    creates: dict[str, Any] | None = None

    @property
    def external_id(self) -> str | None:
        """The external id under which records are made, so that a repeat makes no second one."""
        names = {field.name for field in self.fields if field.declared.get("external_id")}
        return self.key[0] if len(self.key) == 1 and self.key[0] in names else None

    @property
    def written(self) -> tuple[SignalField, ...]:
        """The fields that a changeset may hold."""
        return tuple(field for field in self.fields if field.is_written)

    @property
    def answers(self) -> tuple[SignalField, ...]:
        """Written fields whose change is news; the stamps follow from it."""
        return tuple(
            field for field in self.written if field.name not in STAMP_FIELDS and not field.is_fixed
        )

    @property
    def stamps(self) -> tuple[str, ...]:
        """The stamps that the object has; standard objects without custom fields have none."""
        names = {field.name for field in self.fields}
        return tuple(name for name in STAMP_FIELDS if name in names)


@cache
def signal_objects() -> tuple[SignalObject, ...]:
    """Every signal model whose fields are kept in step, in the order of its file names."""
    return tuple(
        _signal_object(model)
        for path in sorted(SIGNALS.glob("*.yml"))
        for model in yaml.safe_load(path.read_text())["models"]
        if not model["config"]["meta"].get("is_news", False)
    )


def _signal_object(model: dict[str, Any]) -> SignalObject:
    fields = []
    for column in model["columns"]:
        declared = column.get("config", {}).get("meta", {}).get("field")
        if declared:
            name = declared.get("name", column["name"])
            fields.append(SignalField(name, str(declared["type"]), declared))
    meta = model["config"]["meta"]
    creates = meta.get("creates")
    return SignalObject(
        name=meta["object"],
        model=model["name"],
        fields=tuple(fields),
        key=tuple(creates["by"]) if creates else (),
        creates=creates,
    )
