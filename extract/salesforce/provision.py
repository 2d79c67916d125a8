"""Making the CRM ready: objects, fields, permission sets, grants and assignment; repeatable.

Which objects and fields there are is declared elsewhere (the signals' YAML) and handed in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from extract.errors import ExtractError, Refuse, TryAgain
from extract.salesforce import wire
from extract.salesforce.auth import SalesforceSession
from extract.salesforce.custom_objects import create_object, masters_of
from extract.target import FieldDeclaration, Finding, ObjectDeclaration

INTEGRATION_SET = "Promesa_Integration"
READER_SET = "Promesa_Reader"

_SETS = {
    INTEGRATION_SET: ("Promesa Integration", "Lets the integration user write Promesa's fields."),
    READER_SET: ("Promesa Reader", "Lets people read Promesa's fields and fill in its inputs."),
}

# Rights that no object permission grants: a task is made by who may edit tasks.
USER_PERMISSIONS = {INTEGRATION_SET: ("ActivitiesAccess", "EditTask"), READER_SET: ()}

# Their rights are another object's; Salesforce refuses object permissions of their own.
_RIGHTS_OF = {"OpportunityLineItem": "Opportunity", "PricebookEntry": "Pricebook2"}

# describe's type for each declared type.
DESCRIBED_TYPES = {
    "Text": "string",
    "LongTextArea": "textarea",
    "Picklist": "picklist",
    "Date": "date",
    "DateTime": "datetime",
    "Number": "double",
    "Currency": "currency",
    "Percent": "percent",
    "Checkbox": "boolean",
    "Lookup": "reference",
    "MasterDetail": "reference",
}

# Nobody is asked about these: who may read the record may read its parent and its required fields.
_UNGRANTED_TYPES = frozenset({"MasterDetail"})
_UNGRANTED_FIELDS = frozenset({"Name", "Pricebook2Id", "Product2Id", "UnitPrice", "IsActive"})

_LABEL_CHARS, _HELP_CHARS, _DESCRIPTION_CHARS = 40, 510, 1000
_NOTHING_DONE = "already there"
_SET_UP = "Run `promesa setup-crm`, or assign permission set *Promesa Integration*."


@dataclass(frozen=True)
class _Grant:
    permission_set: str
    object: str
    field: str
    can_edit: bool


def declaration_of(object_name: str, name: str, meta: Mapping[str, object]) -> FieldDeclaration:
    """A field as a signal model's YAML describes it under `config.meta.field`."""
    labels, helps = _texts(meta.get("label")), _texts(meta.get("help"))
    listed = meta.get("values")
    return FieldDeclaration(
        object=object_name,
        name=name,
        type=str(meta.get("type", "Text")),
        label_en=labels.get("en", name),
        label_es=labels.get("es", labels.get("en", name)),
        help_en=helps.get("en", ""),
        help_es=helps.get("es", ""),
        description=str(meta.get("description") or helps.get("en", "")),
        length=_whole(meta.get("length"), 255),
        precision=_whole(meta.get("precision"), 18),
        scale=_whole(meta.get("scale"), 0),
        values=tuple(str(value) for value in listed) if isinstance(listed, list) else (),
        is_external_id=bool(meta.get("external_id")),
        is_unique=bool(meta.get("unique")),
        is_input=meta.get("direction") == "in",
        is_standard=bool(meta.get("standard")),
        is_fixed=bool(meta.get("fixed")),
        refers_to=str(meta.get("refers_to", "")),
    )


def object_declaration_of(object_name: str, meta: Mapping[str, object]) -> ObjectDeclaration:
    """An object that records are made of, as a signal model's YAML describes it under
    `config.meta.creates`."""
    labels, plurals = _texts(meta.get("label")), _texts(meta.get("plural"))
    return ObjectDeclaration(
        name=object_name,
        label_en=labels.get("en", ""),
        label_es=labels.get("es", ""),
        plural_en=plurals.get("en", ""),
        plural_es=plurals.get("es", ""),
        name_label_en=_texts(meta.get("name_label")).get("en", ""),
    )


