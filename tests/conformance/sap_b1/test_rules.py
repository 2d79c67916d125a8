"""What the ERP itself enforces: closed documents, lots and serials, approvals, masters in use."""

from __future__ import annotations

import os

import pytest

pytestmark = pytest.mark.skipif(
    "PROMESA_CONFORMANCE_SAP_B1" in os.environ, reason="knows the company's figures"
)


@pytest.fixture
def sap(small):
    with small.client() as client:
        yield client


def done(answer):
    assert answer.status_code in (200, 201, 204), answer.text
    return answer.json() if answer.content else None


def refused(answer, words, status=400):
    assert answer.status_code == status, answer.text
    assert words in answer.json()["error"]["message"]


def sell(sap, item="A-100", quantity=100.0, set_name="Orders", card="C10", **line):
    rows = [{"ItemCode": item, "Quantity": quantity, "UnitPrice": 10, **line}]
    return done(sap.post(set_name, json={"CardCode": card, "DocumentLines": rows}))


def copy_of(base_type, document, quantity, **line):
    base = {"BaseType": base_type, "BaseEntry": document["DocEntry"], "BaseLine": 0}
    return {
        "CardCode": document["CardCode"],
        "DocumentLines": [{**base, "Quantity": quantity, **line}],
    }


def stock(sap, item, warehouse="01"):
    rows = done(sap.get(f"Items('{item}')"))["ItemWarehouseInfoCollection"]
    row = next(row for row in rows if row["WarehouseCode"] == warehouse)
    return row["InStock"], row["Committed"], row["Ordered"]


# -- changes after the fact ----------------------------------------------------------------


def test_A6_a_closed_order_keeps_its_substance_but_not_its_remarks(sap):
    made = sell(sap)
    path = f"Orders({made['DocEntry']})"
    done(sap.post(f"{path}/Close"))
    refused(sap.patch(path, json={"CardCode": "C20"}), "already closed")
    change = {"DocumentLines": [{"LineNum": 0, "Quantity": 5}]}
    refused(sap.patch(path, json=change), "already closed")
    change = {"DocumentLines": [{"ItemCode": "A-100", "Quantity": 5}]}
    refused(sap.patch(path, json=change), "already closed")
    done(sap.patch(path, json={"Comments": "for the file", "U_PRM_Deal": "006"}))
    after = done(sap.get(path))
    assert (after["Comments"], after["U_PRM_Deal"]) == ("for the file", "006")
    assert (after["DocumentStatus"], after["DocTotal"]) == ("bost_Close", 1210.0)
    # Reopened, it is an order again: 100 committed.
    done(sap.post(f"{path}/Reopen"))
    done(sap.patch(path, json={"DocumentLines": [{"LineNum": 0, "Quantity": 60}]}))
    assert stock(sap, "A-100") == (500.0, 60.0, 0.0)


def test_A6_computed_properties_are_ignored_silently(sap):
    made = sell(sap)
    wish = {"DocTotal": 1.0, "DocNum": 7, "DocumentStatus": "bost_Close", "PaidToDate": 9.0}
    done(sap.patch(f"Orders({made['DocEntry']})", json=wish))
    after = done(sap.get(f"Orders({made['DocEntry']})"))
    assert {name: after[name] for name in wish} == {
        "DocTotal": 1210.0,
        "DocNum": made["DocNum"],
        "DocumentStatus": "bost_Open",
        "PaidToDate": 0.0,
    }
    done(sap.patch("Items('A-100')", json={"QuantityOnStock": 1.0, "ItemName": "kept"}))
    done(sap.put("Items('A-100')", json={"ItemName": "put"}))
    item = done(sap.get("Items('A-100')"))
    assert (item["ItemName"], item["QuantityOnStock"], item["SalesUnit"]) == ("put", 500.0, None)
    assert stock(sap, "A-100") == (500.0, 100.0, 0.0)
    done(sap.patch("BusinessPartners('C10')", json={"OpenOrdersBalance": 0.0}))
    assert done(sap.get("BusinessPartners('C10')"))["OpenOrdersBalance"] == 1210.0


def test_A6_a_line_is_closed_by_its_status(sap):
    rows = [{"ItemCode": "A-100", "Quantity": 30, "UnitPrice": 10} for _ in range(2)]
    made = done(sap.post("Orders", json={"CardCode": "C10", "DocumentLines": rows}))
    path = f"Orders({made['DocEntry']})"
    change = {"DocumentLines": [{"LineNum": 1, "LineStatus": "bost_Close"}]}
    done(sap.patch(path, json=change))
    assert stock(sap, "A-100") == (500.0, 30.0, 0.0)
    assert done(sap.get(path))["DocumentStatus"] == "bost_Open"
    change = {"DocumentLines": [{"LineNum": 1, "Quantity": 10}]}
    refused(sap.patch(path, json=change), "already closed [line: 2]")


