"""The entity sets that an extraction reads: served under their schema names, in both dialects."""

from __future__ import annotations

import os

import pytest

knows_the_company = pytest.mark.skipif(
    "PROMESA_CONFORMANCE_SAP_B1" in os.environ, reason="knows its records"
)

# A15 of the protocol notes and the real `$metadata`: set, key.
SETS = {
    "RouteStages": "InternalNumber",
    "InventoryCycles": "CycleCode",
    "ResourceGroups": "Code",
    "ResourceCapacities": "Id",
    "UnitOfMeasurements": "AbsEntry",
    "UnitOfMeasurementGroups": "AbsEntry",
    "AlternateCatNum": "ItemCode",
    "BatchNumberDetails": "DocEntry",
    "SerialNumberDetails": "DocEntry",
    "PurchaseInvoices": "DocEntry",
    "PurchaseReturns": "DocEntry",
    "PurchaseCreditNotes": "DocEntry",
    "LandedCosts": "DocEntry",
    "StockTransfers": "DocEntry",
    "InventoryTransferRequests": "DocEntry",
    "BillOfExchangeTransactions": "BOETransactionkey",
    "Deposits": "AbsEntry",
    "BlanketAgreements": "AgreementNo",
    "SalesForecast": "Numerator",
    "Drafts": "DocEntry",
    "ApprovalRequests": "Code",
    "PaymentTermsTypes": "GroupNumber",
    "PriceLists": "PriceListNo",
    "SalesPersons": "SalesEmployeeCode",
    "EmployeesInfo": "EmployeeID",
    "VendorPayments": "DocEntry",
    "Activities": "ActivityCode",
    "ServiceCalls": "ServiceCallID",
}


@pytest.mark.parametrize("dialect", ["v1", "v2"])
def test_A15_the_sets_of_an_extraction_are_served_with_their_keys(reader, dialect):
    context = {"v1": "odata.metadata", "v2": "@odata.context"}[dialect]
    with reader.client(dialect) as client:
        for name, key in SETS.items():
            answer = client.get(f"{name}?$select={key}&$orderby={key}&$top=1")
            assert answer.status_code == 200, (name, answer.text)
            assert answer.json()[context].endswith(f"/b1s/{dialect}/$metadata#{name}"), name


@knows_the_company
def test_A6_alternative_items_are_kept_by_their_own_service(shared):
    rows = [{"AlternativeItemCode": "A-200", "MatchFactor": 80, "Remarks": "thicker"}]
    params = {"OriginalItemParams": {"ItemCode": "A-100"}}
    with shared.client() as client:
        missing = client.post("AlternativeItemsService_GetItem", json=params)
        assert (missing.status_code, missing.json()["error"]["code"]) == (404, "-2028")
        item = {"OriginalItem": {"ItemCode": "A-100", "AlternativeItems": rows}}
        assert client.post("AlternativeItemsService_AddItem", json=item).status_code == 200
        found = client.post("AlternativeItemsService_GetItem", json=params).json()
        assert found["ItemName"] == "Item A-100"
        assert found["AlternativeItems"] == [
            {"AlternativeItemCode": "A-200", "MatchFactor": 80.0, "Remarks": "thicker"}
        ]
        item["OriginalItem"]["AlternativeItems"] = [{"AlternativeItemCode": "NOWHERE"}]
        unknown = client.post("AlternativeItemsService_UpdateItem", json=item)
        assert (unknown.status_code, unknown.json()["error"]["code"]) == (400, "-2028")
        assert client.post("AlternativeItemsService_DeleteItem", json=params).status_code == 204
        assert client.post("AlternativeItemsService_GetItem", json=params).status_code == 404


@knows_the_company
def test_A6_a_service_lists_its_set_in_short(shared):
    with shared.client("v1") as client:
        made = {"Code": "CUT", "Description": "Cutting"}
        assert client.post("RouteStages", json=made).status_code == 201
        listed = client.post("RouteStagesService_GetList").json()
        assert listed["odata.metadata"].endswith("$metadata#Collection(SAPB1.RouteStageParams)")
        assert [row["InternalNumber"] for row in listed["value"]] == [1]
        assert client.get("RouteStages(1)").json()["Code"] == "CUT"
