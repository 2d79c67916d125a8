"""`promesa doctor`: each connection, permission, object and field, and what to do about it."""

from __future__ import annotations

from dagster_project.command.findings import print_findings
from dagster_project.command.told import Told, told_in_sentences
from dagster_project.settings import ENV_FILE, load_settings
from dagster_project.write_back import TASK, declarations, object_declarations
from extract import check


def run_doctor() -> None:
    """Look at everything that a run needs; exit 1 when something needs mending."""
    with told_in_sentences():
        load_settings()
        created = (TASK, *(one.name for one in object_declarations()))
        findings = check(ENV_FILE, declarations(), created=created)
    if not print_findings(findings, show_well=True):
        raise Told("not everything is ready; the lines marked MEND say what to do.")
