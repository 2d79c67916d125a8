"""What follows from a document: stock, open orders, open deliveries, receivables, production.

The company of `conftest.py`: A-100 with 500 in warehouse 01, A-200 with lots L1 (100, expires
2025-10-01) and L2 (200), R-1 with 1,000, BOX sold in boxes of 12; customer C10 pays 21 % VAT.
Every expected figure is worked by hand in the test's own words.
"""

from __future__ import annotations

import os

import pytest

pytestmark = pytest.mark.skipif(
    "PROMESA_CONFORMANCE_SAP_B1" in os.environ, reason="knows the small company"
)


@pytest.fixture
def sap(small):
    with small.client() as client:
        yield client


def post(sap, path, **body):
    answer = sap.post(path, json=body)
    assert answer.status_code in (200, 201, 204), answer.text
    return answer.json() if answer.content else None


def refused(sap, path, **body):
    answer = sap.post(path, json=body)
    assert answer.status_code == 400, answer.text
    return answer.json()["error"]


def order(sap, item="A-100", quantity=100.0, price=10.0, card="C10", **line):
    rows = [{"ItemCode": item, "Quantity": quantity, "UnitPrice": price, **line}]
    return post(sap, "Orders", CardCode=card, DocDueDate="2025-10-01", DocumentLines=rows)


def copied(kind, document, quantity, **line):
    base = {"BaseType": kind, "BaseEntry": document["DocEntry"], "BaseLine": 0}
    return [{**base, "Quantity": quantity, **line}]


def stock(sap, item, warehouse="01"):
    rows = sap.get(f"Items('{item}')").json()["ItemWarehouseInfoCollection"]
    row = next(row for row in rows if row["WarehouseCode"] == warehouse)
    return row["InStock"], row["Committed"], row["Ordered"]


def balances(sap, card="C10"):
    found = sap.get(f"BusinessPartners('{card}')").json()
    return (
        found["CurrentAccountBalance"],
        found["OpenDeliveryNotesBalance"],
        found["OpenOrdersBalance"],
    )


def line(sap, path):
    return sap.get(path).json()["DocumentLines"][0]


# -- K18: order, delivery, invoice, payment ----------------------------------------------------


def test_K18_an_order_of_1210_becomes_484_invoiced_242_delivered_and_484_open(sap):
    # 100 x 10 + 21 % = 1,210: the order commits 100 and stands whole in the open orders.
    made = order(sap)
    assert (made["DocTotal"], made["VatSum"]) == (1210.0, 210.0)
    assert made["CardName"] == "Partner C10"
    assert stock(sap, "A-100") == (500.0, 100.0, 0.0)
    assert balances(sap) == (0.0, 0.0, 1210.0)

    # 60 delivered: 440 in stock, 40 still committed; 60 x 12.10 = 726 and 40 x 12.10 = 484.
    delivery = post(sap, "DeliveryNotes", CardCode="C10", DocumentLines=copied(17, made, 60))
    assert delivery["DocumentLines"][0]["Price"] == 10.0
    assert stock(sap, "A-100") == (440.0, 40.0, 0.0)
    assert balances(sap) == (0.0, 726.0, 484.0)
    open_line = line(sap, f"Orders({made['DocEntry']})")
    assert (open_line["RemainingOpenQuantity"], open_line["LineStatus"]) == (40.0, "bost_Open")

    # 40 of the 60 invoiced: receivable 484, deliveries 242. Together with 484: 1,210 still.
    invoice = post(sap, "Invoices", CardCode="C10", DocumentLines=copied(15, delivery, 40))
    assert invoice["DocTotal"] == 484.0
    assert balances(sap) == (484.0, 242.0, 484.0)
    assert stock(sap, "A-100") == (440.0, 40.0, 0.0)
    # Terms of 30 days: 2025-09-01 + 30.
    assert invoice["DocDueDate"] == "2025-10-01T00:00:00Z"
    entry = sap.get(f"JournalEntries({invoice['TransNum']})").json()
    assert [
        (row["ShortName"], row["Debit"], row["Credit"]) for row in entry["JournalEntryLines"]
    ] == [
        ("C10", 484.0, 0.0),
        ("70000000", 0.0, 400.0),
        ("47700000", 0.0, 84.0),
    ]

    # 200 paid: 284 left and open; the rest paid: closed, balance 0.
    paid = {"DocEntry": invoice["DocEntry"], "InvoiceType": "it_Invoice"}
    post(
        sap,
        "IncomingPayments",
        CardCode="C10",
        TransferSum=200,
        PaymentInvoices=[{**paid, "SumApplied": 200}],
    )
    part = sap.get(f"Invoices({invoice['DocEntry']})").json()
    assert (part["PaidToDate"], part["DocumentStatus"]) == (200.0, "bost_Open")
    assert balances(sap)[0] == 284.0
    post(sap, "IncomingPayments", CardCode="C10", TransferSum=284, PaymentInvoices=[paid])
    whole = sap.get(f"Invoices({invoice['DocEntry']})").json()
    assert (whole["PaidToDate"], whole["DocumentStatus"]) == (484.0, "bost_Close")
    assert balances(sap)[0] == 0.0
    matched = sap.get("InternalReconciliations").json()["value"]
    assert [row["Total"] for row in matched] == [200.0, 284.0]


