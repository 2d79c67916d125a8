"""The same fields and permission sets as deployable source (sfdx form), in two languages."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from pathlib import Path

from extract.salesforce.custom_objects import append_value, masters_of, object_metadata
from extract.salesforce.provision import (
    INTEGRATION_SET,
    READER_SET,
    USER_PERMISSIONS,
    field_metadata,
    is_granted,
    objects_with_rights,
)
from extract.salesforce.wire import METADATA as _NAMESPACE
from extract.target import FieldDeclaration, ObjectDeclaration


def write_source(
    declared: Sequence[FieldDeclaration],
    folder: Path,
    api_version: str = "60.0",
    created: Sequence[ObjectDeclaration] = (),
) -> list[Path]:
    """Write an sfdx project: objects and fields of our own, permission sets, Spanish texts, and a
    manifest that removes all of it again. Returns the files written."""
    base = folder / "force-app" / "main" / "default"
    ours = [field for field in declared if not field.is_standard]
    own = [one for one in created if one.is_own]
    written = [
        _write(
            base / "objects" / field.object / "fields" / f"{field.name}.field-meta.xml",
            _field(field),
        )
        for field in ours
    ]
    written += [
        _write(
            base / "objects" / one.name / f"{one.name}.object-meta.xml",
            _object(one, bool(masters_of(one, ours))),
        )
        for one in own
    ]
    for name, label in ((INTEGRATION_SET, "Promesa Integration"), (READER_SET, "Promesa Reader")):
        written.append(
            _write(
                base / "permissionsets" / f"{name}.permissionset-meta.xml",
                _permission_set(name, label, declared, created),
            )
        )
    labelled = {one.name: one for one in own}
    for object_name in sorted({field.object for field in ours}):
        fields = [field for field in ours if field.object == object_name]
        place = base / "objectTranslations" / f"{object_name}-es"
        for field in fields:
            written.append(
                _write(place / f"{field.name}.fieldTranslation-meta.xml", _translation(field))
            )
        written.append(
            _write(
                place / f"{object_name}-es.objectTranslation-meta.xml",
                _object_translation(labelled.get(object_name)),
            )
        )
    written.append(
        _write(folder / "removal" / "destructiveChanges.xml", _removal(ours, own, api_version))
    )
    written.append(_write(folder / "removal" / "package.xml", _package((), api_version)))
    project = folder / "sfdx-project.json"
    project.write_text(
        json.dumps(
            {
                "packageDirectories": [{"path": "force-app", "default": True}],
                "sourceApiVersion": api_version,
            },
            indent=2,
        )
        + "\n",
        "utf-8",
    )
    return [*written, project]


def _field(field: FieldDeclaration) -> ET.Element:
    root = ET.Element("CustomField", xmlns=_NAMESPACE)
    append_value(root, "fullName", field.name)
    for key, value in sorted(field_metadata(field).items()):
        append_value(root, key, value)
    return root


def _object(declared: ObjectDeclaration, has_master: bool) -> ET.Element:
    root = ET.Element("CustomObject", xmlns=_NAMESPACE)
    for key, value in object_metadata(declared, has_master).items():
        append_value(root, key, value)
    return root


def _object_translation(declared: ObjectDeclaration | None) -> ET.Element:
    root = ET.Element("CustomObjectTranslation", xmlns=_NAMESPACE)
    if declared is not None:
        append_value(root, "caseValues", {"plural": False, "value": declared.label_es})
        append_value(root, "caseValues", {"plural": True, "value": declared.plural_es})
    return root


def _translation(field: FieldDeclaration) -> ET.Element:
    root = ET.Element("CustomFieldTranslation", xmlns=_NAMESPACE)
    append_value(root, "help", field.help_es[:510])
    append_value(root, "label", field.label_es[:40])
    append_value(root, "name", field.name)
    return root


def _permission_set(
    name: str,
    label: str,
    declared: Sequence[FieldDeclaration],
    created: Sequence[ObjectDeclaration],
) -> ET.Element:
    root = ET.Element("PermissionSet", xmlns=_NAMESPACE)
    named = [
        field
        for field in declared
        if is_granted(field) and not (field.is_standard and name == READER_SET)
    ]
    creating = objects_with_rights([FieldDeclaration(one.name, "", "", "", "") for one in created])
    for field in sorted(named, key=lambda each: (each.object, each.name)):
        is_editable = field.is_input == (name == READER_SET)
        append_value(
            root,
            "fieldPermissions",
            {"editable": is_editable, "field": f"{field.object}.{field.name}", "readable": True},
        )
    append_value(root, "hasActivationRequired", False)
    append_value(root, "label", label)
    for object_name in objects_with_rights(declared):
        can_edit = name == INTEGRATION_SET
        append_value(
            root,
            "objectPermissions",
            {
                "allowCreate": can_edit and object_name in creating,
                "allowDelete": False,
                "allowEdit": can_edit,
                "allowRead": True,
                "modifyAllRecords": False,
                "object": object_name,
                "viewAllRecords": can_edit,
            },
        )
    for right in USER_PERMISSIONS[name]:
        append_value(root, "userPermissions", {"enabled": True, "name": right})
    return root


def _removal(
    ours: Sequence[FieldDeclaration], own: Sequence[ObjectDeclaration], api_version: str
) -> ET.Element:
    gone = {one.name for one in own}
    members = [f"{field.object}.{field.name}" for field in ours if field.object not in gone]
    types = [("CustomField", members), ("PermissionSet", [INTEGRATION_SET, READER_SET])]
    if gone:
        types.insert(1, ("CustomObject", sorted(gone)))
    return _package(types, api_version)


def _package(types: Iterable[tuple[str, list[str]]], api_version: str) -> ET.Element:
    root = ET.Element("Package", xmlns=_NAMESPACE)
    for name, members in types:
        group = ET.SubElement(root, "types")
        for member in sorted(members):
            append_value(group, "members", member)
        append_value(group, "name", name)
    append_value(root, "version", api_version)
    return root


def _write(path: Path, root: ET.Element) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    ET.indent(root, "    ")
    text = ET.tostring(root, encoding="unicode")
    path.write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n', "utf-8")
    return path