def field_metadata(declared: FieldDeclaration) -> dict[str, object]:
    """A declared field in the Tooling API's words (Metadata API guide, CustomField)."""
    content: dict[str, object] = {
        "type": declared.type,
        "label": declared.label_en[:_LABEL_CHARS],
        "inlineHelpText": declared.help_en[:_HELP_CHARS],
        "description": declared.description[:_DESCRIPTION_CHARS],
    }
    if declared.type == "Text":
        content["length"] = declared.length
        content["externalId"] = declared.is_external_id
        content["unique"] = declared.is_unique
    elif declared.type == "LongTextArea":
        content |= {"length": declared.length, "visibleLines": 6}
    elif declared.type in ("Number", "Currency", "Percent"):
        content |= {"precision": declared.precision, "scale": declared.scale}
    elif declared.type == "Checkbox":
        content["defaultValue"] = False
    elif declared.type in ("Lookup", "MasterDetail"):
        plural = declared.object.removesuffix("__c") + "s"
        content |= {"referenceTo": declared.refers_to, "relationshipName": plural}
        content |= (
            {"deleteConstraint": "SetNull"}
            if declared.type == "Lookup"
            else {
                "relationshipOrder": 0,
                "reparentableMasterDetail": True,
                "writeRequiresMasterRead": False,
            }
        )
    elif declared.type == "Picklist":
        content["valueSet"] = {
            "restricted": True,
            "valueSetDefinition": {
                "sorted": False,
                "value": [
                    {"fullName": value, "valueName": value, "label": value, "default": False}
                    for value in declared.values
                ],
            },
        }
    return content


def provision(
    session: SalesforceSession,
    declared: Sequence[FieldDeclaration],
    created: Sequence[ObjectDeclaration] = (),
) -> list[Finding]:
    """Create what is missing and leave what is there; one finding per thing looked at. Records of
    the objects `created` may be made by the integration; those of our own are created first."""
    session.sign_in()
    findings = [_object(session, one, declared) for one in created if one.is_own]
    findings += _fields(session, [field for field in declared if not field.is_standard])
    sets = {name: _permission_set(session, name, findings) for name in _SETS}
    objects = objects_with_rights(declared)
    _object_rights(session, objects, {one.name for one in created}, sets, findings)
    _grant(session, _grants(declared), sets, findings)
    _assign(session, sets[INTEGRATION_SET], findings)
    return findings


def objects_with_rights(declared: Sequence[FieldDeclaration]) -> list[str]:
    """The objects that the permission sets name; a price's rights are its price book's."""
    return sorted({_RIGHTS_OF.get(field.object, field.object) for field in declared})


def is_granted(field: FieldDeclaration) -> bool:
    """Whether a field is granted by name; required and standing ones come with the object."""
    is_free = field.is_standard and field.name in _UNGRANTED_FIELDS
    return not is_free and field.type not in _UNGRANTED_TYPES


def _object(
    session: SalesforceSession,
    declared: ObjectDeclaration,
    fields: Sequence[FieldDeclaration],
) -> Finding:
    masters = {field.name: field_metadata(field) for field in masters_of(declared, fields)}
    return create_object(session, declared, masters)


def _fields(session: SalesforceSession, declared: Sequence[FieldDeclaration]) -> list[Finding]:
    names = sorted({field.name.removesuffix("__c") for field in declared})
    query = (
        "SELECT DeveloperName, TableEnumOrId FROM CustomField WHERE DeveloperName IN ("
        + ", ".join(wire.literal(name) for name in names)
        + ")"
    )
    rows = _rows(session, query, is_tooling=True) if names else []
    there = {(str(row["TableEnumOrId"]), str(row["DeveloperName"])) for row in rows}
    return [
        _field(session, field, (field.object, field.name.removesuffix("__c")) in there)
        for field in declared
    ]


def _field(session: SalesforceSession, field: FieldDeclaration, is_there: bool) -> Finding:
    subject = f"{field.object}.{field.name}"
    if is_there:
        return Finding(wire.SYSTEM, subject, True, _NOTHING_DONE)
    body = {"FullName": subject, "Metadata": field_metadata(field)}
    try:
        session.send(
            "POST",
            f"{session.data}/tooling/sobjects/CustomField",
            json.dumps(body).encode(),
            about=field.object,
        )
    except Refuse as error:
        if error.facts.code == "DUPLICATE_DEVELOPER_NAME":
            return Finding(wire.SYSTEM, subject, True, _NOTHING_DONE)
        return Finding(
            wire.SYSTEM,
            subject,
            False,
            error.sentence,
            "Let a user with *Customize Application* run `promesa setup-crm`, or deploy the source"
            " under extract/salesforce/metadata.",
        )
    return Finding(wire.SYSTEM, subject, True, "created")


def _permission_set(session: SalesforceSession, name: str, findings: list[Finding]) -> str:
    rights = {f"Permissions{right}": True for right in USER_PERMISSIONS[name]}
    rows = _rows(
        session,
        f"SELECT {', '.join(('Id', *rights))} FROM PermissionSet WHERE Name = {wire.literal(name)}",
    )
    if rows and all(rows[0][right] for right in rights):
        findings.append(Finding(wire.SYSTEM, f"permission set {name}", True, _NOTHING_DONE))
        return str(rows[0]["Id"])
    if rows:
        found = str(rows[0]["Id"])
        session.send(
            "PATCH",
            f"{session.data}/sobjects/PermissionSet/{found}",
            json.dumps(rights).encode(),
            about="PermissionSet",
        )
        findings.append(Finding(wire.SYSTEM, f"permission set {name}", True, "may edit tasks now"))
        return found
    label, description = _SETS[name]
    made = _create(
        session,
        "PermissionSet",
        {"Name": name, "Label": label, "Description": description, **rights},
    )
    findings.append(Finding(wire.SYSTEM, f"permission set {name}", True, "created"))
    return made


