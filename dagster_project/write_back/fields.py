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

    @property
    def written(self) -> tuple[SignalField, ...]:
        """The fields that a changeset may hold."""
        return tuple(field for field in self.fields if field.is_written)

    @property
    def answers(self) -> tuple[SignalField, ...]:
        """Written fields whose change is news; the stamps follow from it."""
        return tuple(field for field in self.written if field.name not in STAMP_FIELDS)


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
    return SignalObject(
        name=model["config"]["meta"]["object"], model=model["name"], fields=tuple(fields)
    )
