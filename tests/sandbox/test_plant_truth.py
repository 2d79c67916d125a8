"""What the plant remembers of itself agrees with what its documents say."""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any


def _truth(demo_company: Path, name: str) -> Any:
    return json.loads((demo_company / "truth" / f"{name}.json").read_text("utf-8"))


def _sap(demo_company: Path, name: str) -> list[dict[str, Any]]:
    with (demo_company / "sap_b1" / f"{name}.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def test_exposure_parts_are_the_partners_control_totals(demo_company: Path) -> None:
    truth = _truth(demo_company, "exposure")
    for partner in _sap(demo_company, "BusinessPartners"):
        if partner["CardType"] != "cCustomer":
            continue
        known = truth[partner["CardCode"]]
        assert known["account"] == partner["CurrentAccountBalance"]
        assert known["deliveries_open"] == partner["OpenDeliveryNotesBalance"]
        assert known["orders_open"] == partner["OpenOrdersBalance"]
        assert known["cheques"] == partner["OpenChecksBalance"]
        assert known["limit"] == partner["CreditLimit"]


def test_open_bills_are_those_not_yet_paid(demo_company: Path) -> None:
    open_bills: dict[str, Decimal] = defaultdict(Decimal)
    for payment in _sap(demo_company, "IncomingPayments"):
        if payment["BillofExchangeStatus"] == "boes_Created":
            open_bills[payment["CardCode"]] += Decimal(str(payment["BillOfExchangeAmount"]))
    for code, known in _truth(demo_company, "exposure").items():
        assert Decimal(str(known["bills"])) == open_bills.get(code, Decimal(0))


def test_stock_is_what_the_items_say(demo_company: Path) -> None:
    written = {
        (row["ItemCode"], row["WarehouseCode"]): (row["InStock"], row["Committed"], row["Ordered"])
        for item in _sap(demo_company, "Items")
        for row in item["ItemWarehouseInfoCollection"]
    }
    for row in _truth(demo_company, "stock"):
        key = (row["item"], row["warehouse"])
        assert written[key] == (row["stock"], row["committed"], row["ordered"]), key


def test_shipments_are_the_deliveries(demo_company: Path) -> None:
    shipped: dict[tuple[int, int], float] = defaultdict(float)
    invoices = {record["DocEntry"]: record for record in _sap(demo_company, "Invoices")}
    for note in _sap(demo_company, "DeliveryNotes"):
        if note["CancelStatus"] != "csNo":
            continue
        for line in note["DocumentLines"]:
            base = line
            if line["BaseType"] == 13:
                base = invoices[line["BaseEntry"]]["DocumentLines"][line["BaseLine"]]
            shipped[base["BaseEntry"], base["BaseLine"]] += line["Quantity"]
    for story in _truth(demo_company, "order_lines"):
        assert story["shipped"] == shipped[story["order"], story["line"]], story


def test_last_promises_are_what_the_orders_say_now(demo_company: Path) -> None:
    orders = {record["DocEntry"]: record for record in _sap(demo_company, "Orders")}
    moved = 0
    for story in _truth(demo_company, "order_lines"):
        line = orders[story["order"]]["DocumentLines"][story["line"]]
        assert story["last_promise"] == line["ShipDate"][:10]
        moved += story["first_promise"] != story["last_promise"]
    assert moved > 100


def test_work_orders_cost_what_was_issued(demo_company: Path) -> None:
    hours: dict[int, Decimal] = defaultdict(Decimal)
    for document in _sap(demo_company, "InventoryGenExits"):
        for line in document["DocumentLines"]:
            if line["ItemType"] == "dit_Resource":
                cost = Decimal(str(line["Quantity"])) * Decimal(str(line["Price"]))
                hours[line["BaseEntry"]] += cost
    received = {
        order["AbsoluteEntry"]: order["CompletedQuantity"]
        for order in _sap(demo_company, "ProductionOrders")
    }
    for row in _truth(demo_company, "work_orders"):
        assert abs(Decimal(str(row["hours_cost"])) - hours[row["work_order"]]) <= Decimal("0.01")
        assert row["received"] == received[row["work_order"]]


def test_people_without_integration_are_late_and_go_over_limits(demo_company: Path) -> None:
    confirmations = _truth(demo_company, "confirmations")
    over = sum(row["value"] for row in confirmations if row["over_limit"])
    share = over / sum(row["value"] for row in confirmations)
    assert 0.05 < share < 0.45
    lines = [row for row in _truth(demo_company, "order_lines") if row["shipments"]]
    late = sum(row["shipments"][-1]["left"] > row["first_promise"] for row in lines)
    assert 0.08 < late / len(lines) < 0.5