def test_A6_an_order_holds_at_least_what_was_delivered_and_more_may_be_delivered(sap):
    made = sell(sap)
    path = f"Orders({made['DocEntry']})"
    done(sap.post("DeliveryNotes", json=copy_of(17, made, 60)))
    change = {"DocumentLines": [{"LineNum": 0, "Quantity": 59}]}
    refused(sap.patch(path, json=change), "copied to other documents [line: 1]")
    done(sap.patch(path, json={"DocumentLines": [{"LineNum": 0, "Quantity": 90}]}))
    assert stock(sap, "A-100") == (440.0, 30.0, 0.0)
    # 45 delivered where 30 were open: the rest of the order is 0, not -15.
    done(sap.post("DeliveryNotes", json=copy_of(17, made, 45)))
    after = done(sap.get(path))
    assert after["DocumentLines"][0]["RemainingOpenQuantity"] == 0.0
    assert after["DocumentStatus"] == "bost_Close"
    assert stock(sap, "A-100") == (395.0, 0.0, 0.0)
    again = sap.post("DeliveryNotes", json=copy_of(17, made, 1))
    refused(again, "already been closed")


def test_A6_a_frozen_partner_and_a_frozen_item_get_no_documents(sap):
    done(sap.patch("BusinessPartners('C30')", json={"Frozen": "tYES"}))
    rows = [{"ItemCode": "A-100", "Quantity": 1}]
    answer = sap.post("Orders", json={"CardCode": "C30", "DocumentLines": rows})
    refused(answer, "'C30' is inactive [ORDR.CardCode]")
    done(sap.patch("Items('BOX')", json={"Frozen": "Y"}))
    rows.append({"ItemCode": "BOX", "Quantity": 1})
    answer = sap.post("Orders", json={"CardCode": "C10", "DocumentLines": rows})
    refused(answer, "'BOX' is inactive [RDR1.ItemCode][line: 2]")


def test_A6_masters_in_use_are_not_deleted(sap):
    refused(sap.delete("Items('A-100')"), "linked to transactions")
    refused(sap.delete("BusinessPartners('C10')"), "linked to transactions")
    done(sap.post("Items", json={"ItemCode": "FREE"}))
    assert sap.delete("Items('FREE')").status_code == 204


# -- lots and serials ----------------------------------------------------------------------


def test_A6_a_lot_is_issued_once_and_a_locked_one_not_at_all(sap):
    lots = {"BatchNumbers": [{"BatchNumberProperty": "L1", "Quantity": 100}]}
    sell(sap, "A-200", 100, "DeliveryNotes", **lots)
    rows = [{"ItemCode": "A-200", "Quantity": 100, "UnitPrice": 1, **lots}]
    again = sap.post("DeliveryNotes", json={"CardCode": "C10", "DocumentLines": rows})
    refused(again, "negative inventory [DLN1.ItemCode][line: 1]")
    assert stock(sap, "A-200") == (200.0, 0.0, 0.0)

    new = {"BatchNumbers": [{"BatchNumberProperty": "L3", "Quantity": 10}]}
    sell(sap, "A-200", 10, "PurchaseDeliveryNotes", "V10", **new)
    detail = done(sap.get("BatchNumberDetails?$filter=Batch eq 'L3'"))["value"][0]["DocEntry"]
    locked = {"Status": "bdsStatus_Locked"}
    done(sap.patch(f"BatchNumberDetails({detail})", json=locked))
    rows = [{"ItemCode": "A-200", "Quantity": 10, "UnitPrice": 1, **new}]
    answer = sap.post("DeliveryNotes", json={"CardCode": "C10", "DocumentLines": rows})
    refused(answer, "'L3' is not released")
    text = "SELECT DistNumber, Status FROM OBTN WHERE DistNumber = 'L3'"
    done(sap.post("SQLQueries", json={"SqlCode": "l", "SqlName": "l", "SqlText": text}))
    found = done(sap.get("SQLQueries('l')/List"))["value"]
    assert found == [{"DistNumber": "L3", "Status": "2"}]