def test_A6_the_last_delivery_closes_the_order(sap):
    made = order(sap, quantity=10)
    post(sap, "DeliveryNotes", CardCode="C10", DocumentLines=copied(17, made, 10))
    after = sap.get(f"Orders({made['DocEntry']})").json()
    assert (after["DocumentStatus"], after["DocumentLines"][0]["LineStatus"]) == (
        "bost_Close",
        "bost_Close",
    )
    again = refused(sap, "DeliveryNotes", CardCode="C10", DocumentLines=copied(17, made, 1))
    assert (again["code"], "already been closed" in again["message"]) == ("-5002", True)


def test_A11_the_orders_stamp_moves_when_it_is_delivered(small, sap):
    made = order(sap, quantity=10)
    small.advance(24 * 3600)
    with small.client() as later:
        post(later, "DeliveryNotes", CardCode="C10", DocumentLines=copied(17, made, 4))
        after = later.get(f"Orders({made['DocEntry']})").json()
    assert after["UpdateDate"] == "2025-09-02T00:00:00Z"
    assert after["DataVersion"] == made["DataVersion"] + 1


def test_A11_stock_movements_leave_the_items_stamp_alone(small, sap):
    small.advance(24 * 3600)
    with small.client() as later:
        order(later)
        after = later.get("Items('A-100')").json()
    assert (after["UpdateDate"], after["QuantityOrderedByCustomers"]) == (
        "2025-08-01T00:00:00Z",
        100.0,
    )


# -- changes, closing, cancelling --------------------------------------------------------------


def test_A6_changing_a_quantity_moves_the_totals_by_the_difference(sap):
    made = order(sap)
    rows = [{"LineNum": 0, "Quantity": 30}]
    assert sap.patch(f"Orders({made['DocEntry']})", json={"DocumentLines": rows}).status_code == 204
    after = sap.get(f"Orders({made['DocEntry']})").json()
    # 30 x 10 x 1.21 = 363
    assert (after["DocTotal"], after["DocumentLines"][0]["LineTotal"]) == (363.0, 300.0)
    assert stock(sap, "A-100")[1] == 30.0
    assert balances(sap)[2] == 363.0


def test_A6_adding_a_line_by_patch(sap):
    made = order(sap, quantity=10)
    rows = [{"ItemCode": "R-1", "Quantity": 5, "UnitPrice": 2}]
    sap.patch(f"Orders({made['DocEntry']})", json={"DocumentLines": rows})
    after = sap.get(f"Orders({made['DocEntry']})").json()
    # 10 x 10 + 5 x 2 = 110, with 21 % 133.10
    assert [row["LineNum"] for row in after["DocumentLines"]] == [0, 1]
    assert after["DocTotal"] == balances(sap)[2] == 133.1
    assert stock(sap, "R-1")[1] == 5.0


