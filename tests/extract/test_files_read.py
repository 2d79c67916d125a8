"""What mapping files can say, each thing by the smallest folder that shows it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from folders import HEADER, folder, read, rows, set_aside
from told_source import ask

from extract import Misconfigured, Refuse

LINES = """
[[children]]
field = "DocumentLines"
file = "lines.csv"
on = { Number = "Order" }
order_by = ["Line"]
[children.columns]
LineNum = "Line"
ItemCode = "Item"
Quantity = "Qty"
"""


def test_columns_become_fields_in_the_wires_form(tmp_path: Path) -> None:
    folder(tmp_path, HEADER + "7,2025-08-30,2025-09-10,C1,100.50\n")
    read(tmp_path)
    assert rows(tmp_path, "DocEntry", "DocDate", "CardCode", "DocTotal") == [
        ("7", "2025-08-30T00:00:00Z", "C1", "100.5")
    ]


def test_a_spanish_export_is_read_as_it_is(tmp_path: Path) -> None:
    text = "Number;Date;Due;Customer;Total\n7;30/08/2025;10/09/2025;Muñoz;1.234,50\n"
    options = 'encoding = "latin-1"\ndecimal = ","\nthousands = "."\ndate_format = "%d/%m/%Y"'
    folder(tmp_path, text.encode("latin-1"), options)
    read(tmp_path)
    assert rows(tmp_path, "DocDate", "CardCode", "DocTotal") == [
        ("2025-08-30T00:00:00Z", "Muñoz", "1234.5")
    ]


def test_values_constants_templates_and_arithmetic(tmp_path: Path) -> None:
    more = """
DiscountPercent = { column = "Total", factor = 100 }
NumAtCard = { template = "PO-{Number}/{Customer}" }
DocCurrency = { column = "Customer", values = { C1 = "EUR", C2 = "USD" }, otherwise = "GBP" }
VatSum = { multiply = ["Total", 0.21], round = 2 }
DocRate = { divide = [1, "Total"], round = 4 }
Comments = { first_of = ["Due", "Date"] }
TotalDiscount = { subtract = ["Total", 0.25] }
[defaults]
DocType = "dDocument_Items"
"""
    folder(
        tmp_path, HEADER + "1,2025-08-30,,C1,3\n2,2025-08-30,,C2,0\n3,2025-08-30,x,C3,\n", "", more
    )
    told = read(tmp_path)
    assert told.quarantined == 1  # 'x' is no date, although it is a comment too
    fields = ("DiscountPercent", "NumAtCard", "DocCurrency", "VatSum", "DocRate", "Comments")
    assert rows(tmp_path, *fields, "TotalDiscount", "DocType") == [
        ("300", "PO-1/C1", "EUR", "0.63", "0.3333", "2025-08-30", "2.75", "dDocument_Items"),
        ("0", "PO-2/C2", "USD", "0", None, "2025-08-30", "-0.25", "dDocument_Items"),
    ]


def test_where_latest_and_as_of(tmp_path: Path) -> None:
    options = """
where = [
  { column = "Customer", in = ["C1", "C2"] },
  { any = [{ column = "Total", at_least = 5 }, { column = "Total", is_null = true }] },
]
latest = { key = ["Number"], by = "Date" }
"""
    text = (
        "1,2025-08-01,,C1,10\n1,2025-08-02,,C1,20\n1,2025-09-02,,C1,30\n"
        "2,2025-08-01,,C2,4\n3,2025-08-01,,C3,50\n4,2025-08-01,,C2,\n"
    )
    folder(tmp_path, HEADER + text, options)
    read(tmp_path)
    assert rows(tmp_path, "DocEntry", "DocTotal") == [("1", "20"), ("4", None)]


def test_nothing_after_as_of_is_seen(tmp_path: Path) -> None:
    more = """
ClosingDate = { column = "Due", until = "as_of" }
TaxDate = { as_of = true }
[columns.DocumentStatus]
when = [{ column = "Due", until = "as_of" }]
then = "bost_Close"
otherwise = "bost_Open"
"""
    options = 'where = [ { column = "Date", until = "as_of" } ]'
    text = "1,2025-08-01,2025-09-01,C1,1\n2,2025-08-01,2025-09-02,C1,1\n3,2025-09-02,,C1,1\n"
    folder(tmp_path, HEADER + text, options, more)
    read(tmp_path)
    assert rows(tmp_path, "DocEntry", "ClosingDate", "DocumentStatus", "TaxDate") == [
        ("1", "2025-09-01T00:00:00Z", "bost_Close", "2025-09-01T00:00:00Z"),
        ("2", None, "bost_Open", "2025-09-01T00:00:00Z"),
    ]


def test_the_day_of_as_of_is_the_plants(tmp_path: Path) -> None:
    folder(tmp_path, HEADER + "1,2025-09-01,,C1,1\n", "", "TaxDate = { as_of = true }")
    read(tmp_path, as_of=datetime(2025, 8, 31, 22, 30, tzinfo=UTC))
    assert rows(tmp_path, "TaxDate") == [("2025-09-01T00:00:00Z",)]


def test_lookups_bring_columns_and_sums(tmp_path: Path) -> None:
    options = """
