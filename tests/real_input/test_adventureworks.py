"""AdventureWorks as it stood on 31 December 2013, by mapping files alone, against plain SQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from shutil import copytree
from typing import Any

import duckdb
import pytest
from figures import AS_OF, COMPANY, NAMES, mart, reference

from extract import FilesSource, create_raw, extract_object

ERASED = {
    # the object, its file, and the columns that tell what happened after the day
    "Orders": ("SalesOrderHeader", {"ShipDate": "ShipDate"}),
    "ProductionOrders": ("WorkOrder", {
        "EndDate": "EndDate", "StockedQty": "EndDate", "ScrappedQty": "EndDate",
    }),
    "PurchaseOrders": ("PurchaseOrderDetail", {"ModifiedDate": "ModifiedDate"}),
}  # fmt: skip


@pytest.fixture(scope="module")
def company(take_through: Callable[..., Any]) -> Any:
    """The company, built once."""
    return take_through("adventureworks", COMPANY, AS_OF)


@pytest.mark.parametrize("name", NAMES)
def test_figures_equal_those_of_plain_sql(company: Any, name: str) -> None:
    expected, found = reference(name), mart(name, company.warehouse)
    assert expected.columns == found.columns
    assert expected.rows, f"{name}: plain SQL finds nothing, so nothing is compared"
    assert expected.rows == found.rows


def test_every_record_of_the_files_is_landed_and_none_set_aside(company: Any) -> None:
    landed = dict(company.rows("select object, landed from raw.main.extraction"))
    assert landed["Orders"] == 19_698
    assert landed["ProductionOrders"] == 56_502
    assert landed["BusinessPartners"] == 19_820 + 104
    assert company.rows("select * from raw.main.quarantine") == []
    assert company.rows("select object, field from raw.main.schema_drift") == []
    assert company.one("select count(*) from marts.fct_delivery_line") == (83_933,)


def test_no_event_after_as_of_is_seen(company: Any) -> None:
    days = {
        "a departure": "select max(departed_date) from marts.fct_delivery_line",
        "an arrival": "select max(delivered_date) from marts.fct_delivery_line",
        "an order": "select max(order_date) from marts.fct_delivery_line",
        "the end of a work order": "select max(ended_date) from marts.fct_work_order",
        "its start": "select max(start_date) from marts.fct_work_order",
        "a month of hours": "select max(month_start_date) from marts.fct_work_centre_month",
        "a month of sales": "select max(month_start_date) from marts.fct_sales_month",
    }
    for event, query in days.items():
        (last,) = company.one(query)
        assert last is not None and last <= AS_OF, f"{event} on {last}"
    written = company.rows(
        "select object, max(day) from ("
        " select 'Orders' as object, record ->> 'ClosingDate' as day from raw.main.sap_b1__orders"
        " union all select 'DeliveryNotes', record ->> 'DocDate'"
        " from raw.main.sap_b1__delivery_notes"
        " union all select 'ProductionOrders', record ->> 'ClosingDate'"
        " from raw.main.sap_b1__production_orders"
        " union all select 'PurchaseDeliveryNotes', record ->> 'DocDate'"
        " from raw.main.sap_b1__purchase_delivery_notes) group by object"
    )
    assert all(day[:10] <= AS_OF.isoformat() for _, day in written), written


def test_a_past_without_its_future_lands_the_same(company: Any, tmp_path: Path) -> None:
    """Whatever a record became after the day is erased: what is landed does not change."""
    erased = tmp_path / "adventureworks"
    copytree(COMPANY, erased)
    with duckdb.connect() as connection:
        for file, columns in ERASED.values():
            told = ", ".join(
                f"case when {day} <= date '{AS_OF}' then {name} end as {name}"
                for name, day in columns.items()
            )
            connection.execute(
                f"copy (select * replace ({told}) from read_parquet('{COMPANY}/{file}.parquet'))"
                f" to '{erased}/{file}.parquet' (format parquet)"
            )
    source, raw = FilesSource(erased), tmp_path / "raw.duckdb"
    create_raw(raw)
    for name in ERASED:
        extract_object(source, name, raw, datetime(2013, 12, 31, 22, 59, 59, tzinfo=UTC))
    assert _hashes(raw) == _hashes(company.raw)


def _hashes(raw: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(raw), read_only=True) as connection:
        return [
            connection.execute(
                f"select '{table}', count(*), bit_xor(hash(record_key || record_hash)) from {table}"
            ).fetchall()[0]
            for table in ("sap_b1__orders", "sap_b1__production_orders", "sap_b1__purchase_orders")
        ]


def test_what_it_lacks_is_named_and_nothing_is_invented(company: Any) -> None:
    named = {code for (code,) in company.rows("select distinct code from marts.fct_data_issue")}
    assert {"NO_LIMITS", "NO_PAYMENTS", "NO_LEDGER", "NO_INVOICES", "NO_LOTS", "NO_CRM"} <= named
    for empty in ("fct_deal", "fct_pipeline_line", "fct_lot_position", "fct_receivable",
                  "fct_real_margin", "fct_margin_bridge"):  # fmt: skip
        assert company.one(f"select count(*) from marts.{empty}") == (0,), empty
    assert company.one(
        "select count(credit_limit_amount), count(receivables_amount),"
        " count(delivered_not_invoiced_amount) from marts.fct_exposure"
    ) == (0, 0, 0)
    # products without a cost in force that day carry none
    assert company.one(
        "select count(*) from intermediate.int_item_cost where cost_source = 'standard'"
    ) == (504 - 211,)


def test_stock_below_zero_is_listed(company: Any) -> None:
    listed = company.one(
        "select count(*), sum(quantity)::integer from marts.fct_data_issue where code = 'B7'"
    )
    expected = reference("negative_stock").rows
    assert listed == (len(expected), sum(balance for _, balance in expected))


def test_promises_of_open_orders_are_dates_or_reasons(company: Any) -> None:
    assert company.one(
        "select count(*), count(*) filter (where status = 'placed'),"
        " count(*) filter (where delivered_date is null and reason_code is null)"
        " from marts.fct_promise_line where mode = 'firm'"
    )[::2] == (3181, 0)
    assert company.rows("select * from marts.fct_promise_proof") == []


def test_the_day_before_has_less(company: Any) -> None:
    """Nothing in the figures is a constant: another day gives other figures."""
    with duckdb.connect() as connection:
        connection.execute(
            "create view SalesOrderHeader as"
            f" from read_parquet('{COMPANY}/SalesOrderHeader.parquet')"
        )
        (open_earlier,) = connection.execute(
            "select count(*) from SalesOrderHeader where OrderDate <= $day and ShipDate > $day",
            {"day": date(2013, 6, 30)},
        ).fetchall()[0]
    assert open_earlier != reference("open_sales_orders").rows[0][0]
