"""Creating an object of our own through the Metadata API, the only door that makes one.

The call and its answer are `createMetadata` of the Metadata API developer guide; they were not
checked against an org.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence

from extract.errors import ExtractError
from extract.salesforce import wire
from extract.salesforce.auth import SalesforceSession
from extract.target import FieldDeclaration, Finding, ObjectDeclaration

_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_DUPLICATE = "DUPLICATE_DEVELOPER_NAME"


def object_metadata(declared: ObjectDeclaration, has_master: bool) -> dict[str, object]:
    """A declared object in the Metadata API's words (Metadata API guide, CustomObject)."""
    return {
        "deploymentStatus": "Deployed",
        "label": declared.label_en,
        "nameField": {"label": declared.name_label_en, "type": "Text"},
        "pluralLabel": declared.plural_en,
        "sharingModel": "ControlledByParent" if has_master else "ReadWrite",
    }


def create_object(
    session: SalesforceSession,
    declared: ObjectDeclaration,
    masters: Mapping[str, Mapping[str, object]],
) -> Finding:
    """Create the object with its master-detail fields, which its sharing depends on, unless it is
    there already."""
    try:
        answer = session.send_soap(_call(declared, masters), about=declared.name)
        errors = _errors(answer.body)
    except ExtractError as error:
        return _failed(declared, error.sentence)
    if not errors:
        return Finding(wire.SYSTEM, declared.name, True, "created")
    code, message = errors[0]
    if code == _DUPLICATE:
        return Finding(wire.SYSTEM, declared.name, True, "already there")
    return _failed(declared, f"{code}: {message}")


def masters_of(
    declared: ObjectDeclaration, fields: Sequence[FieldDeclaration]
) -> list[FieldDeclaration]:
    """The fields that are made together with the object."""
    return [
        field for field in fields if field.object == declared.name and field.type == "MasterDetail"
    ]


def append_value(parent: ET.Element, name: str, value: object) -> None:
    """Add metadata as elements; a list repeats its element. `valueName` is the Tooling API's."""
    if isinstance(value, list):
        for each in value:
            append_value(parent, name, each)
        return
    child = ET.SubElement(parent, name)
    if isinstance(value, dict):
        for key, inner in value.items():
            if key != "valueName":
                append_value(child, key, inner)
    else:
        child.text = str(value).lower() if isinstance(value, bool) else str(value)


def _failed(declared: ObjectDeclaration, sentence: str) -> Finding:
    return Finding(
        wire.SYSTEM,
        declared.name,
        False,
        sentence,
        "Let a user with *Customize Application* run `promesa setup-crm`, or deploy the source"
        " under extract/salesforce/metadata.",
    )


def _call(
    declared: ObjectDeclaration,
    masters: Mapping[str, Mapping[str, object]],
) -> ET.Element:
    call = ET.Element("createMetadata", xmlns=wire.METADATA)
    made = ET.SubElement(call, "metadata", {f"{{{_INSTANCE}}}type": "CustomObject"})
    append_value(made, "fullName", declared.name)
    for name, metadata in masters.items():
        append_value(made, "fields", {"fullName": name, **metadata})
    for key, value in object_metadata(declared, bool(masters)).items():
        append_value(made, key, value)
    return call


def _errors(body: bytes) -> list[tuple[str, str]]:
    """Code and message of each error of the answer; an answer without a result is an error."""
    try:
        root = ET.fromstring(body)
    except ET.ParseError as error:
        return [("BROKEN_ANSWER", str(error))]
    results = root.findall(f".//{{{wire.METADATA}}}result")
    if not results:
        return [("NO_RESULT", "the answer names no result.")]
    return [
        (
            error.findtext(f"{{{wire.METADATA}}}statusCode", "UNKNOWN"),
            error.findtext(f"{{{wire.METADATA}}}message", ""),
        )
        for result in results
        if result.findtext(f"{{{wire.METADATA}}}success") != "true"
        for error in result.findall(f"{{{wire.METADATA}}}errors") or [ET.Element("errors")]
    ]
