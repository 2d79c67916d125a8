"""Products and invoices of one company follow its ERP into the CRM, worked out by hand.

As of Monday 2025-09-01. Price list 1 is the one of the CRM's standard price book, in euros.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

SIGNALS = (
    "+sig_salesforce__product2",
    "+sig_salesforce__pricebook_entry",
    "+sig_salesforce__promesa_invoice",
)
STANDARD, DEALERS = "01sSTANDARD", "01sDEALERS"
SPANISH_DAY = "30/09/2025"


def priced(wire: Any, code: str, price: float, **fields: object) -> dict[str, Any]:
    prices = [{"PriceList": 1, "Price": price, "Currency": fields.pop("currency", "EUR")}]
    found: dict[str, Any] = wire.item(code, ItemPrices=prices, **fields)
    return found


def invoice(wire: Any, entry: int, total: float, **fields: object) -> dict[str, Any]:
    """An invoice of one line, 21 % of tax in its total."""
    line = wire.line("SHELF", 1, LineTotal=round(total / 1.21, 2), **fields.pop("line", {}))
    vat = round(total - total / 1.21, 2)
    return {**wire.document(entry, line, DocTotal=total, VatSum=vat, DocCurrency="EUR"), **fields}


def owed(number: int, amount: float, due: str, settled: float = 0) -> dict[str, Any]:
    """What the ledger holds of invoice `number`."""
    line = {"Line_ID": 0, "ShortName": "C1", "Debit": amount, "Credit": 0,
            "DueDate": f"{due}T00:00:00Z"}  # fmt: skip
    return {"JdtNum": number, "DocEntry": number, "ReferenceDate": "2025-08-20T00:00:00Z",
            "OriginalJournal": "ttARInvoice", "Original": number, "JournalEntryLines": [line],
            }  # fmt: skip


def entry(item: str, price: float, book: str = STANDARD, **fields: object) -> dict[str, Any]:
    return {"Id": f"01u{item}{book[3:5]}", "Pricebook2Id": book, "Product2Id": f"01t{item}",
            "ProductCode": item, "UnitPrice": price, "IsActive": True, **fields}  # fmt: skip


@pytest.fixture(scope="module")
def company(build_company: Any, wire: Any) -> Any:
    ordered = {"BaseType": 17, "BaseEntry": 77, "BaseLine": 0}
    records = wire.customer()
    records["sap_b1/BusinessPartners"].append(
        {"CardCode": "C2", "CardName": "C2", "CardType": "cCustomer"}
    )
    records |= {
        "sap_b1/Warehouses": [wire.warehouse()],
        "sap_b1/PriceLists": [{"PriceListNo": 1, "IsGrossPrice": "tNO", "Active": "tYES"}],
        "sap_b1/Items": [
            priced(wire, "SHELF", 12.5),
            priced(wire, "NEW", 7, SalesUnit="box"),
            priced(wire, "NEW-FROZEN", 7, Frozen="tYES"),
            priced(wire, "NEW-RAW", 7, SalesItem="tNO"),
            priced(wire, "NEW-FREE", 0),
            priced(wire, "FROZEN", 9, Frozen="tYES"),
            priced(wire, "RETIRED", 9, Valid="tNO"),
            priced(wire, "DOLLAR", 9, currency="USD"),
            priced(wire, "TWIN", 9),
            priced(wire, "UNPRICED", 8),
            priced(wire, "BOXED", 3, SalesUnit="PCS", SalesItemsPerUnit=1, PurchaseUnit="box",
                   PurchaseItemsPerUnit=12),
        ],
        "salesforce/Product2": [
            *(wire.product(code) for code in ("SHELF", "FROZEN", "RETIRED", "DOLLAR", "TWIN")),
            {**wire.product("TWIN"), "Id": "01tTWIN2"},
            wire.product("OF-THE-CRM"),
            wire.product("UNPRICED"),
            wire.product("BOXED", "box"),
        ],
        "salesforce/PricebookEntry": [
            entry("SHELF", 11), entry("SHELF", 10, DEALERS), entry("FROZEN", 9),
            entry("DOLLAR", 4), entry("BOXED", 36), entry("OF-THE-CRM", 1),
        ],
        "salesforce/Opportunity": [wire.deal("006one", IsClosed=True, IsWon=True)],
        "sap_b1/Orders": [wire.document(77, wire.line("SHELF", 1), U_PRM_Deal="006one")],
        "sap_b1/Invoices": [
            invoice(wire, 501, 121, line=ordered),
            invoice(wire, 502, 60.5, DocDueDate="2025-08-25T00:00:00Z"),
            invoice(wire, 503, 12.1, Cancelled="tYES", CancelStatus="csYes"),
            invoice(wire, 504, 24.2, DocDate="2024-05-01T00:00:00Z"),
            invoice(wire, 505, 36.3, DocDate="2024-05-01T00:00:00Z",
                    DocDueDate="2024-06-01T00:00:00Z"),
            {**invoice(wire, 506, 10), "DocNum": 506},
            {**invoice(wire, 516, 10), "DocNum": 506},
            {**invoice(wire, 507, 10), "CardCode": "C2"},
            invoice(wire, 508, 48.4),
        ],
        "sap_b1/IncomingPayments": [],
        "sap_b1/JournalEntries": [
            owed(501, 121, "2025-09-30"), owed(502, 60.5, "2025-08-25"),
            owed(505, 36.3, "2024-06-01"),
        ],
    }  # fmt: skip
    return build_company("catalogue", records, placed=False, select=SIGNALS)


def test_a_products_activity_and_code_follow_its_item(company: Any) -> None:
    found = company.rows(
        'select "Id", "ProductCode", "IsActive", is_to_be_made, "Promesa_Reason__c"'
        " from signals.sig_salesforce__product2 order by 2"
    )
    assert [row[:4] for row in found if row[1] not in ("BOXED", "UNPRICED")] == [
        ("01tDOLLAR", "DOLLAR", True, False),
        ("01tFROZEN", "FROZEN", False, False),
        (None, "NEW", True, True),
        ("01tRETIRED", "RETIRED", False, False),
        ("01tSHELF", "SHELF", True, False),
    ], "nothing of TWIN, which two products claim, nor of what is not sold or has no price"
    said = {row[1]: row[4] for row in found}
    assert said["FROZEN"].startswith("El artículo FROZEN está bloqueado en el ERP")
    assert "otra moneda" in said["DOLLAR"]
    assert said["SHELF"] == "El artículo SHELF se vende; su precio está en la tarifa 1."


def test_a_new_product_is_named_by_its_code_and_counted_in_the_sales_unit(company: Any) -> None:
    assert company.one(
        'select "Name", "QuantityUnitOfMeasure", "Promesa_Item_Code__c"'
        " from signals.sig_salesforce__product2 where is_to_be_made"
    ) == ("NEW", "box", "NEW")


def test_the_standard_price_follows_list_1_by_the_products_unit(company: Any) -> None:
    """SHELF from 11 to 12.50; a box of twelve at 3 each stays 36; FROZEN goes inactive; the dollar
    price is left alone; UNPRICED gets its first; the dealers' book has no list of its own."""
    found = company.rows(
        'select "Product2Id", "Id", "Pricebook2Id", "UnitPrice", "IsActive", is_to_be_made'
        " from signals.sig_salesforce__pricebook_entry order by 1"
    )
    assert found == [
        ("01tBOXED", "01uBOXEDST", STANDARD, Decimal("36.00"), True, False),
        ("01tDOLLAR", "01uDOLLARST", STANDARD, Decimal("4.00"), True, False),
        ("01tFROZEN", "01uFROZENST", STANDARD, Decimal("9.00"), False, False),
        ("01tSHELF", "01uSHELFST", STANDARD, Decimal("12.50"), True, False),
        ("01tUNPRICED", None, STANDARD, Decimal("8.00"), True, True),
    ]


