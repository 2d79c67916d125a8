"""K18-K24, B6, B18, F14: what stands at risk with a customer, worked out document by document."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

Record = dict[str, Any]
CREDIT = [
    "+fct_exposure", "+fct_exposure_line", "+fct_receivable", "+fct_dso", "+fct_order_confirmation",
    "+fct_tie_out", "+dim_customer", "+fct_mapping_proposal", "+fct_mapping_gap", "+fct_invoice",
    "+int_issue_document", "+int_issue_customer",
]  # fmt: skip
CUSTOMERS = {
    # partner: what its master data says
    "CRED": {"CreditLimit": 40_000},
    "K18": {"CreditLimit": 20_000, "CurrentAccountBalance": 484,
            "OpenDeliveryNotesBalance": 242, "OpenOrdersBalance": 484},
    "K19A": {"CreditLimit": 150_000}, "K19B": {"CreditLimit": 150_000},
    "K19C": {"CreditLimit": 150_000},
    "K20": {"CreditLimit": 30_000, "CurrentAccountBalance": 4545, "OpenChecksBalance": 12_100},
    "K20I": {"CreditLimit": 5_000}, "K20X": {"CreditLimit": 5_000},
    "K21N": {}, "K21Z": {"CreditLimit": 0}, "K21M": {"CreditLimit": 10_000},
    "K21F": {"CreditLimit": 50_000, "CurrentAccountBalance": 14_520},
    "K21C": {"FatherCard": "K21F", "FatherType": "cPayments_sum"},
    "K21H": {"CreditLimit": 9_000, "Frozen": "tYES"},
    "K22U": {"CreditLimit": 60_000, "CurrentAccountBalance": 9_200},
    "B6": {"CreditLimit": 60_000},
    "K23": {"CreditLimit": 200_000},
    "K24": {"CreditLimit": 50_000},
    "TIE": {"CreditLimit": 1_000, "CurrentAccountBalance": 100},
    "LATER": {"CreditLimit": 1_000, "CurrentAccountBalance": 140},
    "SOLD": {"CreditLimit": 1_000},
    # mapping: two accounts alike by name, two by tax number, none
    "MAP1": {"CardName": "Talleres Álamo, S.L."}, "MAP2": {"FederalTaxID": "ESB-77"},
    "MAP3": {"CardName": "Zinc y Cobre"},
}  # fmt: skip


def journal(number: int, day: str, origin: str, entry: int, *rows: Record) -> Record:
    """A journal entry with its rows on partners; the other side is of no interest here."""
    return {
        "JdtNum": number, "ReferenceDate": f"{day}T00:00:00Z", "OriginalJournal": origin,
        "Original": entry, "Reference": str(entry),
        "JournalEntryLines": [{"Line_ID": n, **row} for n, row in enumerate(rows)],
    }  # fmt: skip


def owes(partner: str, amount: float, due: str, **fields: object) -> Record:
    """A journal row: the partner owes the amount (negative: we owe it)."""
    side = {"Debit": amount, "Credit": 0} if amount > 0 else {"Debit": 0, "Credit": -amount}
    return {"ShortName": partner, "DueDate": f"{due}T00:00:00Z", **side, **fields}


def settled(number: int, day: str, *rows: tuple[int, int, float], cancelled_by: int = 0) -> Record:
    """A reconciliation of (journal, row, amount; negative for the credit side)."""
    return {
        "ReconNum": number, "ReconDate": f"{day}T00:00:00Z", "CancelAbs": cancelled_by,
        "InternalReconciliationRows": [
            {"LineSeq": n, "TransId": entry, "TransRowId": row, "ReconcileAmount": abs(amount),
             "CreditOrDebit": "codDebit" if amount > 0 else "codCredit"}
            for n, (entry, row, amount) in enumerate(rows)
        ],
    }  # fmt: skip


def invoice(w: Any, entry: int, partner: str, day: str = "2025-08-20", **fields: object) -> Record:
    """An invoice whose amount stands in the ledger; its line matters where it has a base."""
    return w.document(entry, CardCode=partner, DocDate=f"{day}T00:00:00Z",
                      **{"DocumentLines": [], **fields})  # fmt: skip


def down_payment(w: Any, entry: int, partner: str, order: int, kind: str) -> Record:
    """A down payment of 30,000 on an order of 100,000."""
    return w.document(
        entry, w.line("PART", 100, BaseType=17, BaseEntry=order, BaseLine=0, Price=1000,
                      LineTotal=100_000, TaxPercentagePerRow=0),
        CardCode=partner, DownPaymentType=kind, DocTotal=30_000,
    )  # fmt: skip


def payment(entry: int, partner: str, day: str, due: str, **fields: object) -> Record:
    """A payment received on a day; a cheque or a bill falls due later."""
    return {"DocEntry": entry, "DocNum": entry, "CardCode": partner, "Cancelled": "tNO",
            "DocDate": f"{day}T00:00:00Z", "DueDate": f"{due}T00:00:00Z", **fields}  # fmt: skip


def records(w: Any) -> dict[str, list[Record]]:
    """The whole company of this file."""
    big = {"Price": 1000, "LineTotal": 100_000, "TaxPercentagePerRow": 0}
    orders = [
        w.document(18, w.line("PART", 100, left=40, LineTotal=1000), CardCode="K18"),
        w.document(191, w.line("PART", 100, **big), CardCode="K19A"),
        w.document(192, w.line("PART", 100, **big), CardCode="K19B"),
        w.document(193, w.line("PART", 100, **big), CardCode="K19C"),
        w.document(21, w.line("PART", 100), CardCode="K21C"),
        w.document(241, w.line("PART", 30, Price=100, LineTotal=3000), CardCode="K24",
                   U_PRM_Deal="006linked"),
        w.document(242, w.line("PART", 45, Price=100, LineTotal=4500), CardCode="K24"),
        w.document(999, w.line("PART", 42, Price=100, LineTotal=4200, TaxPercentagePerRow=0),
                   CardCode="C999"),
        w.document(51, w.line("PART", 50, LineTotal=500), CardCode="SOLD",
                   DocDate="2025-08-04T00:00:00Z"),
        w.document(52, w.line("PART", 60, LineTotal=600), CardCode="SOLD",
                   DocDate="2025-08-28T00:00:00Z"),
        w.document(53, w.line("PART", 7), CardCode="LATER", DocDate="2025-09-05T00:00:00Z"),
    ]  # fmt: skip
    deliveries = [
        w.document(180, w.line("PART", 60, left=20, BaseType=17, BaseEntry=18, BaseLine=0),
                   CardCode="K18"),
    ]  # fmt: skip
    invoices = [
        invoice(w, 1, "CRED"), invoice(w, 2, "CRED"),
        w.document(181, w.line("PART", 40, BaseType=15, BaseEntry=180, BaseLine=0), CardCode="K18",
                   DocTotal=484, VatSum=84),
        invoice(w, 201, "K20", DocumentInstallments=[
            {"InstallmentId": 1, "DueDate": "2025-08-14T00:00:00Z", "Total": 3000},
            {"InstallmentId": 2, "DueDate": "2025-10-15T00:00:00Z", "Total": 3000}]),
        invoice(w, 202, "K20"), invoice(w, 203, "K20"),
        invoice(w, 205, "K20I", DocumentInstallments=[
            {"InstallmentId": 1, "DueDate": "2025-08-01T00:00:00Z", "Total": 600},
            {"InstallmentId": 2, "DueDate": "2025-10-01T00:00:00Z", "Total": 400}]),
        invoice(w, 206, "K20X"), invoice(w, 207, "K20X"),
        invoice(w, 211, "K21C"), invoice(w, 212, "K21F"), invoice(w, 213, "K21N"),
        invoice(w, 214, "K21Z"), invoice(w, 215, "K21M"),
        invoice(w, 221, "K22U", DocCurrency="USD"), invoice(w, 222, "B6", DocCurrency="GBP"),
        invoice(w, 231, "K23", "2025-08-15"),
    ]  # fmt: skip
    entries = [
        journal(1, "2025-07-15", "ttARInvoice", 1, owes("CRED", 18_000, "2025-09-13")),
        journal(2, "2025-07-15", "ttARInvoice", 2, owes("CRED", 12_000, "2025-09-13")),
        journal(3, "2025-08-20", "ttARInvoice", 181, owes("K18", 484, "2025-10-20")),
        journal(4, "2025-08-20", "ttDownPayment", 1910, owes("K19A", 30_000, "2025-09-04")),
        journal(5, "2025-08-20", "ttDownPayment", 1920, owes("K19B", 30_000, "2025-09-04")),
        journal(6, "2025-08-25", "ttReceipt", 1, owes("K19B", -30_000, "2025-08-25")),
        journal(7, "2025-07-15", "ttARInvoice", 201, owes("K20", 3000, "2025-08-14"),
                owes("K20", 3000, "2025-10-15")),
        journal(8, "2025-08-20", "ttReceipt", 2, owes("K20", -1000, "2025-08-20")),
        journal(9, "2025-08-20", "ttARCredItnote", 9, owes("K20", -605, "2025-08-20")),
        journal(10, "2025-08-20", "ttJournalEntry", 10, owes("K20", 150, "2025-09-20")),
        journal(11, "2025-07-01", "ttARInvoice", 202, owes("K20", 12_100, "2025-08-30")),
        journal(12, "2025-08-20", "ttReceipt", 3, owes("K20", -12_100, "2025-08-20")),
        journal(13, "2025-07-01", "ttARInvoice", 203, owes("K20", 2420, "2025-08-30")),
        journal(14, "2025-08-20", "ttReceipt", 4, owes("K20", -2420, "2025-08-20")),
        journal(15, "2025-07-01", "ttARInvoice", 205, owes("K20I", 1000, "2025-10-01")),
        journal(16, "2025-08-20", "ttReceipt", 5, owes("K20I", -700, "2025-08-20")),
        journal(17, "2025-07-01", "ttARInvoice", 206, owes("K20X", 100, "2025-08-30")),
        journal(18, "2025-07-10", "ttReceipt", 6, owes("K20X", -100, "2025-07-10")),
        journal(19, "2025-07-01", "ttARInvoice", 207, owes("K20X", 40, "2025-08-30")),
        journal(20, "2025-07-10", "ttReceipt", 7, owes("K20X", -40, "2025-07-10")),
        journal(21, "2025-08-20", "ttARInvoice", 211, owes("K21F", 12_100, "2025-10-20")),
        journal(22, "2025-08-20", "ttARInvoice", 212, owes("K21F", 2420, "2025-10-20")),
        journal(23, "2025-08-20", "ttARInvoice", 213, owes("K21N", 2420, "2025-10-20")),
        journal(24, "2025-08-20", "ttARInvoice", 214, owes("K21Z", 2420, "2025-10-20")),
        journal(25, "2025-08-20", "ttARInvoice", 215, owes("K21M", 2420, "2025-10-20")),
        journal(26, "2025-08-20", "ttARInvoice", 221, owes("K22U", 9200, "2025-10-20",
                FCDebit=10_000, FCCredit=0, FCCurrency="USD")),
        journal(27, "2025-08-20", "ttARInvoice", 222, owes("B6", 1400, "2025-10-20",
                FCDebit=1250, FCCredit=0, FCCurrency="GBP")),
        journal(28, "2025-08-15", "ttARInvoice", 231, owes("K23", 121_000, "2025-10-15")),
        journal(29, "2025-08-20", "ttJournalEntry", 29, owes("TIE", 90, "2025-10-20")),
        journal(30, "2025-08-20", "ttJournalEntry", 30, owes("LATER", 90, "2025-10-20")),
        journal(31, "2025-09-02", "ttJournalEntry", 31, owes("LATER", 50, "2025-10-20")),
    ]  # fmt: skip
    reconciliations = [
        settled(1, "2025-08-25", (5, 0, 30_000), (6, 0, -30_000)),
        settled(2, "2025-08-20", (11, 0, 12_100), (12, 0, -12_100)),
        settled(3, "2025-08-20", (13, 0, 2420), (14, 0, -2420)),
        settled(4, "2025-08-20", (15, 0, 700), (16, 0, -700)),
        # one was taken back before the as-of day, one will be taken back after it
        settled(5, "2025-07-10", (17, 0, 100), (18, 0, -100), cancelled_by=6),
        settled(6, "2025-08-01", (17, 0, 100), (18, 0, -100), cancelled_by=5),
        settled(7, "2025-07-10", (19, 0, 40), (20, 0, -40), cancelled_by=8),
        settled(8, "2025-09-10", (19, 0, 40), (20, 0, -40), cancelled_by=7),
    ]
    won = {"StageName": "Closed Won", "IsClosed": True, "IsWon": True, "CloseDate": "2025-08-20"}
    deals = {
        "006linked": (3000.0, won), "006unlinked": (4500.0, won), "006nowhere": (1000.0, won),
        "006old": (7000.0, {**won, "CloseDate": "2025-03-01"}), "006draft": (1200.0, {}),
        "006map": (800.0, {"AccountId": "001MAP1"}),
    }  # fmt: skip
    quantities = {"006linked": 30, "006unlinked": 45, "006nowhere": 10, "006old": 70,
                  "006draft": 12}  # fmt: skip
    return {
        "sap_b1/BusinessPartners": [
            {"CardCode": code, "CardName": code, "CardType": "cCustomer", "Country": "ES",
             "Currency": "EUR", **fields}
            for code, fields in CUSTOMERS.items()
        ],
        "salesforce/Account": [
            {"Id": "001K24", "Name": "K24", "AccountNumber": "K24"},
            {"Id": "001MAP1", "Name": "TALLERES ALAMO SL"},
            {"Id": "001MAP2", "Name": "Nobody alike", "AccountNumber": "ES B77 "},
            {"Id": "001MAP2B", "Name": "Somebody else", "AccountNumber": "ESB77"},
            {"Id": "001TWIN", "Name": "Tallères Alamo"},
        ],
        "sap_b1/Warehouses": [w.warehouse()],
        # 40 + 3 x 100 + 100 + 30 + 45 + 42 + 50 + 60 = 667 open, and 7 of an order dated later
        "sap_b1/Items": [
            w.item(code, warehouses=[
                {"WarehouseCode": "01", "InStock": 500, "Committed": committed, "Ordered": 0}])
            for code, committed in (("PART", 674), ("GHOST", 5))
        ],
        "sap_b1/ProductionOrders": [],
        "sap_b1/InventoryTransferRequests": [],
        "sap_b1/CurrencyRates": [
            {"DocEntry": 1, "Currency": "USD", "Date": "2025-09-01", "Rate": 0.91},
            {"DocEntry": 2, "Currency": "USD", "Date": "2025-08-20", "Rate": 0.92},
            {"DocEntry": 3, "Currency": "GBP", "Date": "2025-06-01", "Rate": 1.12},
        ],
        "sap_b1/Orders": orders,
        "sap_b1/DeliveryNotes": deliveries,
        "sap_b1/Invoices": invoices,
        "sap_b1/DownPayments": [
            down_payment(w, 1910, "K19A", 191, "dptInvoice"),
            down_payment(w, 1920, "K19B", 192, "dptInvoice"),
            down_payment(w, 1930, "K19C", 193, "dptRequest"),
        ],
        "sap_b1/Drafts": [
            w.document(1, w.line("PART", 12, Price=100, LineTotal=1200), CardCode="K24",
                       DocObjectCode="oOrders", AuthorizationStatus="dasPending",
                       U_PRM_Deal="006draft"),
            w.document(2, w.line("PART", 5, Price=100, LineTotal=500), CardCode="K24",
                       DocObjectCode="oOrders", AuthorizationStatus="dasGenerated"),
        ],
        "sap_b1/IncomingPayments": [
            payment(3, "K20", "2025-08-20", "2025-10-01", PaymentChecks=[
                {"LineNum": 0, "CheckNumber": 1, "CheckSum": 12_100, "Currency": "EUR",
                 "DueDate": "2025-10-01T00:00:00Z"}]),
            payment(4, "K20", "2025-08-20", "2025-09-20", BillOfExchangeAmount=2420,
                    BillofExchangeStatus="boes_Created"),
            payment(5, "K20I", "2025-08-20", "2025-08-30", BillOfExchangeAmount=700,
                    BillofExchangeStatus="boes_Created"),
        ],
        "sap_b1/JournalEntries": entries,
        "sap_b1/InternalReconciliations": reconciliations,
        "salesforce/Product2": [w.product("PART")],
        "salesforce/Opportunity": [
            w.deal(key, **{"AccountId": "001K24", "Amount": amount, **fields})
            for key, (amount, fields) in deals.items()
        ],
        "salesforce/OpportunityLineItem": [
            {**w.deal_line(f"line{key}", key, "PART", quantity), "TotalPrice": quantity * 100}
            for key, quantity in quantities.items()
        ],
    }  # fmt: skip


def _with_keys(found: dict[str, list[Record]]) -> dict[str, list[Record]]:
    """Entities whose own key is not DocEntry get one for the raw table's record key."""
    for name, key in (("JournalEntries", "JdtNum"), ("InternalReconciliations", "ReconNum")):
        for record in found[f"sap_b1/{name}"]:
            record["DocEntry"] = record[key]
    return found


