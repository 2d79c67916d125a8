"""How findings of a check are printed: what is well in short, what is not with what to do."""

from __future__ import annotations

from collections.abc import Sequence

from dagster_project.command.words import translated
from extract import Finding


def print_findings(findings: Sequence[Finding], show_well: bool = False) -> bool:
    """Print the findings that are not well (all of them with `show_well`); True if all are well."""
    for finding in findings:
        if finding.is_well and not show_well:
            continue
        sign = "ok   " if finding.is_well else "MEND "
        print(f"{sign}{finding.system:<10}  {finding.subject:<44}  {translated(finding.sentence)}")
        if finding.what_to_do:
            print(f"{'':<63}{translated(finding.what_to_do)}")
    well = sum(finding.is_well for finding in findings)
    print(f"{well} of {len(findings)} are well")
    return well == len(findings)
