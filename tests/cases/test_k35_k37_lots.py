"""K35 mass balance, K37 response time, and the way of a lot: a company of two levels, by hand.

Rubber R-1 and R-2 become seals, seals become pumps:

    R-1 ─ 30 on 2 June, with SEAL-1 that day ─────────────> SEAL-1 ─ 10 ┐
    R-1 ─ 30 on 2 June, less 5 that came back, ─ 4 June ──> SEAL-2 ─ 25 │──> PUMP-2 (two days later)
    R-2 ─ 100 on 5 June, with SEAL-3 that day ────────────> SEAL-3 ─ 10 ┴──> PUMP-1 (that day)
                                                                   └ 80 ──> PUMP-3 (that day)
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from dagster_project.warehouse import DataFolder, mock_recall
from dagster_project.warehouse.recalls import broken_recall

Record = dict[str, Any]
LOTS = ["+fct_case_lot", "+fct_case_shipment", "+fct_case", "+fct_lot_link", "+fct_lot_gap",
        "+q_recall", "+q_recall_lot"]  # fmt: skip
WORK = 202


def day(text: str) -> str:
    """A day of 2025 as the Service Layer writes it."""
    return f"2025-{text}T00:00:00Z"


def lots(**quantities: float) -> list[Record]:
    """The lots of a line; an underscore stands for the hyphen of a lot number."""
    return [{"BatchNumberProperty": name.replace("_", "-"), "Quantity": qty}
            for name, qty in quantities.items()]  # fmt: skip


def moved(w: Any, entry: int, item: str, on: str, base: int | None = None,
          line: int | None = None, partner: str | None = None, remark: str | None = None,
          **quantities: float) -> Record:  # fmt: skip
    """A document of one line that moves lots of an item, for a work order or without a base."""
    fields = {} if base is None else {"BaseType": WORK, "BaseEntry": base, "BaseLine": line}
    qty = sum(quantities.values())
    return w.document(
        entry, w.line(item, qty, left=0, BatchNumbers=lots(**quantities), **fields),
        DocDate=day(on), CardCode=partner, Comments=remark,
    )  # fmt: skip


def in_stock(item: str, number: int, lot: str, qty: float, warehouse: str = "01",
             status: str = "0") -> Record:  # fmt: skip
    """A lot's quantity in a warehouse, as the query of lot quantities tells it."""
    return {"ItemCode": item, "SysNumber": number, "DistNumber": lot, "WhsCode": warehouse,
            "Quantity": qty, "Status": status}  # fmt: skip


def case(key: str, account: str | None, lot: str | None, opened: str, **fields: object) -> Record:
    """A case as the CRM writes it."""
    return {"Id": key, "CaseNumber": key, "AccountId": account, "Promesa_Lot__c": lot,
            "Subject": key, "Type": "Mechanical", "Status": "New", "IsClosed": False,
            "CreatedDate": f"2025-{opened}:00.000+0000", **fields}  # fmt: skip


def comment(key: str, parent: str, written: str, *, published: bool) -> Record:
    """A comment on a case, for the customer or among ourselves."""
    return {"Id": key, "ParentId": parent, "IsPublished": published, "CommentBody": "…",
            "CreatedDate": f"2025-{written}:00.000+0000"}  # fmt: skip


