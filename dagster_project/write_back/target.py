"""The CRM as a target: the configured org, and only the fields that the signals declare."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dagster_project.settings import ENV_FILE
from dagster_project.write_back.fields import signal_objects
from dagster_project.write_back.news import TASK, TASK_FIELDS
from extract import (
    FieldDeclaration,
    ObjectDeclaration,
    SalesforceSettings,
    SalesforceSource,
    SalesforceTarget,
    declaration_of,
    object_declaration_of,
    read_settings,
)


@contextmanager
def open_crm() -> Iterator[SalesforceSource]:
    """The configured org, closed at the end; raises an ExtractError when none is configured."""
    source = SalesforceSource(read_settings(SalesforceSettings, ENV_FILE))
    try:
        yield source
    finally:
        source.close()


@contextmanager
def open_target() -> Iterator[SalesforceTarget]:
    """The org for writing: anything but the declared fields is refused before a call (S13)."""
    allowed = {one.name: [field.name for field in one.written] for one in signal_objects()}
    allowed[TASK] = list(TASK_FIELDS)
    with open_crm() as source:
        yield SalesforceTarget(source.session, allowed)


def declarations() -> list[FieldDeclaration]:
    """Every field of every signal model, as the YAML beside the models declares it."""
    return [
        declaration_of(one.name, field.name, field.declared)
        for one in signal_objects()
        for field in one.fields
    ]


def object_declarations() -> list[ObjectDeclaration]:
    """Every object that records are made of, as the YAML beside its model declares it."""
    return [
        object_declaration_of(one.name, one.creates)
        for one in signal_objects()
        if one.creates is not None
    ]