[[lookups]]
file = "customers.csv"
on = { Customer = "Id" }
columns = { Code = "Code" }
[[lookups]]
file = "payments.csv"
on = { Number = "Order" }
columns = { Paid = { sum = "Amount" }, Payments = { count = "Amount" } }
"""
    more = 'PaidToDate = "Paid"\nNumAtCard = "Code"\nComments = "Payments"'
    folder(tmp_path, HEADER + "1,2025-08-01,,9,10\n2,2025-08-01,,8,10\n", options, more)
    (tmp_path / "customers.csv").write_text("Id,Code\n9,C-9\n")
    (tmp_path / "payments.csv").write_text("Order,Amount\n1,4.5\n1,5.5\n")
    read(tmp_path)
    assert rows(tmp_path, "NumAtCard", "PaidToDate", "Comments") == [
        ("C-9", "10", "2"),
        (None, None, None),
    ]


def test_a_lookup_that_finds_two_says_so(tmp_path: Path) -> None:
    options = '[[lookups]]\nfile = "c.csv"\non = { Customer = "Id" }\ncolumns = ["Code"]'
    folder(tmp_path, HEADER + "1,2025-08-01,,9,10\n", options, 'NumAtCard = "Code"')
    (tmp_path / "c.csv").write_text("Id,Code\n9,a\n9,b\n")
    with pytest.raises(Refuse, match=r'c\.csv: key "9" stands 2 times'):
        read(tmp_path)


def test_children_nest_in_order(tmp_path: Path) -> None:
    more = LINES + (
        '[[children.children]]\nfield = "BatchNumbers"\nfile = "lots.csv"\n'
        'on = { Order = "Order", Line = "Line" }\n'
        '[children.children.columns]\nBatchNumberProperty = "Lot"\nQuantity = "Qty"\n'
    )
    folder(tmp_path, HEADER + "1,2025-08-01,,C1,10\n2,2025-08-01,,C1,10\n", "", more)
    (tmp_path / "lines.csv").write_text("Order,Line,Item,Qty\n1,10,B,2\n1,2,A,1\n")
    (tmp_path / "lots.csv").write_text("Order,Line,Lot,Qty\n1,10,L1,0.5\n1,10,L2,1.5\n")
    read(tmp_path)
    [(first,), (second,)] = rows(tmp_path, "DocumentLines")
    assert first == (
        '[{"LineNum":"2","ItemCode":"A","Quantity":"1","BatchNumbers":[]},'
        '{"LineNum":"10","ItemCode":"B","Quantity":"2","BatchNumbers":['
        '{"BatchNumberProperty":"L1","Quantity":"0.5"},{"BatchNumberProperty":"L2","Quantity":"1.5"}]}]'
    )
    assert second == "[]"


def test_children_may_be_grouped_and_stand_in_the_parents_own_columns(tmp_path: Path) -> None:
    (tmp_path / "mapping").mkdir()
    (tmp_path / "items.csv").write_text("Item,Cost,Price\nA,2,3\n")
    (tmp_path / "stock.csv").write_text("Item,Store,Qty\nA,1,5\nA,1,7\nA,2,1\n")
    (tmp_path / "mapping" / "items.toml").write_text(
        """
