"""Records that Promesa makes in the CRM: products and invoices, once each under their key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pytest

from dagster_project.command.doctor import run_doctor
from dagster_project.command.told import Told
from dagster_project.write_back import BrakeLimits, open_target
from sandbox.salesforce.keys import make_id

STAMPS = {
    "Promesa_As_Of__c": datetime(2025, 9, 1, 6),
    "Promesa_Expires__c": datetime(2025, 9, 3, 16),
}
PRODUCT, INVOICE = "Product2", "Promesa_Invoice__c"


def product(code: str, is_active: bool = True, made: bool = True, **fields: Any) -> dict[str, Any]:
    return {
        "Id": None, "is_to_be_made": made, "Promesa_Item_Code__c": code, "ProductCode": code,
        "Name": code, "QuantityUnitOfMeasure": "PCS", "IsActive": is_active,
        "Promesa_Reason__c": f"Item {code}", **STAMPS, **fields,
    }  # fmt: skip


def invoice(number: int, still_open: float = 121, **fields: Any) -> dict[str, Any]:
    return {
        "Id": None, "is_to_be_made": True, "Promesa_Number__c": str(number), "Name": str(number),
        "Promesa_Account__c": make_id("001", 1), "Promesa_Date__c": date(2025, 8, 20),
        "Promesa_Due_Date__c": date(2025, 9, 20), "Promesa_Amount__c": 121,
        "Promesa_Open_Amount__c": still_open, "Promesa_Order_Number__c": "77",
        "Promesa_Deal__c": make_id("006", 1), "Promesa_Reason__c": "open", **STAMPS, **fields,
    }  # fmt: skip


def held(name: str, *fields: str) -> list[dict[str, object]]:
    with open_target() as target:
        return sorted(target.live(name, None, fields).values(), key=str)


def of(commits: Sequence[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [commit for commit in commits if commit["object"] == name]


def test_products_and_invoices_are_made_in_a_call_each_and_then_nothing(crm):
    rows = {PRODUCT: [product("PUMP"), product("VALVE")], INVOICE: [invoice(501), invoice(502)]}
    crm.publish([], **rows)
    first = crm.write_back(run_id="first")
    assert (first.calls, first.counts, first.plan.count("new")) == (2, {"written": 4}, 4)
    pump, valve = held(PRODUCT, "ProductCode", "Name", "IsActive", "Promesa_Item_Code__c")
    assert (pump["ProductCode"], pump["IsActive"], valve["Promesa_Item_Code__c"]) == (
        "PUMP", True, "VALVE",
    )  # fmt: skip
    one, _ = held(INVOICE, "Name", "Promesa_Open_Amount__c", "Promesa_Account__c")
    assert (one["Name"], one["Promesa_Open_Amount__c"]) == ("501", 121)
    assert one["Promesa_Account__c"] == make_id("001", 1)

    mark = crm.mark()
    quiet = crm.write_back(run_id="quiet")
    assert (quiet.calls, quiet.counts, crm.write_requests(mark)) == (0, {}, [])


def test_a_frozen_item_makes_its_product_inactive_and_a_paid_invoice_has_nothing_open(crm):
    crm.publish([], **{PRODUCT: [product("PUMP")], INVOICE: [invoice(501)]})
    crm.write_back(run_id="first")
    mark = crm.mark()
    changed = {
        PRODUCT: [product("PUMP", is_active=False, made=False), product("OLD", made=False)],
        INVOICE: [invoice(501, 0)],
    }
    crm.publish([], **changed)
    report = crm.write_back(run_id="changed")
    assert (report.counts, report.plan.count("update")) == ({"written": 2}, 2)
    (frozen,) = of(crm.commits(mark), PRODUCT)
    assert {name for name in frozen["fields"] if not name.endswith(("Stamp", "Date", "stamp"))} & {
        "IsActive", "Name", "ProductCode",
    } == {"IsActive"}  # fmt: skip
    (paid,) = held(INVOICE, "Promesa_Open_Amount__c")
    assert paid["Promesa_Open_Amount__c"] == 0
    assert [row["ProductCode"] for row in held(PRODUCT, "ProductCode")] == ["PUMP"]


@pytest.mark.parametrize(("kind", "commits"), [("drop_after", 1), ("drop_before", 1)])
def test_F18_a_lost_answer_makes_no_second_record(crm, kind, commits):
    crm.publish([], **{INVOICE: [invoice(501)]})
    crm.fault(kind)
    assert crm.write_back(run_id="lost").counts == {"unknown": 1}
    crm.write_back(run_id="next")
    assert len(held(INVOICE, "Name")) == len(of(crm.commits(), INVOICE)) == commits
    assert crm.outcomes()["written"] == 1 and "unknown" not in crm.outcomes()


def test_someone_elses_change_is_repaired_and_what_people_own_is_left(crm):
    crm.publish([], **{PRODUCT: [product("PUMP")], INVOICE: [invoice(501)]})
    crm.write_back(run_id="first")
    (pump,), (bill,) = held(PRODUCT, "Name"), held(INVOICE, "Name")
    with open_target() as someone:
        someone.update(PRODUCT, [{"Id": pump["Id"], "Name": "Big pump", "IsActive": False}])
        someone.update(INVOICE, [{"Id": bill["Id"], "Promesa_Open_Amount__c": 1}])
    assert crm.write_back(run_id="repaired").counts == {"written": 2}
    (pump,) = held(PRODUCT, "Name", "IsActive")
    assert (pump["Name"], pump["IsActive"]) == ("Big pump", True)
    assert held(INVOICE, "Promesa_Open_Amount__c")[0]["Promesa_Open_Amount__c"] == 121


def test_a_price_is_made_once_and_follows_the_list(crm):
    """Without an external id of its own: product and price book are its key."""
    crm.publish([], Product2=[product("PUMP")])
    crm.write_back(run_id="product")
    (pump,) = held(PRODUCT, "Name")
    price = {
        "Id": None, "is_to_be_made": True, "Pricebook2Id": make_id("01s", 1),
        "Product2Id": pump["Id"], "UnitPrice": 40, "IsActive": True,
    }  # fmt: skip
    crm.publish([], Product2=[product("PUMP")], PricebookEntry=[price])
    crm.servers.context("salesforce").faults.plan(
        "drop_after", method="POST", path="/composite/sobjects"
    )
    assert crm.write_back(run_id="lost").counts == {"unknown": 1}
    assert crm.write_back(run_id="next").calls == 0
    assert crm.outcomes() == {"written": 2}
    crm.publish([], Product2=[product("PUMP")], PricebookEntry=[{**price, "UnitPrice": 42}])
    assert crm.write_back(run_id="dearer").counts == {"written": 1}
    (entry,) = held("PricebookEntry", "UnitPrice", "ProductCode", "IsActive")
    assert (entry["UnitPrice"], entry["ProductCode"], entry["IsActive"]) == (42, "PUMP", True)
    gone = {**price, "UnitPrice": 42, "IsActive": False, "is_to_be_made": False}
    crm.publish([], Product2=[product("PUMP", is_active=False)], PricebookEntry=[gone])
    assert crm.write_back(run_id="frozen").counts == {"written": 2}


def test_what_is_no_longer_followed_keeps_its_facts_and_loses_its_answer(crm):
    crm.publish([], **{PRODUCT: [product("PUMP")], INVOICE: [invoice(501)]})
    crm.write_back(run_id="first")
    crm.publish([])
    assert crm.write_back(run_id="gone").plan.count("clear") == 2
    (pump,) = held(PRODUCT, "ProductCode", "IsActive", "Promesa_Expires__c")
    assert (pump["ProductCode"], pump["IsActive"], pump["Promesa_Expires__c"]) == (
        "PUMP", True, None,
    )  # fmt: skip
    (bill,) = held(INVOICE, "Promesa_Number__c", "Promesa_Amount__c", "Promesa_Open_Amount__c")
    assert (bill["Promesa_Number__c"], bill["Promesa_Amount__c"]) == ("501", 121)
    assert bill["Promesa_Open_Amount__c"] is None


def test_F21_the_brake_counts_records_that_are_made_after_the_first_fill(crm):
    crm.publish([], **{PRODUCT: [product(f"A{n}") for n in range(30)]})
    limits = BrakeLimits(records=5, share=0.5, verdict_flips=100)
    assert crm.write_back(run_id="fill", limits=limits).counts == {"written": 30}
    crm.publish([], **{PRODUCT: [product(f"A{n}") for n in range(40)]})
    report = crm.write_back(run_id="more", limits=limits)
    assert report.held is not None
    assert report.held.reasons == ("10 records would change; the limit is 5",)


def test_B4_doctor_names_the_object_that_the_user_may_not_see(crm, capsys):
    with crm.servers.context("salesforce").state.transaction() as connection:
        connection.execute(
            "delete from sobject_ObjectPermissions where SobjectType = 'Promesa_Invoice__c'"
        )
        connection.execute("insert into sobject_Profile (Id, Name) values ('00eX', 'Min')")
        connection.execute("update sobject_User set ProfileId = '00eX'")
        connection.execute(
            "insert into sobject_PermissionSet (Id, Name, IsOwnedByProfile, ProfileId)"
            " values ('0PSX', 'X00e', 1, '00eX')"
        )
    with pytest.raises(Told):
        run_doctor()
    said = capsys.readouterr().out
    assert f"`{INVOICE}` " in said and "promesa setup-crm" in said
