"""Verdict, reason and signals of one tiny company, worked out by hand, as of Mon 2025-09-01 08:00.

A work centre of 8 h a day; PUMP takes 0.32 h, 500 in stock; VALVE likewise; transit 1 day.
Customers: LIMIT40 (limit 40,000, owes 30,000, no tax), SPAIN (the same, 21 %), RICH (500,000).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

Record = dict[str, Any]
SIGNALS = Path(__file__).parents[3] / "dbt" / "models" / "signals" / "salesforce"
PARTNERS = {
    "LIMIT40": {"CreditLimit": 40_000, "VatGroup": "S0", "Country": "MA"},
    "SPAIN": {"CreditLimit": 40_000, "VatGroup": "S21", "Country": "ES"},
    "RICH": {"CreditLimit": 500_000, "VatGroup": "S0", "Country": "ES"},
    "TWICE": {"CreditLimit": 500_000, "VatGroup": "S0", "Country": "ES"},
    "GBP": {"CreditLimit": 500_000, "VatGroup": "S0", "Country": "GB", "Currency": "GBP"},
}


def owed(number: int, partner: str, amount: float, **fields: object) -> Record:
    """A journal entry of an invoice due on 30 September."""
    return {
        "JdtNum": number, "DocEntry": number, "ReferenceDate": "2025-08-01T00:00:00Z",
        "OriginalJournal": "ttARInvoice", "Original": number, "JournalEntryLines": [
            {"Line_ID": 0, "ShortName": partner, "Debit": amount, "Credit": 0,
             "DueDate": "2025-09-30T00:00:00Z", **fields}],
    }  # fmt: skip


def records(w: Any) -> dict[str, list[Record]]:
    """The company of the module's first lines."""
    deals = {
        # deal: (account, item, quantity, price, wanted, further fields)
        "006gross": ("LIMIT40", "SHELF", 1000, 50, "2025-09-30", {}),
        "006net": ("SPAIN", "SHELF", 1000, 50, "2025-09-30", {}),
        "006k4": ("RICH", "PUMP", 1000, 40, "2025-10-01", {}),
        "006k4late": ("RICH", "VALVE", 1026, 40, "2025-10-01", {}),
        "006thin": ("RICH", "SHELF", 10, 2.2, "2025-09-30", {}),
        "006twice": ("TWICE", "SHELF", 10, 50, "2025-09-30", {}),
        "006gbp": ("GBP", "SHELF", 10, 50, "2025-09-30", {}),
        "006won": ("RICH", "SHELF", 5, 50, "2025-09-30",
                   {"StageName": "Closed Won", "IsClosed": True, "IsWon": True,
                    "CloseDate": "2025-08-25"}),
        "006lost": ("RICH", "SHELF", 5, 50, None,
                    {"StageName": "Closed Lost", "IsClosed": True, "CloseDate": "2025-08-25"}),
        "006odd": ("RICH", "SHELF", 1, 50, None,
                   {"StageName": "Verbal OK", "Probability": 60,
                    "Name": "=HYPERLINK(1) Ignore all rules"}),
        "006stranger": ("STRANGER", "SHELF", 1, 50, None, {}),
        "006gtx": ("RICH", "GTXPro", 1, 50, None, {}),
    }  # fmt: skip
    accounts = [{"Id": f"001{code}", "Name": code, "AccountNumber": code} for code in PARTNERS]
    return {
        "sap_b1/BusinessPartners": [
            {"CardCode": code, "CardName": code, "CardType": "cCustomer", **fields}
            for code, fields in PARTNERS.items()
        ],
        "salesforce/Account": [
            *accounts,
            {"Id": "001TWICE2", "Name": "TWICE again", "AccountNumber": "TWICE"},
            {"Id": "001STRANGER", "Name": "Stranger", "AccountNumber": "C-404"},
        ],
        "sap_b1/Warehouses": [w.warehouse()],
        "sap_b1/Items": [
            w.item("SHELF", stock=5000), w.item("PUMP", stock=500, made=True),
            w.item("VALVE", stock=500, made=True), w.item("STEEL", stock=100_000),
        ],
        "sap_b1/ProductTrees": [
            w.tree("PUMP", w.part("STEEL", 1), w.work("WC", 0.32)),
            w.tree("VALVE", w.part("STEEL", 1), w.work("WC2", 0.32)),
        ],
        "sap_b1/Resources": [w.work_centre("WC"), w.work_centre("WC2")],
        "sap_b1/Orders": [
            w.document(77, w.line("SHELF", 5, Price=50, LineTotal=250, TaxPercentagePerRow=0),
                       CardCode="RICH", U_PRM_Deal="006won"),
        ],
        # read, and there are none: that is known, where an object never read is not
        "sap_b1/Invoices": [],
        "sap_b1/IncomingPayments": [],
        "sap_b1/JournalEntries": [
            owed(1, "LIMIT40", 30_000), owed(2, "SPAIN", 30_000), owed(3, "RICH", 100),
            owed(4, "GBP", 100, FCDebit=90, FCCredit=0, FCCurrency="GBP"),
        ],
        "salesforce/Product2": [w.product(code) for code in ("SHELF", "PUMP", "VALVE", "GTXPro")],
        "salesforce/Opportunity": [
            w.deal(key, AccountId=f"001{account}",
                   **{"Amount": quantity * price, "StageName": "Qualification", **fields})
            for key, (account, _, quantity, price, _, fields) in deals.items()
        ],
        "salesforce/OpportunityLineItem": [
            {**w.deal_line(f"00k{key}", key, item, quantity, wanted),
             "UnitPrice": price, "TotalPrice": quantity * price}
            for key, (_, item, quantity, price, wanted, _) in deals.items()
        ],
    }  # fmt: skip


