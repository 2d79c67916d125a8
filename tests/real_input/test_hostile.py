"""A folder that nobody would want: every record is in a mart or in quarantine, with its reason.

Spanish column names, Latin-1, decimal commas, columns nobody mapped, a third of the cells empty,
keys that stand twice, children without parents, impossible dates, a circle of bills of material, a
made item without a routing.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "hostile"


@pytest.fixture(scope="module")
def company(take_through_the_command: Callable[..., Any]) -> Any:
    """The folder, given to `promesa run` once."""
    return take_through_the_command(FOLDER, date(2025, 9, 1))


def in_file(name: str) -> list[dict[str, str]]:
    """The rows of a file."""
    with (FOLDER / name).open(encoding="latin-1", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def quarantined(company: Any, object_name: str) -> list[tuple[Any, ...]]:
    """Key, field and reason of what was set aside."""
    found: list[tuple[Any, ...]] = company.rows(
        "select record_key, field, reason from raw.main.quarantine where object = ?"
        " order by quarantine_id",
        object_name,
    )
    return found


def test_a_third_of_the_cells_is_empty() -> None:
    cells = [
        value
        for name in ("articulos.csv", "clientes.csv", "pedidos.csv", "lineas.csv")
        for row in in_file(name)
        for value in row.values()
    ]
    assert sum(value == "" for value in cells) / len(cells) > 0.3


@pytest.mark.parametrize(
    ("object_name", "file", "orphans"),
    [
        ("Items", "articulos.csv", 0), ("BusinessPartners", "clientes.csv", 0),
        ("Orders", "pedidos.csv", 1), ("Warehouses", "almacenes.csv", 0),
        ("Resources", "centros.csv", 0), ("Account", "cuentas_crm.csv", 0),
        ("Opportunity", "oportunidades.csv", 0), ("OpportunityLineItem", "lineas_crm.csv", 0),
        ("Product2", "productos_crm.csv", 0),
    ],
)  # fmt: skip
def test_landed_and_set_aside_add_up_to_the_file(
    company: Any, object_name: str, file: str, orphans: int
) -> None:
    received, landed, folded, aside = company.one(
        "select received, landed, folded, quarantined from raw.main.extraction where object = ?",
        object_name,
    )
    assert received == landed + folded + aside == len(in_file(file)) + orphans
    assert aside == len(quarantined(company, object_name))


def test_what_is_set_aside_says_where_and_why(company: Any) -> None:
    assert quarantined(company, "Items") == [
        ("P-3", "AvgStdPrice", 'Item P-3, `AvgStdPrice`: "1E308" is outside what money and'
         " quantities can hold. Record quarantined as Q-1."),
    ]  # fmt: skip
    assert [(key, field) for key, field, _ in quarantined(company, "Orders")] == [
        ("9999", None), ("1046", "DocDate"), ("1048", "Quantity"),
    ]  # fmt: skip
    assert '"12,5x" is not a number' in quarantined(company, "Orders")[2][2]


def test_every_item_is_in_the_mart_or_in_quarantine(company: Any) -> None:
    codes = {row["Código"] for row in in_file("articulos.csv")}
    held = {code for (code,) in company.rows("select item_code from marts.dim_item")}
    assert held | {"P-3"} == codes
    # B13: of two, the newer; B15: "#N/A" and "NULL" are data
    names = dict(company.rows("select item_code, item_name from marts.dim_item"))
    assert (names["P-1"], names["P-5"], names["P-7"]) == ("Tornillo corregido", "#N/A", "NULL")
    assert names["P-2"] is None


def test_every_order_line_is_in_the_mart_or_in_quarantine(company: Any) -> None:
    lines = {(row["Pedido"], row["Línea"]) for row in in_file("lineas.csv")}
    held = {
        (str(order), str(line))
        for order, line in company.rows(
            "select document_number, line_number from marts.fct_delivery_line"
        )
    }
    aside = {pair for pair in lines if pair[0] in ("1046", "1048", "9999")}
    assert held | aside == lines and not held & aside
    # what counts and what is left out add up
    assert company.one(
        "select line_count, counted_line_count, impossible_date_line_count, no_quantity_line_count"
        " from marts.fct_promise_accuracy where scope_kind = 'all'"
    ) == (10, 5, 4, 1)


def test_b10_a_date_no_plant_can_keep(company: Any) -> None:
    assert company.rows(
        "select document_number, exclusion_reason from marts.fct_delivery_line"
        " where document_number in (1042, 1043) order by 1"
    ) == [(1042, "impossible_date"), (1043, "impossible_date")]


def test_every_customer_is_in_the_mart_and_the_unknown_are_named(company: Any) -> None:
    held = {code for (code,) in company.rows("select card_code from marts.dim_customer")}
    assert {row["Cuenta"] for row in in_file("clientes.csv")} < held
    assert {"C999", "unknown"} < held  # B18


def test_every_deal_and_its_lines_are_in_the_marts(company: Any) -> None:
    assert {key for (key,) in company.rows("select opportunity_id from marts.fct_deal")} == {
        row["Id"] for row in in_file("oportunidades.csv")
    }
    # the lines of open deals have a date or a reason
    assert company.rows(
        "select promise_line_id, status, reason_code from marts.fct_promise_line"
        " where line_kind = 'deal_line' and mode = 'alone' order by 1"
    ) == [
        ("DL-00kA", "placed", None),
        ("DL-00kB", "unplaced", "UNKNOWN_UNIT"),
        ("DL-00kC", "unplaced", "IMPOSSIBLE_QUANTITY"),
        ("DL-00kD", "unplaced", "UNKNOWN_ITEM"),
    ]


@pytest.mark.parametrize(
    ("code", "keys"),
    [
        ("B6", ["1045"]), ("B7", ["A-100|01"]), ("B8", ["CIR-A", "CIR-B", "CIR-C"]),
        ("B9", ["A-100"]), ("B10", ["1042", "1043"]), ("B13", ["1052", "P-1"]), ("B14", ["C1"]),
        ("B17", ["00kC", "P-2"]), ("B18", ["1044", "1047|1", "1050"]), ("B19", ["00kB"]),
        ("B20", ["Verbal OK"]), ("QUARANTINE", ["1", "2", "3", "4"]),
        ("SCHEMA_DRIFT",
         ["Color", "Descuento", "Fax", "Lote", "Nota interna", "Observaciones"]),
    ],
)  # fmt: skip
def test_each_exception_is_listed_with_its_record(company: Any, code: str, keys: list[str]) -> None:
    assert [
        key
        for (key,) in company.rows(
            "select record_key from marts.fct_data_issue where code = ? order by 1", code
        )
    ] == keys
