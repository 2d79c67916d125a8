"""Validation rules made through the Tooling API refuse what they say (B6, B10)."""

from __future__ import annotations

import uuid

import pytest


@pytest.fixture
def rule(client):
    """Makes a rule on Account; it is taken away afterwards."""
    made = []

    def rule(formula, **metadata):
        body = {
            "FullName": f"Account.R{uuid.uuid4().hex[:10]}",
            "Metadata": {
                "active": True,
                "errorConditionFormula": formula,
                "errorMessage": "Not so",
                **metadata,
            },
        }
        answer = client.post("tooling/sobjects/ValidationRule", json=body)
        assert answer.status_code == 201, answer.text
        made.append(answer.json()["id"])
        return made[-1]

    yield rule
    for record_id in made:
        client.delete(f"tooling/sobjects/ValidationRule/{record_id}")


@pytest.mark.parametrize(
    ("formula", "good", "bad"),
    [
        ("NumberOfEmployees < 0", {"NumberOfEmployees": 1}, {"NumberOfEmployees": -1}),
        ("ISBLANK(Phone) && NOT(ISBLANK(Fax))", {"Fax": None}, {"Fax": "1"}),
        ('ISPICKVAL(Industry, "Energy")', {"Industry": "Media"}, {"Industry": "Energy"}),
        ("LEN(Site) > 3", {"Site": "abc"}, {"Site": "abcd"}),
        ('OR(BEGINS(Site, "X"), CONTAINS(Site, "?"))', {"Site": "aX"}, {"Site": "a?"}),
        ("AnnualRevenue / NumberOfEmployees > 10 * 2 + 1",
         {"AnnualRevenue": 21, "NumberOfEmployees": 1},
         {"AnnualRevenue": 22, "NumberOfEmployees": 1}),
        ('Name & "!" = "' + "a" * 4 + '!"', {"Site": "x"}, {"Name": "aaaa"}),
        ("IF(ISNEW(), FALSE, Site <> PRIORVALUE(Site))", {"Phone": "5"}, {"Site": "other"}),
        ("AND(NOT(ISNEW()), ISCHANGED(Fax))", {"Phone": "5"}, {"Fax": "5"}),
    ],
)  # fmt: skip
def test_a_rule_refuses_what_its_formula_says(client, rule, formula, good, bad):
    """B6: FIELD_CUSTOM_VALIDATION_EXCEPTION with the rule's own text."""
    made = client.post("sobjects/Account", json={"Name": "Rule", "Site": "s"}).json()["id"]
    rule(formula)
    assert client.patch(f"sobjects/Account/{made}", json=good).status_code == 204
    answer = client.patch(f"sobjects/Account/{made}", json=bad)
    assert answer.status_code == 400
    assert answer.json() == [
        {"message": "Not so", "errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION"}
    ]
    client.delete(f"sobjects/Account/{made}")


def test_a_rule_names_its_field_and_may_sleep(client, rule):
    """B10: errorDisplayField, active."""
    one = rule('Site = "never"', errorDisplayField="Site")
    refused = client.post("sobjects/Account", json={"Name": "x", "Site": "never"}).json()
    assert refused[0]["fields"] == ["Site"]
    client.patch(f"tooling/sobjects/ValidationRule/{one}", json={"Metadata": {"active": False}})
    assert client.get(f"tooling/sobjects/ValidationRule/{one}").json()["Active"] is False
    made = client.post("sobjects/Account", json={"Name": "x", "Site": "never"})
    assert made.status_code == 201
    client.delete(f"sobjects/Account/{made.json()['id']}")


def test_one_row_of_many_breaks_a_rule(client, rule):
    """B5, B6: the others are written."""
    rule("NumberOfEmployees > 100")
    rows = [
        {"attributes": {"type": "Account"}, "Name": "r", "NumberOfEmployees": n} for n in (1, 101)
    ]
    good, bad = client.post("composite/sobjects", json={"records": rows}).json()
    assert good["success"] is True
    assert bad["errors"][0]["statusCode"] == "FIELD_CUSTOM_VALIDATION_EXCEPTION"
    client.delete(f"sobjects/Account/{good['id']}")


@pytest.mark.parametrize(
    "formula", ["Nope__c = 1", "VLOOKUP(Name)", "NOT(Name, Site)", "Name = (", ""]
)
def test_a_rule_that_can_not_be_read_is_refused(client, formula):
    """B10: when it is made, not when it is asked."""
    body = {
        "FullName": "Account.Bad",
        "Metadata": {"active": True, "errorConditionFormula": formula, "errorMessage": "x"},
    }
    answer = client.post("tooling/sobjects/ValidationRule", json=body)
    assert answer.status_code == 400
    assert answer.json()[0]["errorCode"] == "FIELD_INTEGRITY_EXCEPTION"