def test_A6_closing_an_order_short_releases_its_rest(sap):
    made = order(sap)
    post(sap, "DeliveryNotes", CardCode="C10", DocumentLines=copied(17, made, 60))
    assert sap.post(f"Orders({made['DocEntry']})/Close").status_code == 204
    assert stock(sap, "A-100") == (440.0, 0.0, 0.0)
    assert balances(sap) == (0.0, 726.0, 0.0)
    after = sap.get(f"Orders({made['DocEntry']})").json()
    assert (after["DocumentStatus"], after["Cancelled"]) == ("bost_Close", "tNO")
    assert after["DocumentLines"][0]["RemainingOpenQuantity"] == 40.0
    assert sap.post(f"Orders({made['DocEntry']})/Reopen").status_code == 204
    assert stock(sap, "A-100")[1] == 40.0
    assert balances(sap)[2] == 484.0


def test_A6_cancelling_an_order_releases_everything(sap):
    made = order(sap)
    assert sap.post(f"Orders({made['DocEntry']})/Cancel").status_code == 204
    after = sap.get(f"Orders({made['DocEntry']})").json()
    assert (after["Cancelled"], after["CancelStatus"]) == ("tYES", "csYes")
    assert stock(sap, "A-100") == (500.0, 0.0, 0.0)
    assert balances(sap) == (0.0, 0.0, 0.0)
    assert refused(sap, f"Orders({made['DocEntry']})/Cancel")["code"] == "-10"


def test_A6_an_order_that_was_delivered_in_part_cannot_be_cancelled(sap):
    made = order(sap)
    post(sap, "DeliveryNotes", CardCode="C10", DocumentLines=copied(17, made, 60))
    assert refused(sap, f"Orders({made['DocEntry']})/Cancel")["code"] == "-10"
    assert stock(sap, "A-100") == (440.0, 40.0, 0.0)


def test_K27_a_delivery_is_cancelled_by_a_second_document(sap):
    made = order(sap)
    delivery = post(sap, "DeliveryNotes", CardCode="C10", DocumentLines=copied(17, made, 60))
    assert sap.post(f"DeliveryNotes({delivery['DocEntry']})/Cancel").status_code == 204
    first, second = sap.get("DeliveryNotes?$orderby=DocEntry").json()["value"]
    assert (first["CancelStatus"], second["CancelStatus"]) == ("csYes", "csCancellation")
    assert stock(sap, "A-100") == (500.0, 100.0, 0.0)
    assert balances(sap) == (0.0, 0.0, 1210.0)
    assert line(sap, f"Orders({made['DocEntry']})")["RemainingOpenQuantity"] == 100.0


def test_A6_a_cancelled_invoice_takes_its_receivable_back(sap):
    rows = [{"ItemCode": "SERV", "Quantity": 1, "UnitPrice": 100}]
    invoice = post(sap, "Invoices", CardCode="C10", DocumentLines=rows)
    assert balances(sap)[0] == 121.0
    sap.post(f"Invoices({invoice['DocEntry']})/Cancel")
    assert balances(sap)[0] == 0.0
    assert [row["ReconType"] for row in sap.get("InternalReconciliations").json()["value"]] == [
        "rtCancellation"
    ]


def test_A6_a_return_comes_back_into_stock_and_off_the_open_deliveries(sap):
    made = order(sap)
    delivery = post(sap, "DeliveryNotes", CardCode="C10", DocumentLines=copied(17, made, 60))
    post(sap, "Returns", CardCode="C10", DocumentLines=copied(15, delivery, 10))
    assert stock(sap, "A-100") == (450.0, 40.0, 0.0)
    # 50 x 12.10 = 605 delivered and not invoiced
    assert balances(sap) == (0.0, 605.0, 484.0)


def test_A6_a_credit_note_is_set_against_its_invoice(sap):
    rows = [{"ItemCode": "A-100", "Quantity": 10, "UnitPrice": 10}]
    invoice = post(sap, "Invoices", CardCode="C10", DocumentLines=rows)
    assert stock(sap, "A-100")[0] == 490.0
    credit = post(sap, "CreditNotes", CardCode="C10", DocumentLines=copied(13, invoice, 4))
    # 121 - 4 x 12.10 = 72.60; the four came back
    assert stock(sap, "A-100")[0] == 494.0
    assert balances(sap)[0] == 72.6
    assert sap.get(f"Invoices({invoice['DocEntry']})").json()["PaidToDate"] == 48.4
    assert credit["DocumentStatus"] == "bost_Close"