@pytest.fixture(scope="module")
def company(build_company: Callable[..., Any], wire: Any) -> Any:
    return build_company("credit", _with_keys(records(wire)), placed=False, select=CREDIT)


@pytest.fixture(scope="module")
def week_before(build_company: Callable[..., Any], wire: Any) -> Any:
    """The same records asked for Saturday 2025-08-23, a day before the first extraction."""
    return build_company(
        "credit_before", _with_keys(records(wire)), placed=False, select=CREDIT,
        as_of="2025-08-23T06:00:00",
    )  # fmt: skip


def exposure(company: Any, partner: str, *columns: str) -> tuple[Any, ...]:
    row: tuple[Any, ...] = company.one(
        f"select {', '.join(columns)} from marts.fct_exposure where card_code = ?", partner
    )
    return row


def test_limit_40000_less_30000_open_leaves_10000(company: Any) -> None:
    assert exposure(
        company, "CRED", "receivables_amount", "exposure_amount", "available_amount", "credit_level"
    ) == (30_000, 30_000, 10_000, "None")


def test_k18_an_order_invoiced_and_delivered_in_part_counts_once(company: Any) -> None:
    # 40 invoiced 484 + 20 delivered 242 + 40 open 484 = 1,210; DocTotal + receivables is 1,694
    assert exposure(
        company, "K18", "receivables_amount", "delivered_not_invoiced_amount",
        "open_orders_amount", "exposure_amount",
    ) == (484, 242, 484, 1210)  # fmt: skip


