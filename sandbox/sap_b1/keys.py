"""Entity keys: as written in an address, as stored (sortable text), and as written in messages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sandbox.sap_b1.schema import Structure

KeyValue = str | int
Key = tuple[KeyValue, ...]

_OFFSET = 10**12
_PART = re.compile(r"\s*(?:([A-Za-z_][A-Za-z0-9_]*)\s*=\s*)?('(?:[^']|'')*'|-?\d+)\s*(?:,|$)")
_SEPARATOR = "\x1f"


def parse_key(text: str, structure: Structure) -> Key | None:
    """The key written between the parentheses of an address, in the entity's own order.

    `'C20000'`, `12`, `TableName='ORDR',FieldID=0`; None when the text is no key of the entity.
    """
    named: dict[str, KeyValue] = {}
    bare: list[KeyValue] = []
    position = 0
    while position < len(text):
        match = _PART.match(text, position)
        if match is None:
            return None
        value = _key_value(match[2])
        if match[1] is None:
            bare.append(value)
        else:
            named[match[1]] = value
        position = match.end()
    if not named and len(bare) == len(structure.key) == 1:
        return _typed((bare[0],), structure)
    if not bare and set(named) == set(structure.key):
        return _typed(tuple(named[name] for name in structure.key), structure)
    return None


def _key_value(text: str) -> KeyValue:
    return text[1:-1].replace("''", "'") if text.startswith("'") else int(text)


def _typed(key: Key, structure: Structure) -> Key | None:
    """The key when each part has the property's type; a number in quotes is no integer key."""
    kinds = (structure.properties[name].kind for name in structure.key)
    fits = all(
        isinstance(value, int if kind == "integer" else str)
        for value, kind in zip(key, kinds, strict=True)
    )
    return key if fits else None


def key_of(body: Mapping[str, Any], structure: Structure) -> Key:
    """The key of a stored entity; KeyError when a part is missing."""
    return tuple(body[name] for name in structure.key)


def stored_key(key: Key) -> str:
    """The key as text whose order is the order of the values (also of negative numbers)."""
    return _SEPARATOR.join(
        f"{part + _OFFSET:013d}" if isinstance(part, int) else part for part in key
    )


def written_key(key: Key, structure: Structure) -> str:
    """The key as it stands in an address: `'C20000'`, `12`, `TableName='ORDR',FieldID=0`."""
    parts = [
        str(part) if isinstance(part, int) else "'" + part.replace("'", "''") + "'" for part in key
    ]
    if len(parts) == 1:
        return parts[0]
    return ",".join(f"{name}={part}" for name, part in zip(structure.key, parts, strict=True))