def _object_rights(
    session: SalesforceSession,
    objects: Sequence[str],
    created: Set[str],
    sets: Mapping[str, str],
    findings: list[Finding],
) -> None:
    """Read on each object for both sets, edit for the integration, and create where it makes."""
    creating = {_RIGHTS_OF.get(name, name) for name in created}
    for set_name, set_id in sets.items():
        rows = _rows(
            session,
            f"SELECT SobjectType FROM ObjectPermissions WHERE ParentId = {wire.literal(set_id)}",
        )
        there = {str(row["SobjectType"]) for row in rows}
        for object_name in objects:
            if object_name in there:
                continue
            can_edit = set_name == INTEGRATION_SET
            _create(
                session,
                "ObjectPermissions",
                {
                    "ParentId": set_id,
                    "SobjectType": object_name,
                    "PermissionsRead": True,
                    "PermissionsEdit": can_edit,
                    "PermissionsCreate": can_edit and object_name in creating,
                    "PermissionsDelete": False,
                    "PermissionsViewAllRecords": can_edit,
                    "PermissionsModifyAllRecords": False,
                },
            )
            findings.append(Finding(wire.SYSTEM, f"{set_name} on {object_name}", True, "granted"))


def _grants(declared: Sequence[FieldDeclaration]) -> list[_Grant]:
    """Promesa's own fields are written by the integration alone; inputs by people alone."""
    return [
        _Grant(set_name, field.object, field.name, can_edit)
        for field in declared
        if is_granted(field)
        for set_name, can_edit in (
            (INTEGRATION_SET, not field.is_input),
            (READER_SET, field.is_input),
        )
        if not (field.is_standard and set_name == READER_SET)
    ]


def _grant(
    session: SalesforceSession,
    grants: Sequence[_Grant],
    sets: Mapping[str, str],
    findings: list[Finding],
) -> None:
    parents = ", ".join(wire.literal(set_id) for set_id in sets.values())
    rows = _rows(
        session,
        f"SELECT ParentId, Field FROM FieldPermissions WHERE ParentId IN ({parents})",
    )
    there = {(str(row["ParentId"])[:15], str(row["Field"])) for row in rows}
    wanted = [
        grant
        for grant in grants
        if (sets[grant.permission_set][:15], f"{grant.object}.{grant.field}") not in there
    ]
    records = [
        {
            "attributes": {"type": "FieldPermissions"},
            "ParentId": sets[grant.permission_set],
            "SobjectType": grant.object,
            "Field": f"{grant.object}.{grant.field}",
            "PermissionsRead": True,
            "PermissionsEdit": grant.can_edit,
        }
        for grant in wanted
    ]
    for start in range(0, len(records), 200):
        part = wanted[start : start + 200]
        answers = _create_many(session, records[start : start + 200])
        for grant, answer in zip(part, answers, strict=True):
            findings.append(_granted(grant, answer))
    if not wanted:
        findings.append(Finding(wire.SYSTEM, "field permissions", True, _NOTHING_DONE))


def _granted(grant: _Grant, answer: object) -> Finding:
    subject = f"{grant.permission_set} on {grant.object}.{grant.field}"
    if isinstance(answer, dict) and answer.get("success") is True:
        return Finding(wire.SYSTEM, subject, True, "granted")
    errors = wire.row_errors(answer.get("errors") if isinstance(answer, dict) else None)
    text = errors[0].message if errors else "no answer"
    return Finding(wire.SYSTEM, subject, False, text, "Run `promesa setup-crm` again.")


def _assign(session: SalesforceSession, set_id: str, findings: list[Finding]) -> None:
    user = session.user_id
    if not user:
        findings.append(
            Finding(
                wire.SYSTEM,
                f"assignment of {INTEGRATION_SET}",
                False,
                "The login does not say which user it is for.",
                "Assign the permission set to the integration user by hand.",
            )
        )
        return
    rows = _rows(
        session,
        "SELECT Id FROM PermissionSetAssignment WHERE PermissionSetId ="
        f" {wire.literal(set_id)} AND AssigneeId = {wire.literal(user)}",
    )
    if not rows:
        _create(session, "PermissionSetAssignment", {"PermissionSetId": set_id, "AssigneeId": user})
    sentence = _NOTHING_DONE if rows else "assigned to the integration user"
    findings.append(Finding(wire.SYSTEM, f"assignment of {INTEGRATION_SET}", True, sentence))