def test_k19_a_down_payment_nets_against_its_order(company: Any) -> None:
    columns = ("receivables_amount", "open_orders_amount", "exposure_amount")
    assert exposure(company, "K19A", *columns) == (30_000, 70_000, 100_000)  # invoice, unpaid
    assert exposure(company, "K19B", *columns) == (0, 70_000, 70_000)  # invoice, paid
    assert exposure(company, "K19C", *columns) == (0, 100_000, 100_000)  # request posts nothing


def test_k20_receivables_are_the_ledger_and_a_closed_invoice_may_leave_a_risk(company: Any) -> None:
    # 6,000 in two instalments - 1,000 on account - 605 credit note + 150 journal entry = 4,545;
    # the cheque of 12,100 and the bill of 2,420 closed their invoices
    assert exposure(
        company, "K20", "receivables_amount", "cheques_and_bills_amount", "exposure_amount",
        "overdue_amount", "oldest_overdue_days", "unapplied_amount",
    ) == (4545, 14_520, 19_065, 3000, 18, -1605)  # fmt: skip


def test_k20_each_instalment_ages_by_its_own_due_date(company: Any) -> None:
    rows = company.rows(
        "select document_kind, due_date, open_amount, ageing_bucket from marts.fct_receivable"
        " where card_code = 'K20' and ageing_bucket <> 'unapplied' order by due_date"
    )
    assert rows == [
        ("invoice", date(2025, 8, 14), 3000, "1-30"),
        ("journal_entry", date(2025, 9, 20), 150, "current"),
        ("invoice", date(2025, 10, 15), 3000, "current"),
    ]


