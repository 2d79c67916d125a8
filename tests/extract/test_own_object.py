"""An object of our own in the CRM: created in an empty org, found in a prepared one."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_company import first_records

from extract import (
    FieldDeclaration,
    ObjectDeclaration,
    SalesforceTarget,
    Sent,
    provision,
    write_source,
)
from extract.salesforce import SalesforceSession
from extract.salesforce.provision import check_creation, check_fields
from sandbox.serve import RunningServers, start_servers

PAPER = ObjectDeclaration("Test_Paper__c", "Paper", "Papel", "Papers", "Papeles", "Number")
FIELDS = [
    FieldDeclaration(
        "Test_Paper__c",
        "Test_Account__c",
        "MasterDetail",
        "Account",
        "Cuenta",
        refers_to="Account",
    ),
    FieldDeclaration(
        "Test_Paper__c", "Test_Deal__c", "Lookup", "Deal", "Oportunidad", refers_to="Opportunity"
    ),
    FieldDeclaration(
        "Test_Paper__c",
        "Test_Key__c",
        "Text",
        "Key",
        "Clave",
        length=40,
        is_external_id=True,
        is_unique=True,
    ),
    FieldDeclaration("Product2", "ProductCode", "Text", "Code", "Código", is_standard=True),
]


@pytest.fixture(scope="module")
def org(demo_company: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServers]:
    place = tmp_path_factory.mktemp("org")
    company = first_records(demo_company, place / "company", rows=5)
    with start_servers(company, place / "state") as servers:
        yield servers


def commits(org: RunningServers) -> int:
    return len(org.context("salesforce").state.journal(0, "commit"))


def test_the_object_is_created_with_its_fields_and_found_the_second_time(
    org: RunningServers, session: SalesforceSession
) -> None:
    absent = check_creation(session, PAPER.name)
    assert not absent.is_well and "setup-crm" in absent.what_to_do

    first = provision(session, FIELDS, [PAPER])
    assert [one for one in first if not one.is_well] == []
    assert (PAPER.name, "created") in {(one.subject, one.sentence) for one in first}
    assert [one for one in check_fields(session, FIELDS) if not one.is_well] == []
    assert check_creation(session, PAPER.name).is_well

    before = commits(org)
    again = provision(session, FIELDS, [PAPER])
    assert {one.sentence for one in again} == {"already there"}
    assert commits(org) == before


def test_a_row_sent_twice_under_its_external_id_is_one_record(
    org: RunningServers, session: SalesforceSession
) -> None:
    provision(session, FIELDS, [PAPER])
    target = SalesforceTarget(session)
    account = sorted(target.live("Account", None, ["Name"]))[0]
    row = {"Test_Key__c": "4711", "Name": "4711", "Test_Account__c": account}
    org.context("salesforce").faults.plan("drop_after", method="PATCH", path="/composite/sobjects")
    assert [one.sent for one in target.upsert(PAPER.name, "Test_Key__c", [row])] == [Sent.UNKNOWN]
    assert [one.sent for one in target.upsert(PAPER.name, "Test_Key__c", [row])] == [Sent.WRITTEN]
    (found,) = target.live(PAPER.name, None, ["Name", "Test_Account__c"]).values()
    assert (found["Name"], found["Test_Account__c"]) == ("4711", account)


def test_a_detail_without_its_master_is_refused(session: SalesforceSession) -> None:
    provision(session, FIELDS, [PAPER])
    row = {"Test_Key__c": "4712", "Name": "4712"}
    (outcome,) = SalesforceTarget(session).upsert(PAPER.name, "Test_Key__c", [row])
    assert (outcome.sent, outcome.code) == (Sent.REFUSED, "REQUIRED_FIELD_MISSING")


def test_the_source_files_hold_the_object_and_only_our_fields(tmp_path: Path) -> None:
    files = {
        file.relative_to(tmp_path).as_posix()
        for file in write_source(FIELDS, tmp_path, created=[PAPER])
    }
    base = "force-app/main/default/objects"
    assert f"{base}/Test_Paper__c/Test_Paper__c.object-meta.xml" in files
    assert not [file for file in files if "ProductCode" in file]
    space = "{http://soap.sforce.com/2006/04/metadata}"
    made = ET.parse(tmp_path / base / "Test_Paper__c/Test_Paper__c.object-meta.xml").getroot()
    assert made.findtext(f"{space}sharingModel") == "ControlledByParent"
    sets = tmp_path / "force-app/main/default/permissionsets"
    integration = ET.parse(sets / "Promesa_Integration.permissionset-meta.xml").getroot()
    rights = {
        one.findtext(f"{space}object"): one.findtext(f"{space}allowCreate")
        for one in integration.iter(f"{space}objectPermissions")
    }
    assert rights == {"Product2": "false", "Test_Paper__c": "true"}
    granted = {
        one.findtext(f"{space}field") for one in integration.iter(f"{space}fieldPermissions")
    }
    assert granted == {
        "Product2.ProductCode", "Test_Paper__c.Test_Deal__c", "Test_Paper__c.Test_Key__c"
    }  # fmt: skip
    removal = (tmp_path / "removal/destructiveChanges.xml").read_text("utf-8")
    assert "<members>Test_Paper__c</members>" in removal and "Test_Deal__c" not in removal