def test_K19_a_down_payment_request_posts_nothing_its_invoice_does(sap):
    rows = [{"ItemCode": "SERV", "Quantity": 1, "UnitPrice": 1000}]
    post(
        sap,
        "DownPayments",
        CardCode="C10",
        DownPaymentType="dptRequest",
        DownPaymentPercentage=30,
        DocumentLines=rows,
    )
    assert balances(sap)[0] == 0.0
    made = post(
        sap,
        "DownPayments",
        CardCode="C10",
        DownPaymentType="dptInvoice",
        DownPaymentPercentage=30,
        DocumentLines=rows,
    )
    # 30 % of 1,210
    assert (made["DocTotal"], balances(sap)[0]) == (363.0, 363.0)


def test_A15_a_cancelled_payment_opens_the_invoice_again(sap):
    rows = [{"ItemCode": "SERV", "Quantity": 1, "UnitPrice": 100}]
    invoice = post(sap, "Invoices", CardCode="C10", DocumentLines=rows)
    payment = post(
        sap,
        "IncomingPayments",
        CardCode="C10",
        CashSum=121,
        PaymentInvoices=[{"DocEntry": invoice["DocEntry"]}],
    )
    assert balances(sap)[0] == 0.0
    assert sap.post(f"IncomingPayments({payment['DocEntry']})/Cancel").status_code == 204
    after = sap.get(f"Invoices({invoice['DocEntry']})").json()
    assert (after["PaidToDate"], after["DocumentStatus"]) == (0.0, "bost_Open")
    assert balances(sap)[0] == 121.0
    assert sap.get(f"IncomingPayments({payment['DocEntry']})").json()["Cancelled"] == "tYES"


def test_A15_money_on_account_lowers_the_balance_without_an_invoice(sap):
    post(sap, "IncomingPayments", CardCode="C10", TransferSum=50)
    assert balances(sap)[0] == -50.0


def test_A15_the_payer_owes_what_the_branch_bought(sap):
    rows = [{"ItemCode": "SERV", "Quantity": 1, "UnitPrice": 100}]
    post(sap, "Invoices", CardCode="C30", DocumentLines=rows)
    assert (balances(sap, "C30")[0], balances(sap, "C10")[0]) == (0.0, 121.0)


def test_K22_a_document_in_dollars_is_carried_at_the_rate_of_its_day(sap):
    # 100 x 10 USD x 0.91 = 910.00; with 21 % 1,101.10; in USD 1,210.00
    made = order(sap, card="C20")
    assert (made["DocCurrency"], made["DocRate"]) == ("USD", 0.91)
    assert (made["DocTotal"], made["DocTotalFc"]) == (1101.1, 1210.0)
    assert balances(sap, "C20")[2] == 1101.1
    late = refused(
        sap,
        "Orders",
        CardCode="C20",
        DocDate="2025-09-02",
        DocumentLines=[{"ItemCode": "A-100", "Quantity": 1}],
    )
    assert late["code"] == "-4006"


def test_K1_boxes_of_12_move_inventory_units(sap):
    made = order(sap, item="BOX", quantity=10, price=60)
    row = made["DocumentLines"][0]
    assert (row["Quantity"], row["InventoryQuantity"]) == (10.0, 120.0)
    assert stock(sap, "BOX")[1] == 120.0
    post(sap, "DeliveryNotes", CardCode="C10", DocumentLines=copied(17, made, 4))
    assert stock(sap, "BOX") == (192.0, 72.0, 0.0)


def test_A6_a_drop_shipment_touches_no_stock(sap):
    order(sap, WarehouseCode="DS")
    assert stock(sap, "A-100") == (500.0, 0.0, 0.0)
    assert balances(sap)[2] == 1210.0


def test_K6_a_reserve_invoice_commits_in_place_of_its_order(sap):
    made = order(sap)
    invoice = post(
        sap, "Invoices", CardCode="C10", ReserveInvoice="tYES", DocumentLines=copied(17, made, 100)
    )
    assert stock(sap, "A-100") == (500.0, 100.0, 0.0)
    assert balances(sap) == (1210.0, 0.0, 0.0)
    post(sap, "DeliveryNotes", CardCode="C10", DocumentLines=copied(13, invoice, 100))
    assert stock(sap, "A-100") == (400.0, 0.0, 0.0)
    assert balances(sap) == (1210.0, 0.0, 0.0)


# -- lots and refusals -------------------------------------------------------------------------