def test_k20_one_ledger_line_for_two_instalments_is_split_and_settled_in_due_order(
    company: Any,
) -> None:
    # 600 + 400, 700 settled: the first is closed, 300 of the second are open
    assert company.rows(
        "select installment_id, due_date, ledger_open_amount from marts.fct_receivable"
        " where card_code = 'K20I'"
    ) == [(2, date(2025, 10, 1), 300)]
    # its bill fell due before the as-of day: no risk any more
    assert exposure(company, "K20I", "cheques_and_bills_amount") == (0,)


def test_k20_a_reconciliation_taken_back_by_the_as_of_day_settles_nothing(company: Any) -> None:
    rows = company.rows(
        "select document_number, ledger_open_amount from marts.fct_receivable"
        " where card_code = 'K20X' order by ledger_open_amount desc"
    )
    assert rows == [("206", 100), ("6", -100)]  # 207 stays settled: taken back on 10 September


def test_k21_null_zero_and_a_number_are_three_policies(company: Any) -> None:
    columns = ("limit_policy", "credit_level", "available_amount")
    assert exposure(company, "K21N", *columns) == ("null", "Unknown", None)
    assert exposure(company, "K21Z", *columns) == ("zero", "Blocked", -2420)
    assert exposure(company, "K21M", *columns) == ("number", "None", 7580)
    assert exposure(company, "K21H", "credit_level", "credit_reason_code") == (
        "Blocked", "CREDIT_FROZEN",
    )  # fmt: skip