system = "sap_b1"
object = "Items"
file = "items.csv"
ignore = ["Cost"]
[columns]
ItemCode = "Item"
ItemName = "Item"
[[children]]
field = "ItemPrices"
rows = [
  { PriceList = { value = 1 }, Price = "Price" },
  { PriceList = { value = 2 }, Price = { multiply = ["Price", 2] } },
]
[[children]]
field = "ItemWarehouseInfoCollection"
file = "stock.csv"
on = { Item = "Item" }
group_by = ["Item", "Store"]
order_by = ["Store"]
[children.columns]
WarehouseCode = { template = "W{Store}" }
InStock = { sum = "Qty" }
"""
    )
    assert read(tmp_path, "Items").drift == ()
    assert rows(tmp_path, "ItemPrices", "ItemWarehouseInfoCollection", table="sap_b1__items") == [
        (
            '[{"PriceList":"1","Price":"3"},{"PriceList":"2","Price":"6"}]',
            '[{"WarehouseCode":"W1","InStock":"12"},{"WarehouseCode":"W2","InStock":"1"}]',
        )
    ]


def test_two_mapping_files_feed_one_object(tmp_path: Path) -> None:
    folder(tmp_path, HEADER + "1,2025-08-01,,C1,10\n")
    (tmp_path / "web.csv").write_text(HEADER + "2,2025-08-01,,C1,10\n")
    text = (tmp_path / "mapping" / "orders.toml").read_text().replace("orders.csv", "web.csv")
    (tmp_path / "mapping" / "web.toml").write_text(text)
    assert read(tmp_path).landed == 2


def test_a_pattern_is_a_union_of_files(tmp_path: Path) -> None:
    folder(tmp_path, HEADER + "1,2025-08-01,,C1,10\n")
    (tmp_path / "orders.csv").rename(tmp_path / "orders-1.csv")
    (tmp_path / "orders-2.csv").write_text(HEADER + "2,2025-08-01,,C1,x\n")
    path = tmp_path / "mapping" / "orders.toml"
    path.write_text(path.read_text().replace("orders.csv", "orders-*.csv"))
    assert read(tmp_path).landed == 1
    assert [row[0] for row in set_aside(tmp_path)] == ["orders-2.csv line 2"]


def test_parquet_is_read_like_csv(tmp_path: Path) -> None:
    folder(tmp_path, HEADER + "1,2025-08-01,,C1,10\n")
    duckdb.sql(
        "select 1 as Number, date '2025-08-01' as \"Date\", null::date as Due, 'C1' as Customer,"
        " 12.50::decimal(9,2) as Total"
    ).write_parquet(str(tmp_path / "orders.parquet"))
    path = tmp_path / "mapping" / "orders.toml"
    path.write_text(path.read_text().replace("orders.csv", "orders.parquet"))
    read(tmp_path)
    assert rows(tmp_path, "DocEntry", "DocDate", "DocTotal") == [
        ("1", "2025-08-01T00:00:00Z", "12.5")
    ]


def test_identity_takes_columns_that_are_fields(tmp_path: Path) -> None:
    (tmp_path / "mapping").mkdir()
    (tmp_path / "a.csv").write_text(
        "Id,Name,IsDeleted,SystemModstamp,Own__c,Foo\n1,N,false,2025-08-30 10:00,x,y\n"
    )
    (tmp_path / "mapping" / "a.toml").write_text(
        'system = "salesforce"\nobject = "Account"\nfile = "a.csv"\nidentity = true\n'
    )
    told = read(tmp_path, "Account")
    assert [(drift.field, drift.kind) for drift in told.drift] == [("Foo", "unknown_column")]
    assert rows(
        tmp_path, "Id", "SystemModstamp", "Own__c", "IsDeleted", table="salesforce__account"
    ) == [("1", "2025-08-30T10:00:00.000+0000", "x", "false")]


def test_unknown_columns_are_listed_in_raw(tmp_path: Path) -> None:
    folder(tmp_path, "Number,Date,Due,Customer,Total,Colour\n1,2025-08-01,,C1,10,red\n")
    read(tmp_path)
    assert ask(
        tmp_path / "kept" / "raw.duckdb", "select field, kind, detail from schema_drift"
    ) == [("Colour", "unknown_column", "orders.csv: column `Colour` is not mapped.")]


def test_the_source_names_the_folder(tmp_path: Path) -> None:
    place = folder(tmp_path / "company", HEADER + "1,2025-08-01,,C1,10\n")
    assert read(place).source == "files:company"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('system = "sap_b1"\nobject = "Order"\nfile = "x.csv"', "did you mean Orders?"),
        ('system = "sap"\nobject = "Orders"\nfile = "x.csv"', "`system`"),
        ('system = "sap_b1"\nobjct = "Orders"\nfile = "x.csv"', "did you mean `object`?"),
        ("system = ", "is not TOML"),
    ],
)
def test_b23_a_wrong_mapping_is_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    folder(tmp_path, HEADER)
    (tmp_path / "mapping" / "orders.toml").write_text(text)
    with pytest.raises(Misconfigured) as caught:
        read(tmp_path)
    assert sentence in str(caught.value)
    assert "mapping/orders.toml" in str(caught.value)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ('DocDuDate = "Due"', "Orders has no field `DocDuDate`; did you mean `DocDueDate`?"),
        ('[[children]]\nfield = "Lines"\nfile = "orders.csv"', "no collection `Lines`"),
    ],
)
def test_b23_a_wrong_field_is_one_sentence(tmp_path: Path, more: str, sentence: str) -> None:
    folder(tmp_path, HEADER + "1,2025-08-01,,C1,10\n", "", more)
    with pytest.raises(Misconfigured, match=r"mapping/orders\.toml") as caught:
        read(tmp_path)
    assert sentence in str(caught.value)


def test_a_folder_without_mappings_says_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="no mapping files"):
        read(tmp_path)
