"""What the demo company keeps of materials, terms and papers: the named records, by hand."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

Records = list[dict[str, Any]]


class Erp:
    """The ERP's sets, read back, with the plant's list of cases."""

    def __init__(self, company: Path) -> None:
        self.folder = company / "sap_b1"
        self.cases = json.loads((company / "truth" / "cases.json").read_text("utf-8"))

    def rows(self, name: str) -> Records:
        text = (self.folder / f"{name}.jsonl").read_text("utf-8")
        return [json.loads(line) for line in text.split("\n") if line]

    def stock(self, item: str) -> dict[tuple[str, str], float]:
        """Quantity by lot's name and warehouse."""
        names = {(r["ItemCode"], r["SysNumber"]): r["DistNumber"] for r in self.rows("OBTN")}
        return {
            (names[item, r["SysNumber"]], r["WhsCode"]): r["Quantity"]
            for r in self.rows("OBTQ")
            if r["ItemCode"] == item
        }


@pytest.fixture(scope="module")
def erp(demo_company: Path) -> Erp:
    return Erp(demo_company)


def _moved(records: Records, lot: str) -> float:
    return sum(
        batch["Quantity"]
        for record in records
        for line in record.get("DocumentLines") or record["StockTransferLines"]
        for batch in line["BatchNumbers"]
        if batch["BatchNumberProperty"] == lot
    )


def test_k35_the_lot_balances_with_its_return(erp: Erp) -> None:
    case = erp.cases["K35"]
    received = _moved(erp.rows("PurchaseDeliveryNotes"), "K35-L1")
    issued = _moved(erp.rows("InventoryGenExits"), "K35-L1")
    back = _moved(erp.rows("InventoryGenEntries"), "K35-L1")
    stock = erp.stock("K35-RAW")["K35-L1", "01"]
    assert (received, issued, back, stock) == (100, 60, 5, 45)
    assert received + back == issued + stock
    (work,) = (w for w in erp.rows("ProductionOrders") if w["DocumentNumber"] == case["work_order"])
    assert (work["CompletedQuantity"], work["ProductionOrderLines"][0]["IssuedQuantity"]) == (
        55,
        55,
    )
    (cost,) = erp.rows("LandedCosts")
    (line,) = cost["LandedCost_ItemLines"]
    assert line["AllocatedCostsLineTotal"] / line["Quantity"] == case["figures"]["freight_per_kg"]


def test_k35_a_lot_goes_back_and_elsewhere(erp: Erp) -> None:
    assert _moved(erp.rows("PurchaseReturns"), "K35-L2") == 15
    assert _moved(erp.rows("StockTransfers"), "K35-L2") == 10
    stock = erp.stock("K35-RAW")
    assert (stock["K35-L2", "01"], stock["K35-L2", "02"]) == (15, 10)
    (receipt,) = (r for r in erp.rows("PurchaseDeliveryNotes") if _moved([r], "K35-L2"))
    assert receipt["DocumentLines"][0]["RemainingOpenQuantity"] == 25


def test_k36_a_year_of_ten_a_day(erp: Erp) -> None:
    figures = erp.cases["K36"]["figures"]
    left = Counter[str]()
    for note in erp.rows("DeliveryNotes"):
        for line in note["DocumentLines"]:
            if line["ItemCode"] == "K36-SLOW":
                left[note["DocDate"]] += line["Quantity"]
    assert sum(left.values()) / (28 * len(left)) == 10
    (item,) = (r for r in erp.rows("Items") if r["ItemCode"] == "K36-SLOW")
    held = item["QuantityOnStock"]
    assert (held, item["LeadTime"], item["MinInventory"]) == (900, 30, 100)
    excess = max(0, held - (10 * (item["LeadTime"] + figures["review_days"]) + 100))
    assert (excess, excess * item["AvgStdPrice"]) == (400, 3_200)
    assert (figures["excess_qty"], figures["excess_value"]) == (400, 3_200)


def test_every_lot_has_its_details_and_every_bought_lot_its_suppliers_number(erp: Erp) -> None:
    status = {"0": "bdsStatus_Released", "1": "bdsStatus_NotAccessible", "2": "bdsStatus_Locked"}
    named = Counter((r["ItemCode"], r["DistNumber"], status[r["Status"]]) for r in erp.rows("OBTN"))
    details = erp.rows("BatchNumberDetails")
    assert Counter((r["ItemCode"], r["Batch"], r["Status"]) for r in details) == named
    bought = {
        (batch["ItemCode"], batch["BatchNumberProperty"]): batch["ManufacturerSerialNumber"]
        for receipt in erp.rows("PurchaseDeliveryNotes")
        for line in receipt["DocumentLines"]
        for batch in line["BatchNumbers"]
    }
    assert bought and all(bought.values())
    told = {(r["ItemCode"], r["Batch"]): r["BatchAttribute1"] for r in details}
    assert {key: told[key] for key in bought} == bought


def test_bills_go_from_made_out_to_paid_once(erp: Erp) -> None:
    paid = [p for p in erp.rows("IncomingPayments") if p["BillofExchangeStatus"] == "boes_Paid"]
    moves = erp.rows("BillOfExchangeTransactions")
    numbers = [m["BillOfExchangeTransactionLines"][0]["BillOfExchangeNo"] for m in moves]
    assert sorted(numbers) == sorted(p["BillOfExchange"]["BillOfExchangeNo"] for p in paid)
    assert {(m["StatusFrom"], m["StatusTo"]) for m in moves} == {("btfs_Generated", "btts_Paid")}


def test_what_documents_point_at_is_there(erp: Erp) -> None:
    partners = erp.rows("BusinessPartners")
    sellers = {r["SalesEmployeeCode"] for r in erp.rows("SalesPersons")}
    assert {p["SalesPersonCode"] for p in partners} <= sellers
    terms = {r["GroupNumber"] for r in erp.rows("PaymentTermsTypes")}
    assert {p["PayTermsGrpCode"] for p in partners} <= terms
    lists = {r["PriceListNo"] for r in erp.rows("PriceLists")}
    assert {p["PriceListNum"] for p in partners} <= lists
    groups = {r["Code"] for r in erp.rows("ResourceGroups")}
    assert {r["Group"] for r in erp.rows("Resources")} <= groups
    stages = {r["InternalNumber"] for r in erp.rows("RouteStages")}
    used = {s["StageEntry"] for t in erp.rows("ProductTrees") for s in t["ProductTreeStages"]}
    assert used <= stages
    pending = {d["DocEntry"] for d in erp.rows("Drafts")}
    assert {r["ObjectEntry"] for r in erp.rows("ApprovalRequests")} == pending
    items = {r["ItemCode"] for r in erp.rows("Items")}
    told = [x["ItemNo"] for f in erp.rows("SalesForecast") for x in f["SalesForecastLines"]]
    assert told and set(told) <= items
    agreed = {r["BPCode"] for r in erp.rows("BlanketAgreements")}
    assert agreed <= {p["CardCode"] for p in partners}
