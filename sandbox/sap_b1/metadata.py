"""`$metadata`: the recorded document, with the company's own fields and tables written into it."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.sap_b1.records import Records
from sandbox.sap_b1.render import Dialect
from sandbox.sap_b1.schema import METADATA_FILE, METADATA_FILE_V1, Kind, Property, Structure

_TYPES: dict[Kind, tuple[str, str]] = {
    "text": ("Edm.String", "Edm.String"),
    "integer": ("Edm.Int32", "Edm.Int32"),
    "double": ("Edm.Double", "Edm.Double"),
    "date": ("Edm.DateTime", "Edm.DateTimeOffset"),
    "time": ("Edm.Time", "Edm.TimeOfDay"),
}
_INDENT = "        "


class Metadata:
    """Writes the document of each dialect; kept until a field or table is declared."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self._kept: dict[tuple[Dialect, bool], tuple[object, int, bytes]] = {}

    def document(self, dialect: Dialect, is_suffixed: bool) -> bytes:
        """The XML; `is_suffixed` as for the renderer (v1 with B1S-WCFCompatible)."""
        fields, slot = self.records.fields, (dialect, is_suffixed)
        kept = self._kept.get(slot)
        if kept is None or kept[0] is not fields or kept[1] != fields.version:
            text = self._written(dialect, is_suffixed)
            kept = self._kept[slot] = (fields, fields.version, text.encode())
        return kept[2]

    def _written(self, dialect: Dialect, is_suffixed: bool) -> str:
        file = METADATA_FILE if dialect == "v2" else METADATA_FILE_V1
        text = file.read_text(encoding="utf-8")
        if dialect == "v1" and is_suffixed:
            for structure in self.records.schema.structures.values():
                text = _suffixed(text, structure)
        for change in self.records.declared.changes():
            changed = self.records.declared.structure_named(change["object"])
            if changed is not None:
                text = _changed(text, changed, change["field"], dialect)
        for name in sorted(self.records.schema.structures):
            own = self.records.fields.user_fields(name).values()
            if own:
                text = _with_properties(text, name, own, dialect)
        for table in self.records.declared.user_tables():
            text = _with_table(text, table, self.records, dialect)
        return text


def _element(prop: Property, dialect: Dialect) -> str:
    type_name = _TYPES[prop.kind][0 if dialect == "v1" else 1]
    return f'{_INDENT}<Property Name="{prop.name}" Type="{type_name}" />\n'


def _span(text: str, name: str) -> tuple[int, int] | None:
    """Where the body of a type stands in the document."""
    for tag in ("EntityType", "ComplexType"):
        start = text.find(f'<{tag} Name="{name}"')
        if start >= 0:
            return text.index(">", start) + 1, text.index(f"</{tag}>", start)
    return None


def _with_properties(text: str, name: str, own: Iterable[Property], dialect: Dialect) -> str:
    """The company's fields at the end of a type's properties, before its navigation."""
    span = _span(text, name)
    if span is None:
        return text
    start, end = span
    navigation = text.find("<NavigationProperty", start, end)
    place = text.rfind("\n", start, end if navigation < 0 else navigation) + 1
    return text[:place] + "".join(_element(prop, dialect) for prop in own) + text[place:]


def _changed(text: str, structure: Structure, field: str, dialect: Dialect) -> str:
    """A type after a change of one of its properties: added, removed, or with another type."""
    span = _span(text, structure.name)
    if span is None:
        return text
    start, end = span
    own = text.find(f'<Property Name="{field}"', start, end)
    if own < 0:
        own = text.find(f' Name="{field}"', start, end)
        own = text.rfind("<Property", start, own) if own >= 0 else own
    if own >= 0:
        line_start, line_end = text.rfind("\n", 0, own) + 1, text.index("\n", own) + 1
        text = text[:line_start] + text[line_end:]
    prop = structure.properties.get(field)
    return text if prop is None else _with_properties(text, structure.name, [prop], dialect)


def _suffixed(text: str, structure: Structure) -> str:
    """For WCF a property named like its type gets `Property` at its end."""
    if f"{structure.name}Property" not in structure.properties:
        return text
    span = _span(text, structure.name)
    if span is None:
        return text
    start, end = span
    own, other = f'Name="{structure.name}"', f'Name="{structure.name}Property"'
    return text[:start] + text[start:end].replace(own, other) + text[end:]


def _with_table(text: str, name: str, records: Records, dialect: Dialect) -> str:
    """A user table as an entity type and a set of its own."""
    entity_set = records.schema.sets[name]
    properties = "".join(
        _element(prop, dialect) for prop in records.fields.all(entity_set.structure).values()
    )
    keys = "".join(f'{_INDENT}  <PropertyRef Name="{key}" />\n' for key in entity_set.structure.key)
    declared = (
        f'      <EntityType Name="{name}" OpenType="true">\n{_INDENT}<Key>\n{keys}'
        f"{_INDENT}</Key>\n{properties}      </EntityType>\n"
    )
    container = text.index("      <EntityContainer")
    text = text[:container] + declared + text[container:]
    end = text.rindex("</EntityContainer>")
    place = text.rfind("\n", 0, end) + 1
    line = f'        <EntitySet EntityType="SAPB1.{name}" Name="{name}" />\n'
    return text[:place] + line + text[place:]