def test_K12_serial_numbers_are_lots_of_one(sap):
    def pieces(*names):
        return {"SerialNumbers": [{"InternalSerialNumber": name} for name in names]}

    def deliver(quantity, *names):
        rows = [{"ItemCode": "SER-1", "Quantity": quantity, "UnitPrice": 9, **pieces(*names)}]
        return sap.post("DeliveryNotes", json={"CardCode": "C10", "DocumentLines": rows})

    receipt = sell(sap, "SER-1", 3, "PurchaseDeliveryNotes", "V10", **pieces("S1", "S2", "S3"))
    numbered = receipt["DocumentLines"][0]["SerialNumbers"]
    assert [row["SystemSerialNumber"] for row in numbered] == [1, 2, 3]
    details = done(sap.get("SerialNumberDetails?$orderby=SystemNumber"))["value"]
    assert [row["SerialNumber"] for row in details] == ["S1", "S2", "S3"]
    assert stock(sap, "SER-1") == (3.0, 0.0, 0.0)

    refused(deliver(2, "S1"), "complete selection of batch/serial numbers")
    refused(deliver(2, "S1", "S1"), "complete selection of batch/serial numbers")
    refused(deliver(1, "S9"), "No matching records found")
    done(deliver(1, "S2"))
    refused(deliver(1, "S2"), "negative inventory")
    rows = [{"ItemCode": "SER-1", "Quantity": 1, "UnitPrice": 9, **pieces("S1")}]
    twice = sap.post("PurchaseDeliveryNotes", json={"CardCode": "V10", "DocumentLines": rows})
    refused(twice, "already exists")
    assert stock(sap, "SER-1") == (2.0, 0.0, 0.0)

    text = (
        "SELECT T1.DistNumber, T0.WhsCode FROM OSRQ T0 INNER JOIN OSRN T1 "
        "ON T0.ItemCode = T1.ItemCode AND T0.SysNumber = T1.SysNumber "
        "WHERE T0.Quantity > 0 ORDER BY T1.DistNumber"
    )
    done(sap.post("SQLQueries", json={"SqlCode": "s", "SqlName": "s", "SqlText": text}))
    found = done(sap.get("SQLQueries('s')/List"))["value"]
    assert [row["DistNumber"] for row in found] == ["S1", "S3"]
    # S2 comes back from the customer.
    sell(sap, "SER-1", 1, "Returns", **pieces("S2"))
    assert len(done(sap.get("SQLQueries('s')/List"))["value"]) == 3


def test_K12_production_takes_lots_and_serials(sap):
    """A drive of serial number P1 from 5 pieces of lot L1: what is issued leaves its lot."""
    tree = {
        "TreeCode": "SER-1",
        "TreeType": "iProductionTree",
        "ProductTreeLines": [{"ItemCode": "A-200", "Quantity": 5, "IssueMethod": "im_Manual"}],
    }
    done(sap.post("ProductTrees", json=tree))
    made = done(sap.post("ProductionOrders", json={"ItemNo": "SER-1", "PlannedQuantity": 1}))
    entry = made["AbsoluteEntry"]
    done(sap.patch(f"ProductionOrders({entry})", json={"ProductionOrderStatus": "R"}))
    base = {"BaseType": 202, "BaseEntry": entry}

    def issue(*lots):
        rows = [{**base, "BaseLine": 0, "ItemCode": "A-200", "Quantity": 5, "BatchNumbers": lots}]
        return sap.post("InventoryGenExits", json={"DocumentLines": rows})

    refused(issue({"BatchNumberProperty": "L1", "Quantity": 4}), "batch/serial numbers")
    done(issue({"BatchNumberProperty": "L1", "Quantity": 5}))
    rows = [
        {
            **base,
            "ItemCode": "SER-1",
            "Quantity": 1,
            "TransactionType": "botrntComplete",
            "SerialNumbers": [{"InternalSerialNumber": "P1"}],
        }
    ]
    done(sap.post("InventoryGenEntries", json={"DocumentLines": rows}))
    after = done(sap.get(f"ProductionOrders({entry})"))
    assert after["CompletedQuantity"] == 1.0
    assert after["ProductionOrderLines"][0]["IssuedQuantity"] == 5.0
    assert (stock(sap, "A-200")[0], stock(sap, "SER-1")[0]) == (295.0, 1.0)
    done(sap.patch(f"ProductionOrders({entry})", json={"ProductionOrderStatus": "L"}))
    for status in ("P", "R", "C"):
        back = sap.patch(f"ProductionOrders({entry})", json={"ProductionOrderStatus": status})
        refused(back, "backwards")
    refused(issue({"BatchNumberProperty": "L1", "Quantity": 5}), "not released")


# -- purchases, transfers, approvals, money ------------------------------------------------