def test_k21_exposure_and_limit_stand_at_the_payer_with_saps_own_answer_beside(
    company: Any,
) -> None:
    columns = ("exposure_amount", "credit_limit_amount", "available_amount", "sap_exposure_amount",
               "sap_would_say")  # fmt: skip
    at_payer = (15_730, 50_000, 34_270, 14_520, "within")
    assert exposure(company, "K21F", *columns) == at_payer
    assert exposure(company, "K21C", *columns) == at_payer
    assert exposure(company, "K21C", "receivables_amount", "open_orders_amount") == (12_100, 1210)


def test_k21_over_limit_is_tested_when_an_order_is_confirmed(company: Any) -> None:
    # 605 on 4 August is within 1,000; 726 more on 28 August makes 1,331
    assert company.rows(
        "select document_number, exposure_after_amount, is_over_limit, limit_grade"
        " from marts.fct_order_confirmation where card_code = 'SOLD' order by order_date"
    ) == [(51, 605, False, "at today's limit"), (52, 1331, True, "at today's limit")]


def test_k22_exposure_at_the_rate_of_the_day_tie_out_at_the_documents(company: Any) -> None:
    assert exposure(company, "K22U", "exposure_amount", "rate_difference_amount") == (9100, -100)
    rows = company.rows(
        "select check_name, our_value, source_value, difference, status from marts.fct_tie_out"
        " where record_key = 'K22U' and check_name in ('receivables', 'rate_revaluation')"
        " order by check_name"
    )
    assert rows == [
        ("rate_revaluation", 9100, 9200, -100, "explained"),
        ("receivables", 9200, 9200, 0, "tied"),
    ]


