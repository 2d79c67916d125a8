"""Writing to the Salesforce server: calls, outcomes, scope, and a CRM made ready twice."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_company import first_records

from extract import (
    Change,
    FieldDeclaration,
    SalesforceTarget,
    Sent,
    Stop,
    declaration_of,
    provision,
    write_source,
)
from extract.salesforce import SalesforceSession
from extract.salesforce.provision import check_creation, check_fields
from extract.salesforce.send import _batches
from sandbox.salesforce.soql.select import table
from sandbox.serve import RunningServers, start_servers


@pytest.fixture(scope="module")
def org(demo_company: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServers]:
    place = tmp_path_factory.mktemp("org")
    company = first_records(demo_company, place / "company", rows=450)
    with start_servers(company, place / "state") as servers:
        yield servers


@pytest.fixture
def ids(session: SalesforceSession) -> list[str]:
    return sorted(SalesforceTarget(session).live("Opportunity", None, ["Name"]))


def told(number: int, ids: list[str]) -> list[dict[str, str | int | float | bool | None]]:
    return [{"Id": each, "NextStep": f"step {number}"} for each in ids]


def commits(org: RunningServers) -> int:
    return len(org.context("salesforce").state.journal(0, "commit"))


def test_four_hundred_rows_take_two_calls_and_arrive(
    session: SalesforceSession, ids: list[str]
) -> None:
    target = SalesforceTarget(session)
    before = target.calls
    outcomes = target.update("Opportunity", told(1, ids[:400]))
    assert target.calls - before == 2
    assert {outcome.sent for outcome in outcomes} == {Sent.WRITTEN}
    live = target.live("Opportunity", ids[:400], ["NextStep"])
    assert {row["NextStep"] for row in live.values()} == {"step 1"}
    assert list(live) == ids[:400]


def test_nothing_to_write_is_no_call(session: SalesforceSession) -> None:
    target = SalesforceTarget(session)
    session.sign_in()
    before = target.calls
    assert target.update("Opportunity", []) == []
    assert target.calls == before


def test_a_cleared_field_is_empty(session: SalesforceSession, ids: list[str]) -> None:
    target = SalesforceTarget(session)
    target.update("Opportunity", told(2, ids[:1]))
    target.update("Opportunity", [{"Id": ids[0], "NextStep": None}])
    assert target.live("Opportunity", ids[:1], ["NextStep"])[ids[0]]["NextStep"] is None


def test_f17_each_row_has_its_own_outcome(
    org: RunningServers, session: SalesforceSession, ids: list[str]
) -> None:
    org.context("salesforce").faults.plan("row_failure", method="PATCH", options={"rows": [1, 3]})
    outcomes = SalesforceTarget(session).update("Opportunity", told(3, ids[:5]))
    refused = [number for number, each in enumerate(outcomes) if each.sent is Sent.REFUSED]
    assert refused == [1, 3]
    assert outcomes[1].message
    assert [outcome.id for outcome in outcomes] == ids[:5]


def test_f15_a_record_that_is_gone_is_refused_and_the_rest_written(
    session: SalesforceSession, ids: list[str]
) -> None:
    rows = told(4, [ids[0], "006000000000000AAA", ids[1]])
    outcomes = SalesforceTarget(session).update("Opportunity", rows)
    assert [outcome.sent for outcome in outcomes] == [Sent.WRITTEN, Sent.REFUSED, Sent.WRITTEN]


def test_f16_a_locked_row_is_tried_again_alone(
    org: RunningServers, session: SalesforceSession, ids: list[str]
) -> None:
    org.context("salesforce").faults.plan(
        "row_lock", method="PATCH", count=2, options={"rows": [0]}
    )
    target = SalesforceTarget(session)
    session.sign_in()
    before = target.calls
    outcomes = target.update("Opportunity", told(5, ids[:4]))
    assert {outcome.sent for outcome in outcomes} == {Sent.WRITTEN}
    assert target.calls - before == 3


def test_f16_a_row_that_stays_locked_waits(
    org: RunningServers, session: SalesforceSession, ids: list[str]
) -> None:
    org.context("salesforce").faults.plan(
        "row_lock", method="PATCH", count=None, options={"rows": [0]}
    )
    outcomes = SalesforceTarget(session).update("Opportunity", told(6, ids[:1]))
    assert (outcomes[0].sent, outcomes[0].code) == (Sent.PENDING, "UNABLE_TO_LOCK_ROW")


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "cut_body"])
def test_f18_a_lost_answer_is_unknown_and_not_sent_again(
    org: RunningServers, session: SalesforceSession, ids: list[str], kind: str
) -> None:
    fault = org.context("salesforce").faults.plan(kind, method="PATCH", count=None)
    before = commits(org)
    outcomes = SalesforceTarget(session).update("Opportunity", told(7, ids[:2]))
    assert {outcome.sent for outcome in outcomes} == {Sent.UNKNOWN}
    assert fault.hit == 1
    assert commits(org) - before == (0 if kind == "drop_before" else 2)
    org.context("salesforce").faults.clear()
    SalesforceTarget(session).update("Opportunity", told(0, ids[:2]))


def test_f6_a_session_that_ends_before_a_write_is_renewed(
    org: RunningServers, session: SalesforceSession, ids: list[str]
) -> None:
    org.context("salesforce").faults.plan("expired_session", method="PATCH")
    outcomes = SalesforceTarget(session).update("Opportunity", told(8, ids[:2]))
    assert {outcome.sent for outcome in outcomes} == {Sent.WRITTEN}


def test_f4_a_spent_quota_leaves_the_rest_waiting(
    org: RunningServers, session: SalesforceSession, ids: list[str]
) -> None:
    fault = org.context("salesforce").faults.plan("quota", method="PATCH", count=None)
    outcomes = SalesforceTarget(session).update("Opportunity", told(9, ids[:400]))
    assert {outcome.sent for outcome in outcomes} == {Sent.PENDING}
    assert fault.hit == 1


def test_s13_a_field_outside_the_scope_stops_the_whole_plan(
    org: RunningServers, session: SalesforceSession, ids: list[str]
) -> None:
    target = SalesforceTarget(session, {"Opportunity": ["NextStep"]})
    before = commits(org)
    with pytest.raises(Stop, match=r"Opportunity\.Amount"):
        target.update("Opportunity", [*told(1, ids[:2]), {"Id": ids[2], "Amount": 1}])
    with pytest.raises(Stop, match=r"Account\.NextStep"):
        target.send([Change("Account", "001", {"NextStep": "x"})])
    assert commits(org) == before


def test_a_batch_has_at_most_200_rows_in_ten_runs() -> None:
    changes = [(n, Change(f"O{n % 12}", str(n), {})) for n in range(500)]
    batches = list(_batches(changes))
    assert sorted(n for batch in batches for n, _ in batch) == list(range(500))
    assert all(len(batch) <= 200 for batch in batches)
    assert all(len({change.object for _, change in batch}) <= 10 for batch in batches)
    assert [len(batch) for batch in batches] == [200, 200, 100]


DECLARED = [
    FieldDeclaration(
        "Account", "Promesa_Test_Limit__c", "Currency", "Limit", "Límite", precision=16, scale=2
    ),
    FieldDeclaration(
        "Opportunity",
        "Promesa_Test_Verdict__c",
        "Picklist",
        "Verdict",
        "Veredicto",
        values=("Go", "Stop"),
    ),
    FieldDeclaration(
        "Opportunity", "Promesa_Test_Wanted__c", "Date", "Wanted", "Deseada", is_input=True
    ),
    FieldDeclaration(
        "OpportunityLineItem",
        "Promesa_Test_Split__c",
        "LongTextArea",
        "Split",
        "Reparto",
        length=2000,
    ),
    FieldDeclaration(
        "OpportunityLineItem",
        "Promesa_Test_Key__c",
        "Text",
        "Key",
        "Clave",
        length=40,
        is_external_id=True,
        is_unique=True,
    ),
]


def test_the_crm_is_made_ready_and_making_it_ready_again_changes_nothing(
    org: RunningServers, session: SalesforceSession, ids: list[str]
) -> None:
    missing = [finding for finding in check_fields(session, DECLARED) if not finding.is_well]
    assert len(missing) == len(DECLARED)
    assert "`promesa setup-crm`" in missing[0].what_to_do

    first = provision(session, DECLARED)
    assert [finding for finding in first if not finding.is_well] == []
    assert [finding for finding in check_fields(session, DECLARED) if not finding.is_well] == []
    before = commits(org)
    again = provision(session, DECLARED)
    assert {finding.sentence for finding in again} == {"already there"}
    assert commits(org) == before

    target = SalesforceTarget(session)
    values = {"Id": ids[0], "Promesa_Test_Verdict__c": "Go"}
    assert target.update("Opportunity", [values])[0].sent is Sent.WRITTEN
    described = target.describe("Opportunity")["Promesa_Test_Verdict__c"]
    assert described.values == ("Go", "Stop")
    wrong = target.update("Opportunity", [{"Id": ids[0], "Promesa_Test_Verdict__c": "Perhaps"}])
    assert wrong[0].sent is Sent.REFUSED


def test_a_field_of_another_type_is_named(session: SalesforceSession) -> None:
    other = FieldDeclaration("Account", "Industry", "Currency", "x", "x")
    [finding] = check_fields(session, [other])
    assert not finding.is_well
    assert "is a picklist there and a currency here" in finding.sentence


def test_a_signal_models_yaml_becomes_a_declaration() -> None:
    made = declaration_of(
        "Opportunity",
        "Promesa_Order_Number__c",
        {
            "type": "Text",
            "length": 40,
            "external_id": True,
            "direction": "out",
            "label": {"en": "Order", "es": "Pedido"},
            "help": {"en": "Help", "es": "Ayuda"},
        },
    )
    assert (made.label_es, made.length, made.is_external_id, made.is_input) == (
        "Pedido",
        40,
        True,
        False,
    )


def test_the_source_files_hold_every_field_in_two_languages(tmp_path: Path) -> None:
    files = write_source(DECLARED, tmp_path)
    base = tmp_path / "force-app/main/default"
    field = ET.parse(base / "objects/Opportunity/fields/Promesa_Test_Verdict__c.field-meta.xml")
    space = "{http://soap.sforce.com/2006/04/metadata}"
    assert field.getroot().findtext(f"{space}type") == "Picklist"
    names = [each.text for each in field.iter(f"{space}fullName")]
    assert names == ["Promesa_Test_Verdict__c", "Go", "Stop"]
    spanish = (base / "objectTranslations/Account-es").glob("*Limit*")
    assert "Límite" in next(spanish).read_text("utf-8")
    reader = ET.parse(base / "permissionsets/Promesa_Reader.permissionset-meta.xml").getroot()
    editable = {
        grant.findtext(f"{space}field"): grant.findtext(f"{space}editable")
        for grant in reader.iter(f"{space}fieldPermissions")
    }
    assert editable["Opportunity.Promesa_Test_Wanted__c"] == "true"
    assert editable["Opportunity.Promesa_Test_Verdict__c"] == "false"
    removal = (tmp_path / "removal/destructiveChanges.xml").read_text("utf-8")
    assert all(f"{each.object}.{each.name}" in removal for each in DECLARED)
    assert all(file.is_file() for file in files)


def test_b4_tasks_need_their_own_right_which_set_up_grants_and_the_check_names(
    org: RunningServers, session: SalesforceSession
) -> None:
    """The last test of this file: from here on the user has only what is granted to it."""
    provision(session, DECLARED)
    (made,) = rows_of(session, "SELECT Id FROM PermissionSet WHERE Name = 'Promesa_Integration'")
    profile = "00e000000000001AAA"
    with org.context("salesforce").state.transaction() as connection:
        connection.execute(f"insert into {table('Profile')} (Id, Name) values ('{profile}', 'Min')")
        connection.execute(f"update {table('User')} set ProfileId = '{profile}'")
        connection.execute(
            f"insert into {table('PermissionSet')} (Id, Name, IsOwnedByProfile, ProfileId)"
            f" values ('0PS000000000001AAA', 'X00e', 1, '{profile}')"
        )
    written(session, "PATCH", f"PermissionSet/{made['Id']}", PermissionsEditTask=False)

    refused = check_creation(session, "Task")
    assert not refused.is_well and "may not create `Task` records" in refused.sentence
    assert "setup-crm" in refused.what_to_do

    mended = provision(session, DECLARED)
    assert [one.sentence for one in mended if one.subject == "permission set Promesa_Integration"]
    assert check_creation(session, "Task").is_well


def rows_of(session: SalesforceSession, query: str) -> list[dict[str, object]]:
    answer = session.get(f"{session.data}/query", {"q": query})
    found: list[dict[str, object]] = json.loads(answer.body)["records"]
    return found


def written(session: SalesforceSession, method: str, path: str, **values: object) -> str:
    answer = session.send(
        method, f"{session.data}/sobjects/{path}", json.dumps(values).encode(), about="setup"
    )
    return str(json.loads(answer.body)["id"]) if answer.body else ""