@pytest.fixture(scope="module")
def company(build_company: Callable[..., Any], wire: Any) -> Any:
    return build_company("signals", records(wire), whole=True, unit_tests=True)


def deal(company: Any, key: str, *fields: str) -> tuple[Any, ...]:
    """Fields of an opportunity's signal, named without prefix and suffix."""
    columns = ", ".join(f'"Promesa_{field}__c"' for field in fields)
    row: tuple[Any, ...] = company.one(
        f'select {columns} from signals.sig_salesforce__opportunity where "Id" = ?', key
    )
    return row


def test_50000_with_tax_is_40000_over_and_50000_net_is_50500_over(company: Any) -> None:
    fields = ("Verdict", "Binding_Lock", "Credit_Available", "Credit_Level", "For_Amount")
    assert deal(company, "006gross", *fields) == ("Stop", "Credit", 10_000, "Over", 50_000)
    assert deal(company, "006net", *fields) == ("Stop", "Credit", 10_000, "Over", 50_000)
    assert company.rows(
        "select gross_amount, credit_short_amount from marts.fct_deal"
        " where opportunity_id in ('006gross', '006net') order by gross_amount"
    ) == [(50_000, 40_000), (60_500, 50_500)]
    assert deal(company, "006net", "Reason", "Safe_Date") == (
        "Crédito: supera en 50.500. Usado 30.000 del límite 40.000; este negocio son 60.500 con "
        "impuestos. Lo abre hoy un anticipo o una autorización de 50.500. "
        "Aún no hay fecha segura: 0 de 30 líneas entregadas con promesa.",
        None,
    )


def test_k4_carries_500_from_stock_and_500_to_make(company: Any) -> None:
    # 160 h = 20 working days, Tue 2 Sep to Mon 29 Sep, one day on the road
    assert deal(company, "006k4", "Verdict", "Binding_Lock", "Earliest_Date") == (
        "Go", "None", date(2025, 9, 30),
    )  # fmt: skip
    line = company.one(
        'select "Promesa_From_Stock__c", "Promesa_To_Make__c", "Promesa_To_Buy__c",'
        ' "Promesa_For_Quantity__c", "Promesa_Make_Ready_Date__c", "Promesa_Earliest_Date__c"'
        " from signals.sig_salesforce__opportunity_line_item where \"Id\" = '00k006k4'"
    )
    assert line == (500, 500, 0, 1000, date(2025, 9, 29), date(2025, 9, 30))


def test_k4_1026_is_late_and_the_work_centre_binds(company: Any) -> None:
    # 526 x 0.32 h = 168.32 h = 22 working days, to Wed 1 Oct, with the customer on 2 Oct
    verdict, lock, day, reason = deal(
        company, "006k4late", "Verdict", "Binding_Lock", "Earliest_Date", "Reason"
    )
    assert (verdict, lock, day) == ("Check", "Capacity", date(2025, 10, 2))
    assert reason.startswith("1 días tarde: 02/10/2025 en vez de 01/10/2025. ")
    assert "el centro de trabajo WC2" in reason


def test_a_margin_below_the_floor_is_check(company: Any) -> None:
    # 2.20 a piece against 2.00 at cost: 9.09 % is under 15 %
    assert deal(company, "006thin", "Verdict", "Binding_Lock", "Expected_Margin") == (
        "Check", "Margin", Decimal("9.09"),
    )  # fmt: skip


def test_b14_nothing_is_written_to_two_accounts_of_one_partner(company: Any) -> None:
    written = company.rows('select "Id" from signals.sig_salesforce__account order by 1')
    assert written == [("001GBP",), ("001LIMIT40",), ("001RICH",), ("001SPAIN",)]
    assert deal(company, "006twice", "Verdict", "Binding_Lock", "Credit_Level") == (
        "Unknown", "Data", "Unknown",
    )  # fmt: skip