def _rows(
    session: SalesforceSession, query: str, *, is_tooling: bool = False
) -> list[Mapping[str, object]]:
    path = f"{session.data}/tooling/query" if is_tooling else f"{session.data}/query"
    body = session.get(path, {"q": query}).body
    rows = wire.records(body)
    while (link := wire.next_link(body)) is not None:
        body = session.get(link).body
        rows += wire.records(body)
    return rows


def _create(session: SalesforceSession, object_name: str, values: Mapping[str, object]) -> str:
    answer = session.send(
        "POST",
        f"{session.data}/sobjects/{object_name}",
        json.dumps(values).encode(),
        about=object_name,
    )
    content = wire.content_of(answer.body)
    if not isinstance(content, dict) or "id" not in content:
        raise TryAgain("the answer names no record.", system=wire.SYSTEM, object=object_name)
    return str(content["id"])


def _create_many(
    session: SalesforceSession, records: Sequence[Mapping[str, object]]
) -> list[object]:
    body = json.dumps({"allOrNone": False, "records": list(records)}).encode()
    answer = session.send("POST", f"{session.data}/composite/sobjects", body)
    content = wire.content_of(answer.body)
    if not isinstance(content, list) or len(content) != len(records):
        raise TryAgain("the answer does not name every row.", system=wire.SYSTEM)
    return content


def check_fields(session: SalesforceSession, declared: Sequence[FieldDeclaration]) -> list[Finding]:
    """B4: each owned field exists, has its type, and may be written (inputs: read)."""
    findings: list[Finding] = []
    for object_name in sorted({field.object for field in declared}):
        wanted = [field for field in declared if field.object == object_name]
        path = f"{session.data}/sobjects/{wire.name(object_name)}/describe"
        try:
            seen = wire.fields_of(session.get(path, about=object_name).body) or ()
        except ExtractError as error:
            findings.append(_undescribed(object_name, error))
            continue
        by_name = {field.name: field for field in seen}
        findings += [_checked(field, by_name.get(field.name), session) for field in wanted]
    return findings


def check_creation(session: SalesforceSession, object_name: str) -> Finding:
    """B4: whether the integration user may create records of an object, such as tasks."""
    path = f"{session.data}/sobjects/{wire.name(object_name)}/describe"
    try:
        described = json.loads(session.get(path, about=object_name).body)
    except ExtractError as error:
        return _undescribed(object_name, error)
    if isinstance(described, dict) and described.get("createable") is True:
        return Finding(wire.SYSTEM, object_name, True, "may be created")
    return Finding(
        wire.SYSTEM,
        object_name,
        False,
        f"User `{session.user_name}` may not create `{object_name}` records.",
        "Run `promesa setup-crm` and assign permission set *Promesa Integration*.",
    )


def _undescribed(object_name: str, error: ExtractError) -> Finding:
    """An object that can't be described; one of our own is made by set-up."""
    if error.facts.code != "NOT_FOUND" or not object_name.endswith("__c"):
        return Finding(wire.SYSTEM, object_name, False, error.sentence, error.facts.what_to_do)
    return Finding(
        wire.SYSTEM,
        object_name,
        False,
        f"`{object_name}` does not exist, or the integration user may not see it.",
        _SET_UP,
    )


def _checked(
    field: FieldDeclaration, seen: wire.FieldInfo | None, session: SalesforceSession
) -> Finding:
    subject = f"{field.object}.{field.name}"
    if seen is None:
        return Finding(
            wire.SYSTEM,
            subject,
            False,
            f"`{subject}` does not exist, or the integration user may not see it.",
            _SET_UP,
        )
    wanted_type = DESCRIBED_TYPES.get(field.type, field.type.lower())
    if seen.type != wanted_type:
        return Finding(
            wire.SYSTEM,
            subject,
            False,
            f"`{subject}` is a {seen.type} there and a {wanted_type} here.",
            "Delete that field in the CRM and run `promesa setup-crm`; its type cannot be changed.",
        )
    can_write = seen.is_createable if field.is_fixed else seen.is_updateable
    if not field.is_input and not can_write:
        return Finding(
            wire.SYSTEM,
            subject,
            False,
            f"User `{session.user_name}` may not write `{subject}`.",
            "Assign permission set *Promesa Integration*.",
        )
    return Finding(
        wire.SYSTEM, subject, True, "may be written" if not field.is_input else "readable"
    )


def _texts(value: object) -> dict[str, str]:
    return {str(key): str(text) for key, text in value.items()} if isinstance(value, dict) else {}


def _whole(value: object, default: int) -> int:
    return int(str(value)) if value is not None else default