def lots(sap):
    """Lot quantities as the stored query gives them."""
    text = (
        "SELECT T1.DistNumber AS Lot, T0.Quantity AS Qty FROM OBTQ T0 JOIN OBTN T1"
        " ON T0.ItemCode = T1.ItemCode AND T0.SysNumber = T1.SysNumber ORDER BY T0.SysNumber"
    )
    if sap.get("SQLQueries('lots')").status_code == 404:
        post(sap, "SQLQueries", SqlCode="lots", SqlName="lots", SqlText=text)
    rows = sap.get("SQLQueries('lots')/List").json()["value"]
    return {row["Lot"]: row["Qty"] for row in rows}


def test_A15_a_delivery_takes_from_the_lots_it_names(sap):
    made = order(sap, item="A-200", quantity=120)
    picked = [
        {"BatchNumberProperty": "L1", "Quantity": 100},
        {"BatchNumberProperty": "L2", "Quantity": 20},
    ]
    post(
        sap,
        "DeliveryNotes",
        CardCode="C10",
        DocumentLines=copied(17, made, 120, BatchNumbers=picked),
    )
    assert lots(sap) == {"L1": 0.0, "L2": 180.0}
    assert stock(sap, "A-200") == (180.0, 0.0, 0.0)


@pytest.mark.parametrize(
    "picked",
    [
        [],
        [{"BatchNumberProperty": "L1", "Quantity": 50}],
        [{"BatchNumberProperty": "L1", "Quantity": 120}],
        [{"BatchNumberProperty": "none", "Quantity": 120}],
    ],
)
def test_A15_lots_that_do_not_cover_the_line_are_refused_and_leave_nothing(sap, picked):
    made = order(sap, item="A-200", quantity=120)
    refused(
        sap,
        "DeliveryNotes",
        CardCode="C10",
        DocumentLines=copied(17, made, 120, BatchNumbers=picked),
    )
    assert lots(sap) == {"L1": 100.0, "L2": 200.0}
    assert stock(sap, "A-200") == (300.0, 120.0, 0.0)
    assert sap.get("DeliveryNotes/$count").text == "0"


def test_A7_more_than_there_is_does_not_leave(sap):
    rows = [{"ItemCode": "A-100", "Quantity": 501, "UnitPrice": 1}]
    error = refused(sap, "DeliveryNotes", CardCode="C10", DocumentLines=rows)
    assert error["code"] == "-10"
    assert "Quantity falls into negative inventory [DLN1.ItemCode][line: 1]" in error["message"]


def test_A7_wrong_references_are_2028_with_their_place(sap):
    error = refused(sap, "Orders", CardCode="C404", DocumentLines=[{"ItemCode": "A-100"}])
    assert (error["code"], "[ORDR.CardCode]" in error["message"]) == ("-2028", True)
    error = refused(
        sap, "Orders", CardCode="C10", DocumentLines=[{"ItemCode": "A-100"}, {"ItemCode": "no"}]
    )
    assert (error["code"], "[RDR1.ItemCode][line: 2]" in error["message"]) == ("-2028", True)
    assert balances(sap) == (0.0, 0.0, 0.0)


def test_A7_a_draft_touches_nothing_until_it_is_released(sap):
    rows = [{"ItemCode": "A-100", "Quantity": 100, "UnitPrice": 10}]
    draft = post(sap, "Drafts", DocObjectCode="oOrders", CardCode="C10", DocumentLines=rows)
    assert draft["DocTotal"] == 1210.0
    assert stock(sap, "A-100") == (500.0, 0.0, 0.0)
    document = {"DocEntry": draft["DocEntry"]}
    post(sap, "DraftsService_SaveDraftToDocument", Document=document)
    assert stock(sap, "A-100") == (500.0, 100.0, 0.0)
    assert sap.get("Orders/$count").text == "46"
    assert sap.delete(f"Drafts({draft['DocEntry']})").status_code == 204


# -- purchases ---------------------------------------------------------------------------------


