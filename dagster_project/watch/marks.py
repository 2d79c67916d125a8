"""The newest change stamp of each system as one short text: it moves when anything moved."""

from __future__ import annotations

from dagster_project.settings import ENV_FILE
from extract import newest_stamp, open_sources

WATCHED = ("Opportunity", "OpportunityLineItem", "Account", "Orders", "DeliveryNotes", "Invoices")


def change_mark() -> str:
    """Newest stamps of the watched objects of the configured systems, joined."""
    marks = []
    with open_sources(env_file=ENV_FILE) as sources:
        for source in sources:
            for spec in source.objects():
                if spec.name in WATCHED:
                    marks.append(f"{spec.name}={newest_stamp(source, spec)}")
    return " ".join(sorted(marks))