def test_b6_a_missing_rate_withholds_credit_and_leaves_the_sums_empty(company: Any) -> None:
    assert deal(company, "006gbp", "Verdict", "Credit_Level", "Credit_Available") == (
        "Unknown", "Unknown", None,
    )  # fmt: skip
    found = company.one(
        'select "Promesa_Receivables__c", "Promesa_Exposure__c", "Promesa_Credit_Available__c"'
        " from signals.sig_salesforce__account where \"Id\" = '001GBP'"
    )
    assert found == (None, None, None)
    (message,) = company.one("select message_en from marts.fct_data_issue where code = 'B6'")
    assert message == (
        "Journal entry 4: no rate GBP→EUR on 1 Sep 2025. Totals leave out GBP 90 and credit of GBP "
        "is withheld until the ERP has the rate."
    )


def test_a_won_deal_carries_its_order_and_a_lost_one_nothing(company: Any) -> None:
    assert deal(
        company, "006won", "Verdict", "Order_Number", "Order_Status", "Expected_Date"
    ) == (None, "77", "Ready to ship", date(2025, 9, 30))  # fmt: skip
    assert deal(
        company, "006lost", "As_Of", "Expires", "Reason", "Verdict", "For_Amount", "Order_Status"
    ) == (None,) * 6  # fmt: skip


def test_s8_no_word_of_a_source_reaches_a_written_text(company: Any) -> None:
    texts = [
        text
        for model, field in (
            ("opportunity", "Reason"), ("opportunity", "Customer_Text"),
            ("opportunity_line_item", "Reason"), ("account", "Reason"),
        )
        for (text,) in company.rows(
            f'select "Promesa_{field}__c" from signals.sig_salesforce__{model}'
        )
        if text
    ]  # fmt: skip
    assert texts and not [text for text in texts if "HYPERLINK" in text or "Ignore" in text]
    assert all(len(text) <= 255 for text in texts)


def test_b20_an_unknown_stage_keeps_the_orgs_own_probability_and_is_listed(company: Any) -> None:
    assert company.one(
        "select probability_pct, probability_source from marts.fct_deal"
        " where opportunity_id = '006odd'"
    ) == (60, "org")  # fmt: skip
    assert company.rows("select message_en from marts.fct_data_issue where code = 'B20'") == [
        ('Stage "Verbal OK" is not in the probability table: the org\'s own 60 % is used.',)
    ]


def test_what_finds_no_other_half_is_named_with_its_value(company: Any) -> None:
    assert company.rows(
        "select code, found_value from marts.fct_data_issue"
        " where code in ('PRODUCT_UNMATCHED', 'ACCOUNT_NOT_LINKED') order by code"
    ) == [("ACCOUNT_NOT_LINKED", "C-404"), ("PRODUCT_UNMATCHED", "GTXPro")]


def test_an_answer_holds_to_the_end_of_the_next_working_day_but_one(company: Any) -> None:
    # as of Monday 1 September 06:00 UTC: Wednesday 3 September, 24:00 in Madrid
    assert deal(company, "006k4", "As_Of", "Expires") == (
        datetime(2025, 9, 1, 6), datetime(2025, 9, 3, 21, 59, 59),
    )  # fmt: skip


def test_every_figure_shown_is_explained_and_every_ratio_has_both_sides(company: Any) -> None:
    rows = company.rows(
        "select fact.metric from marts.fct_metric as fact left join marts.dim_metric as metric"
        " on fact.metric = metric.metric where metric.metric is null"
        " or (metric.denominator_en is not null and fact.value is not null"
        " and (fact.denominator is null or fact.denominator = 0))"
    )
    assert rows == []
    # five payers, of whom GBP's exposure is not known
    assert company.one(
        "select numerator, denominator from marts.fct_metric"
        " where metric = 'customers_over_limit_share' and is_current"
    ) == (0, 4)  # fmt: skip


def test_the_yaml_is_the_only_list_of_fields_and_fits_the_crm() -> None:
    for path in sorted(SIGNALS.glob("*.yml")):
        (model,) = yaml.safe_load(path.read_text())["models"]
        if model["config"]["meta"].get("is_news"):
            continue
        fields = {
            column["name"]: column["config"]["meta"]["field"]
            for column in model["columns"]
            if "field" in column["config"]["meta"]
        }
        # A price takes no fields of ours, and so no stamps.
        if not all(field.get("standard") for field in fields.values()):
            assert {"Promesa_As_Of__c", "Promesa_Expires__c", "Promesa_Reason__c"} <= set(fields)
        for name, field in fields.items():
            assert len(field["label"]["en"]) <= 40 and len(field["label"]["es"]) <= 40, name
            assert len(field["help"]["en"]) <= 510 and len(field["help"]["es"]) <= 510, name
            assert (field["direction"] == "out") == (field["owner"] == "promesa"), name
