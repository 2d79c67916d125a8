"""`promesa setup-crm`: Promesa's fields and permission sets in Salesforce."""

from __future__ import annotations

from dagster_project.command.told import told_in_sentences
from dagster_project.write_back import signal_objects
from extract import FieldDeclaration, open_target


def run_setup() -> None:
    """Create what is missing, grant it, and say what was done; nothing is changed twice."""
    with told_in_sentences(), open_target() as target:
        report = target.provision(declarations())
    for line in report.lines:
        print(line)


def declarations() -> list[FieldDeclaration]:
    """Every field of every signal model, as the YAML beside the models declares it."""
    return [
        FieldDeclaration(object=one.name, name=field.name, type=field.type, declared=field.declared)
        for one in signal_objects()
        for field in one.fields
    ]