def test_A6_a_purchase_credit_note_gives_goods_and_debt_back(sap):
    # 10 x 10 + 21 % = 121 owed; 4 of them go back: 121 - 48.40 = 72.60.
    invoice = sell(sap, "R-1", 10, "PurchaseInvoices", "V10")
    assert stock(sap, "R-1")[0] == 1010.0
    done(sap.post("PurchaseCreditNotes", json=copy_of(18, invoice, 4)))
    assert stock(sap, "R-1")[0] == 1006.0
    balance = done(sap.get("BusinessPartners('V10')"))["CurrentAccountBalance"]
    assert balance == -72.6


def test_A6_a_transfer_takes_off_its_request_and_is_cancelled_by_moving_back(sap):
    places = {"FromWarehouse": "01", "ToWarehouse": "02"}
    rows = [{"ItemCode": "A-100", "Quantity": 30}]
    asked = done(sap.post("InventoryTransferRequests", json={**places, "StockTransferLines": rows}))
    base = {"BaseType": "InventoryTransferRequest", "BaseEntry": asked["DocEntry"], "BaseLine": 0}

    def transfer(**line):
        body = {**places, "StockTransferLines": [{**base, **line}]}
        return sap.post("StockTransfers", json=body)

    first = done(transfer(Quantity=10))
    assert stock(sap, "A-100") == (490.0, 20.0, 0.0)
    assert stock(sap, "A-100", "02") == (10.0, 0.0, 20.0)
    rest = done(transfer())  # without a quantity: what is still open
    assert rest["StockTransferLines"][0]["Quantity"] == 20.0
    request = done(sap.get(f"InventoryTransferRequests({asked['DocEntry']})"))
    assert request["DocumentStatus"] == "bost_Close"
    refused(transfer(Quantity=1), "already been closed")

    done(sap.post(f"StockTransfers({first['DocEntry']})/Cancel"))
    assert stock(sap, "A-100") == (480.0, 0.0, 0.0)
    assert stock(sap, "A-100", "02") == (20.0, 0.0, 0.0)
    refused(sap.post(f"StockTransfers({first['DocEntry']})/Cancel"), "already cancelled")


def test_A7_a_draft_under_approval_becomes_a_document_when_it_is_approved(small, sap):
    small.plan("row_failure", method="POST", path="/Orders", count=2, options={"as": "draft"})
    rows = [{"ItemCode": "A-100", "Quantity": 100, "UnitPrice": 10}]
    for _ in range(2):
        answer = sap.post("Orders", json={"CardCode": "C10", "DocumentLines": rows})
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "-2028")
    waiting = done(sap.get("ApprovalRequests?$filter=Status eq 'arsPending'"))["value"]
    assert [row["ObjectType"] for row in waiting] == ["17", "17"]
    first, second = (row["DraftEntry"] for row in waiting)

    def release(entry):
        document = {"Document": {"DocEntry": entry}}
        return sap.post("DraftsService_SaveDraftToDocument", json=document)

    def decide(code, status):
        decision = {"ApprovalRequestDecisions": [{"Status": status, "Remarks": "seen"}]}
        return sap.patch(f"ApprovalRequests({code})", json=decision)

    refused(release(first), "not been approved")
    done(decide(waiting[0]["Code"], "ardApproved"))
    assert done(sap.get(f"Drafts({first})"))["AuthorizationStatus"] == "dasApproved"
    done(release(first))
    assert stock(sap, "A-100") == (500.0, 100.0, 0.0)
    request = done(sap.get(f"ApprovalRequests({waiting[0]['Code']})"))
    assert request["Status"] == "arsGenerated"
    assert request["ApprovalRequestLines"][0]["Status"] == "ardApproved"
    refused(release(first), "already closed")

    done(decide(waiting[1]["Code"], "ardNotApproved"))
    refused(release(second), "not been approved")
    refused(decide(waiting[1]["Code"], "ardApproved"), "already decided")
    assert stock(sap, "A-100") == (500.0, 100.0, 0.0)


def test_A15_more_than_is_owed_is_not_paid(sap):
    invoice = sell(sap, "SERV", 1, "Invoices")  # 10 + 21 % = 12.10
    rows = [{"DocEntry": invoice["DocEntry"], "SumApplied": 12.11}]
    body = {"CardCode": "C10", "TransferSum": 12.11, "PaymentInvoices": rows}
    refused(sap.post("IncomingPayments", json=body), "exceeds the open amount")
    body["TransferSum"], rows[0]["SumApplied"] = 10.0, 12.1
    refused(sap.post("IncomingPayments", json=body), "exceed the payment")
    assert done(sap.get("BusinessPartners('C10')"))["CurrentAccountBalance"] == 12.1
    rows[0]["SumApplied"] = 10.0
    done(sap.post("IncomingPayments", json=body))
    assert done(sap.get("BusinessPartners('C10')"))["CurrentAccountBalance"] == 2.1