def test_b6_without_a_rate_the_sum_is_left_out_and_credit_withheld(company: Any) -> None:
    assert exposure(
        company, "B6", "credit_level", "credit_reason_code", "available_amount",
        "missing_rate_currency", "missing_rate_fc_amount", "receivables_amount",
    ) == ("Unknown", "CREDIT_NO_RATE", None, "GBP", 1250, 0)  # fmt: skip
    assert company.rows(
        "select currency, amount, customer from intermediate.int_issue_document where code = 'B6'"
    ) == [("GBP", 1250, "B6")]


def test_k23_dso_puts_receivables_and_sales_on_one_gross_base(company: Any) -> None:
    dso, wrong = company.one(
        "select dso_days, receivables_amount / 100000 * 30 from marts.fct_dso"
        " where payer_card_code = 'K23' and period_kind = 'as_of' and period_days = 30"
    )
    assert (dso, round(float(wrong), 1)) == (30.0, 36.3)


def test_k24_a_won_deal_and_its_order_are_one_risk(company: Any) -> None:
    rows = company.rows(
        "select component, record_key, amount from marts.fct_exposure_line"
        " where card_code = 'K24' order by amount"
    )
    assert rows == [
        ("unlinked_won_deal", "006nowhere", 1210),  # no order to be found: once, as the deal
        ("draft_order", "1", 1452),  # awaits approval: an order, and not its deal again
        ("open_order", "241", 3630),  # linked by the order's own field
        ("open_order", "242", 5445),  # its deal is not linked: once, as the order
    ]
    assert exposure(company, "K24", "exposure_amount") == (11_737,)


