"""A B2B pipeline as its CRM stood on 30 June 2017: what goes in comes out, the rest is told.

The data may not be copied, so the test reads it from the folder beside the checkout and runs where
that folder stands.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from shutil import copy, copytree
from typing import Any

import duckdb
import pytest

HERE = Path(__file__).parent
BESIDE = HERE.parents[2] / "shared" / "data" / "crm_opportunities"
PIPELINE = BESIDE / "sales_pipeline_as_of_2017_06_30.parquet"

pytestmark = pytest.mark.skipif(
    not BESIDE.is_dir(), reason="shared/data/crm_opportunities does not stand beside the checkout"
)


@pytest.fixture(scope="module")
def company(take_through: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The pipeline, built once."""
    folder = tmp_path_factory.mktemp("pipeline") / "crm_opportunities"
    copytree(HERE / "crm_opportunities_mapping", folder / "mapping")
    for path in BESIDE.glob("*.parquet"):
        copy(path, folder)
    return take_through("crm_opportunities", folder, date(2017, 6, 30))


def counted(query: str) -> list[tuple[Any, ...]]:
    """Plain SQL over the files."""
    with duckdb.connect() as connection:
        for path in BESIDE.glob("*.parquet"):
            name = path.stem.split("_as_of")[0]
            connection.execute(f"create view {name} as from read_parquet('{path.as_posix()}')")
        return connection.execute(query).fetchall()


def test_counts_in_are_counts_out(company: Any) -> None:
    assert company.rows(
        "select object, landed from raw.main.extraction where system = 'salesforce' order by 1"
    ) == counted(
        "select * from (values ('Account', (select count(*) from accounts)),"
        " ('Opportunity', (select count(*) from sales_pipeline)),"
        " ('OpportunityLineItem', (select count(*) from sales_pipeline)),"
        " ('PricebookEntry', (select count(*) from products)),"
        " ('Product2', (select count(*) from products)),"
        " ('User', (select count(*) from sales_teams))) order by 1"
    )
    assert company.one("select count(*) from raw.main.quarantine") == (0,)
    assert company.one("select count(*) from marts.dim_customer where is_in_crm") == (85,)


def test_deals_by_stage_with_their_value(company: Any) -> None:
    found = company.rows(
        "select sales_stage, is_open, is_won, count(*), sum(net_amount), count(account_id)"
        " from marts.fct_deal group by all order by 1"
    )
    expected = counted(
        "select deal_stage, deal_stage = 'Engaging', deal_stage = 'Won', count(*),"
        " sum(close_value::decimal(18, 6)), count(account) from sales_pipeline group by all"
        " order by 1"
    )
    assert found == expected
    assert {(row[0], row[3]) for row in found} == {("Engaging", 1686), ("Lost", 894), ("Won", 1785)}
    assert [row[4] for row in found if row[0] == "Won"] == [Decimal(4_220_783)]


def test_the_misspelt_product_is_reported_and_no_other(company: Any) -> None:
    assert company.rows(
        "select found_value, quantity::integer from marts.fct_data_issue"
        " where code = 'PRODUCT_UNMATCHED'"
    ) == counted(
        "select product, count(*)::integer from sales_pipeline"
        " where product not in (select product from products) group by product"
    ) == [("GTXPro", 742)]  # fmt: skip


def test_deals_without_an_account_stay_without(company: Any) -> None:
    assert company.one("select count(*) from marts.fct_deal where account_id is null") == (484,)


def test_a_line_without_a_quantity_is_promised_nothing(company: Any) -> None:
    assert company.rows(
        "select distinct status from marts.fct_promise_line where line_kind = 'deal_line'"
    ) == [("unplaced",)]
