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
    Checkbox; `length` counts characters, `precision` digits and `scale` decimals. `is_input` marks
    fields that people fill in.
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


@dataclass(frozen=True)
class Finding:
    """One line of a check: what was looked at, whether it is well, and what to do if not."""

    system: str
    subject: str
    is_well: bool
    sentence: str
    what_to_do: str = ""