def test_A6_a_purchase_order_is_expected_until_it_is_received(sap):
    rows = [{"ItemCode": "A-200", "Quantity": 50, "UnitPrice": 3}]
    made = post(sap, "PurchaseOrders", CardCode="V10", DocumentLines=rows)
    assert stock(sap, "A-200") == (300.0, 0.0, 50.0)
    new = [{"BatchNumberProperty": "L9", "Quantity": 20, "ExpiryDate": "2026-01-31"}]
    post(
        sap,
        "PurchaseDeliveryNotes",
        CardCode="V10",
        DocumentLines=copied(22, made, 20, BatchNumbers=new),
    )
    assert stock(sap, "A-200") == (320.0, 0.0, 30.0)
    assert lots(sap) == {"L1": 100.0, "L2": 200.0, "L9": 20.0}
    details = sap.get("BatchNumberDetails", params={"$filter": "Batch eq 'L9'"}).json()["value"]
    assert [row["ExpirationDate"] for row in details] == ["2026-01-31T00:00:00Z"]


def test_A15_a_suppliers_invoice_and_its_payment(sap):
    rows = [{"ItemCode": "R-1", "Quantity": 10, "UnitPrice": 2}]
    receipt = post(sap, "PurchaseDeliveryNotes", CardCode="V10", DocumentLines=rows)
    assert stock(sap, "R-1") == (1010.0, 0.0, 0.0)
    # 10 x 2 + 21 % = 24.20 owed by us; the goods are in already.
    invoice = post(sap, "PurchaseInvoices", CardCode="V10", DocumentLines=copied(20, receipt, 10))
    assert stock(sap, "R-1") == (1010.0, 0.0, 0.0)
    assert balances(sap, "V10")[0] == -24.2
    paid = [{"DocEntry": invoice["DocEntry"]}]
    post(sap, "VendorPayments", CardCode="V10", TransferSum=24.2, PaymentInvoices=paid)
    assert balances(sap, "V10")[0] == 0.0
    after = sap.get(f"PurchaseInvoices({invoice['DocEntry']})").json()
    assert after["DocumentStatus"] == "bost_Close"


def test_A15_a_cheque_stays_a_risk_until_it_is_deposited(sap):
    rows = [{"ItemCode": "SERV", "Quantity": 1, "UnitPrice": 100}]
    invoice = post(sap, "Invoices", CardCode="C10", DocumentLines=rows)
    cheque = [{"CheckSum": 121, "DueDate": "2025-10-01", "CheckNumber": 7}]
    paid = [{"DocEntry": invoice["DocEntry"]}]
    post(sap, "IncomingPayments", CardCode="C10", PaymentChecks=cheque, PaymentInvoices=paid)
    found = sap.get("BusinessPartners('C10')").json()
    assert (found["CurrentAccountBalance"], found["OpenChecksBalance"]) == (0.0, 121.0)
    post(sap, "Deposits", CheckLines=[{"Customer": "C10", "CheckAmount": 121, "CheckNumber": 7}])
    assert sap.get("BusinessPartners('C10')").json()["OpenChecksBalance"] == 0.0


def test_A15_a_transfer_request_commits_here_and_expects_there(sap):
    rows = [{"ItemCode": "A-100", "Quantity": 30}]
    places = {"FromWarehouse": "01", "ToWarehouse": "02"}
    made = post(sap, "InventoryTransferRequests", **places, StockTransferLines=rows)
    assert stock(sap, "A-100") == (500.0, 30.0, 0.0)
    assert stock(sap, "A-100", "02") == (0.0, 0.0, 30.0)
    sap.post(f"InventoryTransferRequests({made['DocEntry']})/Close")
    assert stock(sap, "A-100", "02") == (0.0, 0.0, 0.0)
    post(sap, "StockTransfers", **places, StockTransferLines=rows)
    assert stock(sap, "A-100") == (470.0, 0.0, 0.0)
    assert stock(sap, "A-100", "02") == (30.0, 0.0, 0.0)
    assert sap.get("Items('A-100')").json()["QuantityOnStock"] == 500.0


# -- production --------------------------------------------------------------------------------


