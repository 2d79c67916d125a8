"""The same fields and permission sets as deployable source (sfdx form), in two languages."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from pathlib import Path

from extract.salesforce.provision import (
    INTEGRATION_SET,
    READER_SET,
    USER_PERMISSIONS,
    field_metadata,
)
from extract.target import FieldDeclaration

_NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
_WITHOUT_OBJECT_RIGHTS = frozenset({"OpportunityLineItem"})


def write_source(
    declared: Sequence[FieldDeclaration], folder: Path, api_version: str = "60.0"
) -> list[Path]:
    """Write an sfdx project: fields, permission sets, Spanish texts, and a manifest that removes
    all of it again. Returns the files written."""
    base = folder / "force-app" / "main" / "default"
    written = [
        _write(
            base / "objects" / field.object / "fields" / f"{field.name}.field-meta.xml",
            _field(field),
        )
        for field in declared
    ]
    for name, label in ((INTEGRATION_SET, "Promesa Integration"), (READER_SET, "Promesa Reader")):
        written.append(
            _write(
                base / "permissionsets" / f"{name}.permissionset-meta.xml",
                _permission_set(name, label, declared),
            )
        )
    for object_name in sorted({field.object for field in declared}):
        fields = [field for field in declared if field.object == object_name]
        place = base / "objectTranslations" / f"{object_name}-es"
        for field in fields:
            written.append(
                _write(place / f"{field.name}.fieldTranslation-meta.xml", _translation(field))
            )
        written.append(
            _write(
                place / f"{object_name}-es.objectTranslation-meta.xml",
                ET.Element("CustomObjectTranslation", xmlns=_NAMESPACE),
            )
        )
    written.append(
        _write(folder / "removal" / "destructiveChanges.xml", _removal(declared, api_version))
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
    _add(root, "fullName", field.name)
    for key, value in sorted(field_metadata(field).items()):
        _add(root, key, value)
    return root


def _translation(field: FieldDeclaration) -> ET.Element:
    root = ET.Element("CustomFieldTranslation", xmlns=_NAMESPACE)
    _add(root, "help", field.help_es[:510])
    _add(root, "label", field.label_es[:40])
    _add(root, "name", field.name)
    return root


def _permission_set(name: str, label: str, declared: Sequence[FieldDeclaration]) -> ET.Element:
    root = ET.Element("PermissionSet", xmlns=_NAMESPACE)
    for field in sorted(declared, key=lambda each: (each.object, each.name)):
        is_editable = field.is_input == (name == READER_SET)
        _add(
            root,
            "fieldPermissions",
            {"editable": is_editable, "field": f"{field.object}.{field.name}", "readable": True},
        )
    _add(root, "hasActivationRequired", False)
    _add(root, "label", label)
    for object_name in sorted({field.object for field in declared} - _WITHOUT_OBJECT_RIGHTS):
        can_edit = name == INTEGRATION_SET
        _add(
            root,
            "objectPermissions",
            {
                "allowCreate": False,
                "allowDelete": False,
                "allowEdit": can_edit,
                "allowRead": True,
                "modifyAllRecords": False,
                "object": object_name,
                "viewAllRecords": can_edit,
            },
        )
    for right in USER_PERMISSIONS[name]:
        _add(root, "userPermissions", {"enabled": True, "name": right})
    return root


def _removal(declared: Sequence[FieldDeclaration], api_version: str) -> ET.Element:
    members = [f"{field.object}.{field.name}" for field in declared]
    return _package(
        (("CustomField", members), ("PermissionSet", [INTEGRATION_SET, READER_SET])), api_version
    )


def _package(types: Iterable[tuple[str, list[str]]], api_version: str) -> ET.Element:
    root = ET.Element("Package", xmlns=_NAMESPACE)
    for name, members in types:
        group = ET.SubElement(root, "types")
        for member in sorted(members):
            _add(group, "members", member)
        _add(group, "name", name)
    _add(root, "version", api_version)
    return root


def _add(parent: ET.Element, name: str, value: object) -> None:
    if isinstance(value, list):
        for each in value:
            _add(parent, name, each)
        return
    child = ET.SubElement(parent, name)
    if isinstance(value, dict):
        for key, inner in value.items():
            if key != "valueName":
                _add(child, key, inner)
    else:
        child.text = str(value).lower() if isinstance(value, bool) else str(value)


def _write(path: Path, root: ET.Element) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    ET.indent(root, "    ")
    text = ET.tostring(root, encoding="unicode")
    path.write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n', "utf-8")
    return path