@pytest.fixture(scope="module")
def company(build_company: Callable[..., Any], wire: Any) -> Any:
    """The company of the first lines, its stock, its shipments and its cases."""
    w = wire
    by_lot = {"ManageBatchNumbers": "tYES"}
    made = {"made": True, **by_lot}
    kinds = {"C1": "cCustomer", "C2": "cCustomer", "S1": "cSupplier"}
    partners = [{"CardCode": code, "CardName": code, "CardType": kinds[code]} for code in kinds]
    work_orders = [
        w.work_order(entry, item, qty, w.order_part(part, qty, qty), CompletedQuantity=qty,
                     ProductionOrderStatus="boposClosed", PostingDate=day("06-01"),
                     ClosingDate=day("06-20"))
        for entry, item, qty, part in (
            (1, "SEAL", 55, "RUBBER"), (2, "SEAL", 100, "RUBBER"), (3, "PUMP", 20, "SEAL"),
            (4, "PUMP", 25, "SEAL"), (5, "PUMP", 80, "SEAL"),
        )
    ]  # fmt: skip
    records: dict[str, list[Record]] = {
        "sap_b1/Warehouses": [w.warehouse(), w.warehouse("02")],
        "sap_b1/BusinessPartners": partners,
        "sap_b1/Items": [w.item("RUBBER", **by_lot), w.item("SEAL", **made),
                         w.item("PUMP", **made), w.item("HOSE", **by_lot)],
        "sap_b1/ProductionOrders": work_orders,
        "sap_b1/PurchaseDeliveryNotes": [
            moved(w, 1, "RUBBER", "05-26", partner="S1", R_1=100),
            moved(w, 2, "RUBBER", "05-27", partner="S1", R_2=150),
            moved(w, 3, "HOSE", "05-28", partner="S1", H_1=50),
        ],
        "sap_b1/PurchaseReturns": [moved(w, 1, "RUBBER", "06-20", partner="S1", R_2=15)],
        "sap_b1/InventoryGenExits": [
            moved(w, 1, "RUBBER", "06-02", 1, 0, R_1=60),
            moved(w, 2, "RUBBER", "06-05", 2, 0, R_2=100),
            moved(w, 3, "SEAL", "06-10", 3, 0, SEAL_1=10, SEAL_3=10),
            moved(w, 4, "SEAL", "06-10", 4, 0, SEAL_2=25),
            moved(w, 5, "SEAL", "06-11", 5, 0, SEAL_3=80),
            moved(w, 6, "SEAL", "06-23", remark="Recuento", SEAL_1=2),
            moved(w, 7, "RUBBER", "06-24", remark="Merma: palé caído", R_2=5),
        ],
        "sap_b1/InventoryGenEntries": [
            moved(w, 1, "SEAL", "06-02", 1, SEAL_1=30),
            moved(w, 2, "RUBBER", "06-03", 1, 0, R_1=5),
            moved(w, 3, "SEAL", "06-04", 1, SEAL_2=25),
            moved(w, 4, "SEAL", "06-05", 2, SEAL_3=100),
            moved(w, 5, "PUMP", "06-10", 3, PUMP_1=20),
            moved(w, 6, "PUMP", "06-12", 4, PUMP_2=25),
            moved(w, 7, "PUMP", "06-11", 5, PUMP_3=80),
        ],
        "sap_b1/StockTransfers": [
            {"DocEntry": 1, "DocNum": 1, "DocDate": day("06-18"), "FromWarehouse": "01",
             "ToWarehouse": "02", "StockTransferLines": [
                 {"LineNum": 0, "ItemCode": "RUBBER", "Quantity": 10, "InventoryQuantity": 10,
                  "FromWarehouseCode": "01", "WarehouseCode": "02", "BatchNumbers": lots(R_1=10)}]},
        ],
        "sap_b1/DeliveryNotes": [
            moved(w, 1, "PUMP", "06-16", partner="C1", PUMP_1=15),
            moved(w, 2, "PUMP", "06-16", partner="C2", PUMP_2=20),
            moved(w, 3, "PUMP", "06-17", partner="C1", PUMP_3=25),
            moved(w, 4, "HOSE", "06-17", partner="C1", H_1=10, OLD=4),
        ],
        "sap_b1/Returns": [moved(w, 1, "PUMP", "07-01", partner="C2", PUMP_2=3)],
        # An invoice names the delivered lots once more; one without a delivery delivers.
        "sap_b1/Invoices": [
            w.document(1, w.line("PUMP", 15, left=0, BaseType=15, BaseEntry=1, BaseLine=0,
                                 BatchNumbers=lots(PUMP_1=15)), DocDate=day("06-17")),
            moved(w, 2, "HOSE", "06-25", partner="C2", H_1=5),
        ],
        "sap_b1/LotQuantities": [
            in_stock("RUBBER", 1, "R-1", 35), in_stock("RUBBER", 1, "R-1", 10, "02"),
            in_stock("RUBBER", 2, "R-2", 30), in_stock("RUBBER", 3, "LOTE-1000", 1),
            in_stock("SEAL", 1, "SEAL-1", 18), in_stock("SEAL", 3, "SEAL-3", 10),
            in_stock("PUMP", 1, "PUMP-1", 5), in_stock("PUMP", 2, "PUMP-2", 8, status="2"),
            in_stock("PUMP", 3, "PUMP-3", 55), in_stock("HOSE", 1, "H-1", 40),
            in_stock("HOSE", 2, "OLD", 6), in_stock("HOSE", 3, "LOTE-1000", 1),
        ],
        "salesforce/Account": [{"Id": f"001{code}", "Name": code, "AccountNumber": code}
                               for code in ("C1", "C2")],
        "salesforce/Case": [
            case("A", "001C1", " pump 1 ", "07-14T08:00"),
            case("B", "001C2", "Lote: pump-2", "08-28T14:00"),
            case("C", "001C1", "PUMP-3", "08-26T08:00"),
            case("G", "001C2", "L.PUMP-2", "08-29T13:00"),
            case("D", "001C1", "lote 1000", "08-20T08:00"),
            case("U", "001C1", "XYZ-9", "08-20T08:00"),
            case("Q", "001C1", None, "08-20T08:00", Type="Other"),
            case("N", "001C1", None, "08-20T08:00"),
        ],
        "salesforce/CaseComment": [
            comment("b", "B", "08-29T07:00", published=True),
            comment("c0", "C", "08-26T08:30", published=False),
            comment("c1", "C", "08-26T12:30", published=True),
        ],
    }  # fmt: skip
    return build_company("lots", records, placed=False, select=LOTS)