def test_A6_a_production_order_from_its_bill_to_its_end(sap):
    # A-100 takes 2 x R-1 and 0.32 h of WC1; 50 planned: 100 of R-1 and 16 h.
    made = post(sap, "ProductionOrders", ItemNo="A-100", PlannedQuantity=50, DueDate="2025-09-10")
    entry = made["AbsoluteEntry"]
    assert [row["PlannedQuantity"] for row in made["ProductionOrderLines"]] == [100.0, 16.0]
    assert stock(sap, "A-100") == (500.0, 0.0, 50.0)
    assert stock(sap, "R-1") == (1000.0, 100.0, 0.0)

    error = refused(
        sap,
        "InventoryGenExits",
        DocumentLines=[
            {"BaseType": 202, "BaseEntry": entry, "BaseLine": 0, "ItemCode": "R-1", "Quantity": 1}
        ],
    )
    assert "not released" in error["message"]
    path = f"ProductionOrders({entry})"
    assert sap.patch(path, json={"ProductionOrderStatus": "R"}).status_code == 204
    capacity = sap.get("ResourceCapacities").json()["value"]
    assert [(row["Type"], row["Capacity"]) for row in capacity] == [("rctCommitted", 16.0)]

    # 40 of R-1 issued: 60 still committed.
    rows = [{"BaseType": 202, "BaseEntry": entry, "BaseLine": 0, "ItemCode": "R-1", "Quantity": 40}]
    post(sap, "InventoryGenExits", DocumentLines=rows)
    assert stock(sap, "R-1") == (960.0, 60.0, 0.0)
    assert sap.get(path).json()["ProductionOrderLines"][0]["IssuedQuantity"] == 40.0

    # 20 good, 5 rejected: 20 into stock, 25 still expected; 25 x 0.32 = 8 h issued by plan.
    rows = [
        {
            "BaseType": 202,
            "BaseEntry": entry,
            "ItemCode": "A-100",
            "Quantity": 20,
            "TransactionType": "botrntComplete",
        },
        {
            "BaseType": 202,
            "BaseEntry": entry,
            "ItemCode": "A-100",
            "Quantity": 5,
            "TransactionType": "botrntReject",
        },
    ]
    post(sap, "InventoryGenEntries", DocumentLines=rows)
    after = sap.get(path).json()
    assert (after["CompletedQuantity"], after["RejectedQuantity"]) == (20.0, 5.0)
    assert after["ProductionOrderLines"][1]["IssuedQuantity"] == 8.0
    assert stock(sap, "A-100") == (520.0, 0.0, 25.0)
    capacity = sap.get("ResourceCapacities").json()["value"]
    assert [(row["Type"], row["Capacity"]) for row in capacity] == [
        ("rctCommitted", 8.0),
        ("rctConsumed", 8.0),
    ]

    # The state goes forward only; closing releases what is left.
    back = sap.patch(path, json={"ProductionOrderStatus": "boposPlanned"})
    assert (back.status_code, back.json()["error"]["code"]) == (400, "-10")
    assert sap.patch(path, json={"ProductionOrderStatus": "boposClosed"}).status_code == 204
    assert stock(sap, "A-100") == (520.0, 0.0, 0.0)
    assert stock(sap, "R-1") == (960.0, 0.0, 0.0)


def test_A6_a_production_order_is_cancelled_only_untouched(sap):
    made = post(sap, "ProductionOrders", ItemNo="A-100", PlannedQuantity=50)
    assert sap.post(f"ProductionOrders({made['AbsoluteEntry']})/Cancel").status_code == 204
    assert stock(sap, "R-1") == (1000.0, 0.0, 0.0)
    after = sap.get(f"ProductionOrders({made['AbsoluteEntry']})").json()
    assert after["ProductionOrderStatus"] == "boposCancelled"


def test_A6_the_requests_sap_published_for_its_hackathon(small):
    """Create Item, Create Business Partner, Create Sales Order: bodies as SAP wrote them, v1."""
    with small.client("v1") as client:
        item = {"ItemCode": "i001", "ItemName": "Item1", "ItemType": "itItems"}
        assert client.post("Items", json=item).json()["ItemCode"] == "i001"
        partner = {"CardCode": "c001", "CardName": "c001", "CardType": "C"}
        assert client.post("BusinessPartners", json=partner).json()["CardType"] == "cCustomer"
        rows = [{"ItemCode": "A-100", "Quantity": "100", "TaxCode": "PA", "UnitPrice": "30"}]
        made = client.post(
            "Orders", json={"CardCode": "C10", "DocDueDate": "2019-07-12", "DocumentLines": rows}
        ).json()
    assert made["DocumentLines"][0]["LineTotal"] == 3000.0
    assert made["DocObjectCode"] == "17"
