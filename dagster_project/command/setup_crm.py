"""`promesa setup-crm`: Promesa's objects, fields and permission sets in Salesforce."""

from __future__ import annotations

from dagster_project.command.findings import print_findings
from dagster_project.command.told import Told, told_in_sentences
from dagster_project.write_back import declarations, object_declarations, open_crm
from extract import provision


def run_setup() -> None:
    """Create what is missing, grant it, and say what was done; nothing is changed twice."""
    with told_in_sentences(), open_crm() as crm:
        findings = provision(crm.session, declarations(), object_declarations())
    if not print_findings(findings):
        raise Told("the CRM is not ready; the lines above say what to do.")