def test_an_invoice_knows_its_order_and_what_the_ledger_holds_open_of_it(company: Any) -> None:
    assert company.rows(
        "select document_number, order_number, net_amount, gross_amount, open_amount"
        " from marts.fct_invoice where document_number in (181, 202) order by 1"
    ) == [(181, 18, 400, 484, 484), (202, None, None, None, 0)]  # 202 is paid by a cheque


def test_mapping_proposals_stand_by_the_money_and_nobody_decides_an_ambiguous_one(
    company: Any,
) -> None:
    assert company.rows(
        "select proposal_rank, crm_key, erp_key, evidence, similarity_pct, value_amount,"
        " is_ambiguous from marts.fct_mapping_proposal order by proposal_rank"
    ) == [
        (1, "006unlinked", "242", "same_lines", None, 4500, False),
        # accents, capitals and the legal form make no difference
        (2, "001MAP1", "MAP1", "name", 100, 800, True),
        # no money: the stronger evidence first
        (3, "001MAP2", "MAP2", "tax_number", None, 0, True),
        (4, "001MAP2B", "MAP2", "tax_number", None, 0, True),
        (5, "001TWIN", "MAP1", "name", 100, 0, True),
    ]  # fmt: skip


def test_mapping_gaps_are_shown_with_their_value(company: Any) -> None:
    gaps = company.rows(
        "select record_key, is_unmatched, duplicate_keys, proposal_count, value_amount"
        " from marts.fct_mapping_gap order by value_amount desc, record_key"
    )
    assert [gap for gap in gaps if gap[0].startswith(("001", "006", "MAP", "K24"))] == [
        ("006old", True, None, 0, 7000),
        ("006unlinked", True, None, 1, 4500),
        ("006nowhere", True, None, 0, 1000),
        ("001MAP1", True, "001TWIN", 1, 800),
        ("001MAP2", True, "001MAP2B", 1, 0),
        ("001MAP2B", True, "001MAP2", 1, 0),
        ("001TWIN", True, "001MAP1", 1, 0),
        ("MAP1", True, None, 2, 0),
        ("MAP2", True, None, 2, 0),
        ("MAP3", True, None, 0, 0),
    ]