@pytest.mark.parametrize(
    ("lot", "given", "stock", "used", "shipped", "away", "scrap", "difference", "balance"),
    [
        # 100 received, 5 back from production; a transfer moves nothing in or out
        ("R-1", 105, 45, 60, 0, 0, 0, 0, "tied"),
        ("R-2", 150, 30, 100, 0, 15, 5, 0, "tied"),
        # 30 made, 2 missing at a count
        ("SEAL-1", 28, 18, 10, 0, 0, 0, 0, "tied"),
        # 25 made, 3 back from the customer
        ("PUMP-2", 28, 8, 0, 20, 0, 0, 0, "tied"),
        # 50 received, 15 shipped, 40 found: five too many; the billed delivery counts once
        ("H-1", 50, 40, 0, 15, 0, 0, 5, "more_than_received"),
        ("OLD", 10, 6, 0, 4, 0, 0, 0, "opening_inferred"),
    ],
)
def test_k35_a_lot_balances_with_returns_transfers_counts_and_scrap(
    company: Any, lot: str, given: int, stock: int, used: int, shipped: int, away: int,
    scrap: int, difference: int, balance: str,
) -> None:  # fmt: skip
    assert company.one(
        "select given_qty, stock_qty, consumed_qty, shipped_qty, supplier_return_qty,"
        " scrapped_qty, difference_qty, balance from marts.fct_lot where lot_number = ?",
        lot,
    ) == (given, stock, used, shipped, away, scrap, difference, balance)


def test_a_link_is_direct_when_its_day_received_that_lot_alone(company: Any) -> None:
    found = company.rows(
        "select used_lot_number, made_lot_number, used_qty, link_kind, used_share"
        " from marts.fct_lot_link order by all"
    )
    assert found == [
        ("R-1", "SEAL-1", 55, "direct", 1.0),
        ("R-1", "SEAL-2", 55, "indirect", 1.0),
        ("R-2", "SEAL-3", 100, "direct", 1.0),
        ("SEAL-1", "PUMP-1", 10, "direct", 0.5),
        ("SEAL-2", "PUMP-2", 25, "indirect", 1.0),
        ("SEAL-3", "PUMP-1", 10, "direct", 0.5),
        ("SEAL-3", "PUMP-3", 80, "direct", 1.0),
    ]


def test_a_lot_reaches_over_two_levels_and_says_what_is_certain(company: Any) -> None:
    found = company.rows(
        "select lot_number, level, is_direct, is_whole from intermediate.int_lot_reach"
        " where source_lot_number = 'R-1' order by lot_number"
    )
    assert found == [
        ("PUMP-1", 2, True, False),
        ("PUMP-2", 2, False, True),
        ("SEAL-1", 1, True, True),
        ("SEAL-2", 1, False, True),
    ]


