"""`promesa flows` tells the way of each field, and the page in docs/ is what it tells today."""

from __future__ import annotations

import pytest

from dagster_project.command.flows import DOCUMENT, document, flows_of, text_lines
from dagster_project.defs.triggers import triggers
from dagster_project.warehouse.lineage import Lineage
from dagster_project.warehouse.transform import parsed_manifest


@pytest.fixture(scope="module")
def flows():
    return flows_of(Lineage.of(parsed_manifest()))


def test_a_verdict_comes_from_both_systems_by_night_and_on_change(flows):
    (deal,) = [flow for flow in flows if flow.signal.name == "Opportunity"]
    sources = {(spec.system, spec.name) for spec in deal.sources}
    assert {("salesforce", "Opportunity"), ("sap_b1", "Orders"), ("sap_b1", "Items")} <= sources
    assert "fct_deal" in deal.reads
    told = "\n".join(text_lines([deal], triggers()))
    assert "field     Promesa_Verdict__c (Picklist), written; owner promesa" in told
    assert "nightly_full_round (cron 30 2 * * *) starts promesa_round" in told
    assert "sources_changed (asks every 60 s) starts promesa_round" in told


def test_the_page_in_docs_is_current(flows):
    assert DOCUMENT.read_text(encoding="utf-8") == document(flows, triggers()), (
        "docs/flows.md is older than the code: promesa flows --write"
    )