def test_b18_a_customer_whom_only_a_document_names_is_shown_with_its_amount(company: Any) -> None:
    assert exposure(company, "C999", "is_partner_known", "open_orders_amount", "credit_level") == (
        False,
        4200,
        "Unknown",
    )
    assert company.rows(
        "select record_name, other, amount from intermediate.int_issue_customer where code = 'B18'"
    ) == [("999", "C999", 4200)]


def test_f14_every_difference_to_a_control_total_is_nought_or_named(company: Any) -> None:
    rows = company.rows(
        "select record_key, check_name, difference, status, explanation_code, explaining_record"
        " from marts.fct_tie_out where difference <> 0 and check_name <> 'rate_revaluation'"
        " order by record_key"
    )
    assert rows == [
        ("GHOST|01", "committed", -5, "unexplained", None, None),
        ("LATER", "receivables", -50, "explained", "AFTER_AS_OF", "JournalEntries 31"),
        ("PART|01", "committed", -7, "explained", "LEFT_OUT", "Orders 53"),
        ("TIE", "receivables", -10, "unexplained", None, None),
    ]
    # K6: what the ERP has committed and we cannot find is named with its item and amount
    assert company.rows(
        "select record_name, other, amount from intermediate.int_issue_document"
        " where code = 'TIE_OUT' and object = 'Items'"
    ) == [("GHOST / 01", "committed", -5)]
    tied = company.rows(
        "select check_name, our_value from marts.fct_tie_out where record_key in ('K18', 'K20')"
        " and status = 'tied' and our_value <> 0 order by check_name, our_value"
    )
    assert tied == [
        ("cheques", 12_100), ("open_deliveries", 242), ("open_orders", 484), ("receivables", 484),
        ("receivables", 4545),
    ]  # fmt: skip


def test_the_lines_of_exposure_add_up_to_it(company: Any) -> None:
    assert (
        company.rows(
            "select exposure.card_code from marts.fct_exposure as exposure left join ("
            " select card_code, sum(amount) as amount from marts.fct_exposure_line"
            " group by card_code"
            ") as lines on exposure.card_code = lines.card_code"
            " where exposure.own_exposure_amount <> coalesce(lines.amount, 0)"
        )
        == []
    )


def test_a_day_before_sees_no_later_document_and_no_later_payment(week_before: Any) -> None:
    columns = ("receivables_amount", "exposure_amount", "grade")
    # the payment of 25 August has not come yet
    assert exposure(week_before, "K19B", *columns) == (30_000, 100_000, "rebuilt")
    # of SOLD's two orders only the one of 4 August stands
    assert exposure(week_before, "SOLD", "exposure_amount") == (605,)
    assert exposure(week_before, "CRED", "limit_grade") == ("at today's limit",)
    assert week_before.rows(
        "select count(*) from marts.fct_receivable where posting_date > date '2025-08-23'"
    ) == [(0,)]
    assert week_before.rows(
        "select distinct status from marts.fct_tie_out where difference <> 0 and our_value <> 0"
        " and check_name = 'receivables'"
    ) == [("not_comparable",)]


def test_a_company_without_a_ledger_is_not_given_a_credit(
    build_company: Callable[..., Any], wire: Any
) -> None:
    company = build_company(
        "no_ledger",
        {
            "sap_b1/BusinessPartners": [
                {"CardCode": "C1", "CardName": "C1", "CardType": "cCustomer", "CreditLimit": 5000}
            ],
            "sap_b1/Items": [wire.item("PART", stock=5)],
            "sap_b1/Orders": [wire.document(1, wire.line("PART", 10))],
        },
        placed=False,
        select=CREDIT,
    )
    found = exposure(
        company, "C1", "open_orders_amount", "receivables_amount", "exposure_amount",
        "available_amount", "credit_level", "credit_reason_code",
    )  # fmt: skip
    assert found == (Decimal(121), None, None, None, "Unknown", "CREDIT_NO_LEDGER")
