"""What may be asked of a system that is written to, and what became of each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

Scalar = str | int | float | bool | None


class Sent(StrEnum):
    """What became of one row: one outcome each (I12)."""

    WRITTEN = "written"
    REFUSED = "refused"
    PENDING = "pending"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Change:
    """One record's fields to be written; None clears a field."""

    object: str
    id: str
    values: Mapping[str, Scalar]


@dataclass(frozen=True)
class Outcome:
    """What the target said about one change: its own code and text, and the fields it names."""

    object: str
    id: str
    sent: Sent
    code: str = ""
    message: str = ""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class FieldDeclaration:
    """One field Promesa owns in the CRM, as the signals' YAML declares it.

    `type` is one of Text, LongTextArea, Picklist, Date, DateTime, Number, Currency, Percent,
    Checkbox, Lookup, MasterDetail; `length` counts characters, `precision` digits and `scale`
    decimals. `is_input` marks fields that people fill in, `is_standard` the ones that every org
    has, `is_fixed` the ones that are set when a record is made and never after.
    """

    object: str
    name: str
    type: str
    label_en: str
    label_es: str
    help_en: str = ""
    help_es: str = ""
    description: str = ""
    length: int = 255
    precision: int = 18
    scale: int = 0
    values: Sequence[str] = ()
    is_external_id: bool = False
    is_unique: bool = False
    is_input: bool = False
    is_standard: bool = False
    is_fixed: bool = False
    refers_to: str = ""


@dataclass(frozen=True)
class ObjectDeclaration:
    """One object of the CRM that Promesa makes records of; an object of its own has labels, and a
    custom object that lacks is created with them."""

    name: str
    label_en: str = ""
    label_es: str = ""
    plural_en: str = ""
    plural_es: str = ""
    name_label_en: str = ""

    @property
    def is_own(self) -> bool:
        """Whether Promesa creates the object itself."""
        return bool(self.label_en)


@dataclass(frozen=True)
class Finding:
    """One line of a check: what was looked at, whether it is well, and what to do if not."""

    system: str
    subject: str
    is_well: bool
    sentence: str
    what_to_do: str = ""