def test_a_case_finds_its_lot_whatever_the_customer_writes(company: Any) -> None:
    found = company.rows(
        "select case_id, item_code, lot_number, lot_reason_code from marts.fct_case order by all"
    )
    assert found == [
        ("A", "PUMP", "PUMP-1", None),
        ("B", "PUMP", "PUMP-2", None),
        ("C", "PUMP", "PUMP-3", None),
        ("D", None, None, "LOT_AMBIGUOUS"),
        ("G", "PUMP", "PUMP-2", None),
        ("N", None, None, "LOT_NOT_NAMED"),
        ("Q", None, None, "LOT_NOT_NAMED"),
        ("U", None, None, "LOT_UNKNOWN"),
    ]


def test_k37_working_hours_from_opening_to_the_answer_for_the_customer(company: Any) -> None:
    """A day is from 8 to 17 in Madrid, two hours ahead of UTC; it is Monday, 08:00."""
    found = company.rows(
        "select case_id, response_hours, open_hours from marts.fct_case"
        " where case_id in ('B', 'C', 'G') order by case_id"
    )
    assert found == [
        ("B", 2.0, None),  # Thursday 16:00 to Friday 09:00
        ("C", 4.5, None),  # 10:00 to 14:30; the comment before it was among ourselves
        ("G", None, 2.0),  # Friday 15:00, not answered yet
    ]


def test_k37_a_second_case_of_a_lot_is_a_repeat_and_a_sales_question_stands_apart(
    company: Any,
) -> None:
    found = company.rows(
        "select case_id, is_repeat, is_sales_question from marts.fct_case"
        " where is_repeat or is_sales_question order by case_id"
    )
    assert found == [("G", True, False), ("Q", False, True)]


def test_a_raw_lot_is_suspect_by_its_share_of_complaints_against_what_was_made(
    company: Any,
) -> None:
    """R-1 is in 3 of 4 complaints (lot 2 has two) and 45 of 125 pumps; R-2 in 2 and in 100."""
    found = company.rows(
        "select raw_lot_number, with_lot_complaint_count, complaint_count, with_lot_qty, base_qty,"
        " is_suspect, supplier_card_code, receipt_number"
        " from marts.fct_case_suspect where case_id = 'A' order by suspect_rank"
    )
    assert found == [
        ("R-1", 3, 4, 45, 125, True, "S1", 1),
        ("R-2", 2, 4, 100, 125, False, "S1", 2),
    ]


def test_the_reach_of_a_case_at_most_and_for_certain(company: Any) -> None:
    found = company.rows(
        "select lot_number, role, is_minimum, is_whole, is_counted, is_hold_proposed, stock_qty"
        " from marts.fct_case_lot where case_id = 'A' order by lot_number"
    )
    assert found == [
        ("PUMP-1", "complained", True, False, True, True, 5),
        ("PUMP-2", "sibling", False, True, True, True, 8),
        ("R-1", "source", True, True, False, True, 45),
        ("SEAL-1", "part", True, True, False, True, 18),
        ("SEAL-2", "part", False, True, False, True, 0),
    ]


def test_without_a_suspect_every_raw_lot_may_be_and_only_the_lot_itself_is_to_be_held(
    company: Any,
) -> None:
    """PUMP-3 is of R-2 alone, which stands out in nothing."""
    found = company.rows(
        "select lot_number, role, is_hold_proposed from marts.fct_case_lot"
        " where case_id = 'C' order by lot_number"
    )
    assert found == [
        ("PUMP-1", "sibling", False),
        ("PUMP-3", "complained", True),
        ("R-2", "source", False),
        ("SEAL-3", "part", False),
    ]


def test_who_has_the_affected_lots_net_of_what_came_back(company: Any) -> None:
    found = company.rows(
        "select lot_number, card_code, shipped_qty, delivery_numbers, is_minimum"
        " from marts.fct_case_shipment where case_id = 'A' order by lot_number"
    )
    assert found == [
        ("PUMP-1", "C1", Decimal(15), "1", True),
        ("PUMP-2", "C2", Decimal(17), "2", False),
    ]


