"""What `promesa doctor` asks: can each system be reached, read and written, and what if not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from extract.configuration import is_configured, read_settings
from extract.errors import ExtractError
from extract.properties import properties_of
from extract.salesforce import SalesforceSettings, SalesforceSource, wire
from extract.salesforce.provision import check_creation, check_fields
from extract.sap_b1 import SapB1Settings, SapB1Source
from extract.source import ObjectSpec
from extract.target import FieldDeclaration, Finding
from extract.transport import Limits

_QUICK = Limits(attempts=2, total_seconds=20.0, silence_seconds=20.0)


def check(
    env_file: Path | None = None,
    declared: Sequence[FieldDeclaration] = (),
    created: Sequence[str] = (),
    limits: Limits = _QUICK,
) -> list[Finding]:
    """Look at each configured system: connection, objects, fields, permissions, and whether records
    of the objects `created` may be made. Nothing is written; every finding that is not well says
    what to do."""
    return [*_salesforce(env_file, declared, created, limits), *_sap_b1(env_file, limits)]


def _salesforce(
    env_file: Path | None,
    declared: Sequence[FieldDeclaration],
    created: Sequence[str],
    limits: Limits,
) -> list[Finding]:
    if not is_configured("SALESFORCE_", env_file):
        return [_not_configured("salesforce", "SALESFORCE_LOGIN_URL")]
    try:
        source = SalesforceSource(read_settings(SalesforceSettings, env_file), limits)
    except ExtractError as error:
        return [_finding("salesforce", "settings", error)]
    try:
        source.session.sign_in()
    except ExtractError as error:
        source.close()
        return [_finding("salesforce", "connection", error)]
    findings = [Finding("salesforce", "connection", True, f"signed in to {source.session.host}")]
    findings += [_salesforce_object(source, spec) for spec in source.objects()]
    findings += check_fields(source.session, declared)
    findings += [check_creation(source.session, name) for name in created]
    source.close()
    return findings


def _salesforce_object(source: SalesforceSource, spec: ObjectSpec) -> Finding:
    session = source.session
    try:
        body = session.get(f"{session.data}/sobjects/{spec.entity}/describe", about=spec.name).body
    except ExtractError as error:
        return _finding(spec.system, spec.name, error)
    names = {field.name for field in wire.fields_of(body) or ()}
    missing = [field for field in spec.required if field not in names]
    if missing:
        return Finding(
            spec.system,
            f"{spec.name}.{missing[0]}",
            False,
            f"User `{session.user_name}` may not read `{spec.name}.{missing[0]}`.",
            "Assign permission set *Promesa Integration*.",
        )
    return Finding(spec.system, spec.name, True, f"{len(names)} fields readable")


def _sap_b1(env_file: Path | None, limits: Limits) -> list[Finding]:
    if not is_configured("SAP_B1_", env_file):
        return [_not_configured("sap_b1", "SAP_B1_URL")]
    try:
        source = SapB1Source(read_settings(SapB1Settings, env_file), limits)
    except ExtractError as error:
        return [_finding("sap_b1", "settings", error)]
    try:
        source.session.sign_in()
    except ExtractError as error:
        source.close()
        return [_finding("sap_b1", "connection", error)]
    findings = [
        Finding("sap_b1", "connection", True, f"signed in to {source.session.settings.company}")
    ]
    findings += [
        _sap_b1_object(source, spec)
        for spec in source.objects()
        if spec.entity == spec.name and spec.name != "LotQuantities" and properties_of(spec).kinds
    ]
    source.close()
    return findings


def _sap_b1_object(source: SapB1Source, spec: ObjectSpec) -> Finding:
    try:
        source.session.get(spec.entity, {"$top": "1"})
    except ExtractError as error:
        return _finding(spec.system, spec.name, error)
    return Finding(spec.system, spec.name, True, "readable")


def _not_configured(system: str, setting: str) -> Finding:
    return Finding(
        system, "settings", False, "It is not configured.", f"Fill in `{setting}` in .env."
    )


def _finding(system: str, subject: str, error: ExtractError) -> Finding:
    return Finding(system, subject, False, error.sentence, error.facts.what_to_do)
