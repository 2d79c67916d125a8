"""The record page: labels and values for a person, and no text that runs."""

from __future__ import annotations

import json

import httpx
import pytest

from sandbox.salesforce.keys import make_id
from sandbox.serve import start_servers

HOSTILE = "<script>alert(1)</script>\"'&<img src=x onerror=alert(2)>"
DEAL, CUSTOMER = make_id("006", 1), make_id("001", 1)
FIELDS = {
    "Promesa_Verdict__c": {"label": "Verdict", "type": "Text", "length": 40},
    "Promesa_Reason__c": {
        "label": "Reason",
        "type": "Text",
        "length": 255,
        "inlineHelpText": f"Why {HOSTILE}",
    },
    "Promesa_Expected_Margin__c": {
        "label": "Margin",
        "type": "Percent",
        "precision": 5,
        "scale": 2,
    },
}


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page") / "company"
    (folder / "salesforce").mkdir(parents=True)
    (folder / "sap_b1").mkdir()
    content = {
        "name": "Small Works",
        "clock": "2025-09-01T06:00:00Z",
        "currency": "EUR",
        "country": "ES",
        "time_zone": "Europe/Madrid",
    }
    (folder / "company.json").write_text(json.dumps(content))
    objects = {
        "CustomField": [
            {"FullName": f"Opportunity.{name}", "Metadata": metadata}
            for name, metadata in FIELDS.items()
        ],
        "Account": [{"Id": CUSTOMER, "Name": HOSTILE}],
        "Opportunity": [
            {
                "Id": DEAL,
                "Name": HOSTILE,
                "AccountId": CUSTOMER,
                "StageName": "Prospecting",
                "Amount": 1234567.5,
                "Promesa_Verdict__c": "Check",
                "Promesa_Reason__c": HOSTILE,
                "Promesa_Expected_Margin__c": 12.5,
            }
        ],
        "OpportunityLineItem": [
            {"Id": make_id("00k", 1), "OpportunityId": DEAL, "Name": HOSTILE, "Quantity": 5}
        ],
    }
    for name, records in objects.items():
        text = "".join(json.dumps(record) + "\n" for record in records)
        (folder / "salesforce" / f"{name}.jsonl").write_text(text)
    with start_servers(folder, folder.parent / "state") as servers:
        yield servers.salesforce_url


def get(url):
    return httpx.get(url, trust_env=False)


def test_a_deal_shows_promesas_fields_first_with_their_labels(address):
    page = get(f"{address}/lightning/r/Opportunity/{DEAL}/view")
    assert page.status_code == 200
    text = page.text
    assert text.index("<h2>Promesa</h2>") < text.index("<h2>Details</h2>")
    assert "<dt>Verdict</dt><dd>Check</dd>" in text
    assert "<dt>Margin</dt><dd>12.50 %</dd>" in text
    assert "1,234,567.50" in text
    assert f'href="/lightning/r/Account/{CUSTOMER}/view"' in text
    assert 'data-field="Promesa_Reason__c"' in text


@pytest.mark.parametrize(
    "path", [f"/lightning/r/Opportunity/{DEAL}/view", f"/lightning/r/Account/{CUSTOMER}/view", "/"]
)
def test_s6_no_text_of_a_record_becomes_markup(address, path):
    text = get(address + path).text
    assert "<script" not in text
    assert "<img" not in text
    assert "&lt;script&gt;" in text


def test_a_record_that_is_not_there_is_a_clear_page(address):
    page = get(f"{address}/lightning/r/Opportunity/{make_id('006', 99)}/view")
    assert page.status_code == 404
    assert "There is no Opportunity" in page.text