def test_what_the_papers_of_a_lot_leave_open(company: Any) -> None:
    """Three lots were there before the papers begin; H-1 has five too many."""
    found = company.rows(
        "select item_code, lot_number, gap_code from marts.fct_lot_gap order by all"
    )
    assert found == [
        ("HOSE", "H-1", "LOT_GAP_BALANCE"),
        ("HOSE", "LOTE-1000", "LOT_GAP_RECEIPT"),
        ("HOSE", "OLD", "LOT_GAP_RECEIPT"),
        ("RUBBER", "LOTE-1000", "LOT_GAP_RECEIPT"),
    ]


def test_a_mock_recall_finds_all_of_a_raw_lot_and_who_has_it(company: Any) -> None:
    """R-1 is in both seals and two pumps; C1 has 15 of them, C2 20 less the 3 that came back."""
    recall = company.one(
        "select source_lot_count, made_lot_count, customer_count, given_qty, accounted_qty,"
        " is_complete, missing, shipments from questions.q_recall('RUBBER', 'R-1')"
    )
    assert recall == (
        0, 4, 2, 105, 105, True, [],
        [{"customer": "C1", "item": "PUMP", "lot": "PUMP-1", "quantity": 15},
         {"customer": "C2", "item": "PUMP", "lot": "PUMP-2", "quantity": 17}],
    )  # fmt: skip


def test_a_mock_recall_of_what_was_sold_goes_back_to_its_suppliers(company: Any) -> None:
    """PUMP-1 is of two seals, and these of two lots of rubber that S1 delivered."""
    lots = company.one("select lots from questions.q_recall('PUMP', 'PUMP-1')")[0]
    assert [(one["direction"], one["lot"], one["supplier"], one["receipt"]) for one in lots] == [
        ("itself", "PUMP-1", None, None),
        ("source", "R-1", "S1", 1),
        ("source", "R-2", "S1", 2),
        ("source", "SEAL-1", None, None),
        ("source", "SEAL-3", None, None),
    ]


def test_a_mock_recall_says_what_is_missing(company: Any) -> None:
    assert company.one(
        "select is_complete, missing, balance_share from questions.q_recall('HOSE', 'H-1')"
    ) == (False, [{"code": "LOT_GAP_BALANCE", "item": "HOSE", "lot": "H-1"}], 1.1)


def test_the_lots_of_the_mock_recall_are_drawn_by_the_day(company: Any) -> None:
    """The five of twelve lots with the least MD5 of day, item and lot."""
    names = [*(("RUBBER", one) for one in ("R-1", "R-2", "LOTE-1000")),
             *(("SEAL", f"SEAL-{n}") for n in (1, 2, 3)),
             *(("PUMP", f"PUMP-{n}") for n in (1, 2, 3)),
             *(("HOSE", one) for one in ("H-1", "OLD", "LOTE-1000"))]  # fmt: skip
    drawn = sorted(
        names, key=lambda one: hashlib.md5("|".join(("2025-09-01", *one)).encode()).hexdigest()
    )
    assert (
        company.rows(
            "select item_code, lot_number from questions.q_recall_lot order by draw_number"
        )
        == drawn[:5]
    )


def test_mock_recalls_are_kept_once_a_day_and_show_what_was_changed(company: Any) -> None:
    data = DataFolder(company.folder)
    assert [one.lot_number for one in mock_recall(data, date(2025, 9, 1))] == [
        lot for (lot,) in company.rows(
            "select lot_number from questions.q_recall_lot order by draw_number")
    ]  # fmt: skip
    assert mock_recall(data, date(2025, 9, 1)) == []
    assert len(mock_recall(data, date(2025, 9, 2))) == 5
    with duckdb.connect(str(data.recalls)) as kept:
        assert kept.execute(
            "select count(*), count(distinct recall_date), min(seconds) > 0, max(recall_number)"
            " from recall"
        ).fetchone() == (10, 2, True, 10)
    assert broken_recall(data) is None
    with duckdb.connect(str(data.recalls)) as kept:
        kept.execute("update recall set seconds = 0.001 where recall_number = 4")
    assert broken_recall(data) == 4
