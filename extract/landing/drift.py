"""How the source's records differ from what is declared and from what it sent before (F10)."""

from __future__ import annotations

import json
from collections.abc import Mapping

import duckdb

from extract.errors import Refuse
from extract.properties import properties_of
from extract.source import Drift, ObjectSpec, PageForm, Reading

# Enough rows to see every field, few enough to cost nothing: 200 structures are 10 ms.
_SAMPLE = 200

_NUMBERS = {"UBIGINT", "BIGINT", "DOUBLE", "HUGEINT", "UHUGEINT"}


def find_drift(con: duckdb.DuckDBPyConnection, spec: ObjectSpec, reading: Reading) -> list[Drift]:
    """Fields added, missing or retyped; raises Refuse where a field that models need is gone."""
    structure = _structure(con, spec)
    if not structure:
        return list(reading.drift)
    missing = [field for field in spec.required if field not in structure]
    if missing:
        raise Refuse(
            f"field {missing[0]} is not in what the source sends.",
            system=spec.system,
            object=spec.name,
            field=missing[0],
            code="field_missing",
            what_to_do="Give the integration user read access to it, or map it; the object keeps"
            " its last whole read until then.",
        )
    is_typed = any(page.form is PageForm.JSON_ARRAY for page in reading.pages)
    retyped = _retyped(spec, structure) if is_typed else []
    if retyped:
        raise Refuse(
            f"{retyped[0].detail}",
            system=spec.system,
            object=spec.name,
            field=retyped[0].field,
            code="retyped",
            what_to_do="The object keeps its last whole read until the field is a number again.",
        )
    known = {drift.field for drift in reading.drift}
    return [
        *reading.drift,
        *(each for each in _moved(con, spec, structure) if each.field not in known),
    ]


def _structure(con: duckdb.DuckDBPyConnection, spec: ObjectSpec) -> Mapping[str, object]:
    row = con.execute(
        "select json_group_structure(record)::varchar from ("
        f" select record from staged where json_type(record) = 'OBJECT' limit {_SAMPLE})"
    ).fetchone()
    try:
        parsed = json.loads(row[0]) if row and row[0] else {}
    except RecursionError as error:
        raise Refuse(
            "a record is nested beyond all measure.",
            system=spec.system,
            object=spec.name,
            code="answer_too_deep",
            what_to_do="Nothing was landed; the object keeps its last whole read.",
        ) from error
    if not isinstance(parsed, dict):
        return {}
    return {field: kind for field, kind in parsed.items() if not _is_about_the_answer(field)}


def _is_about_the_answer(field: str) -> bool:
    """REST adds `attributes` and @odata notes that Bulk and files do not have: no drift (I22)."""
    return field == "attributes" or field.lstrip("@").startswith("odata.")


def _retyped(spec: ObjectSpec, structure: Mapping[str, object]) -> list[Drift]:
    """Number properties that the wire now sends as text."""
    if spec.system != "sap_b1":
        return []
    kinds = properties_of(spec).kinds
    return [
        Drift(field, "retyped", f"{field} was a number and is now {str(seen).lower()}.")
        for field, seen in structure.items()
        if kinds.get(field) == "number"
        and isinstance(seen, str)
        and seen not in _NUMBERS
        and seen not in ("NULL", "JSON")
    ]


def _moved(
    con: duckdb.DuckDBPyConnection, spec: ObjectSpec, structure: Mapping[str, object]
) -> list[Drift]:
    """Fields that came or went since the read before."""
    row = con.execute(
        "select list(field) from field_seen where system = ? and object = ?",
        [spec.system, spec.name],
    ).fetchone()
    before = set(row[0]) if row and row[0] else set()
    if not before:
        return []
    added = sorted(set(structure) - before)
    gone = sorted(before - set(structure))
    return [
        *(Drift(field, "added", f"{field} is new; it is landed.") for field in added),
        *(Drift(field, "missing", f"{field} is no longer sent.") for field in gone),
    ]


def remember_fields(con: duckdb.DuckDBPyConnection, spec: ObjectSpec, extraction_id: int) -> None:
    """Keep which fields this read had, for the next one to compare with."""
    structure = _structure(con, spec)
    if not structure:
        return
    con.execute("delete from field_seen where system = ? and object = ?", [spec.system, spec.name])
    con.execute(
        "insert into field_seen select ?, ?, unnest(?::varchar[]), ?",
        [spec.system, spec.name, sorted(structure), extraction_id],
    )