def test_an_invoice_of_the_year_or_still_open_stands_below_its_account(company: Any) -> None:
    found = company.rows(
        'select "Promesa_Number__c", "Promesa_Account__c", "Promesa_Amount__c",'
        ' "Promesa_Open_Amount__c", "Promesa_Order_Number__c", "Promesa_Deal__c", is_to_be_made'
        " from signals.sig_salesforce__promesa_invoice order by 1"
    )
    assert found == [
        ("501", "001C1", Decimal("121.00"), Decimal("121.00"), "77", "006one", True),
        ("502", "001C1", Decimal("60.50"), Decimal("60.50"), None, None, True),
        ("503", "001C1", Decimal("12.10"), Decimal("0.00"), None, None, False),
        ("505", "001C1", Decimal("36.30"), Decimal("36.30"), None, None, True),
        ("508", "001C1", Decimal("48.40"), Decimal("0.00"), None, None, True),
    ], "504 is old and settled, two are 506, and customer C2 has no account"


def test_an_invoice_says_what_is_open_and_since_when(company: Any) -> None:
    said = dict(
        company.rows(
            'select "Promesa_Number__c", "Promesa_Reason__c"'
            " from signals.sig_salesforce__promesa_invoice"
        )
    )
    assert said["501"] == f"Factura 501: 121 pendiente, vence el {SPANISH_DAY}."
    assert said["502"] == "Factura 502: 60,50 pendiente, vencida desde el 25/08/2025."
    assert said["503"] == "La factura 503 se anuló en el ERP."
    assert said["508"] == "La factura 508 está saldada."
    assert company.one(
        'select "Promesa_Date__c", "Promesa_Due_Date__c"'
        " from signals.sig_salesforce__promesa_invoice where \"Promesa_Number__c\" = '501'"
    ) == (date(2025, 8, 20), date(2025, 9, 30))
