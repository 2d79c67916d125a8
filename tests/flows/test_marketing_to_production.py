"""Marketing to production: a campaign's leads, its deals and units, what to buy, and the answer.

In the order of the flow, on the round that `test_main_job` made: the worked example of the demo
company, 80 leads, 50 qualified, 30 deals, 5,000 filters wanted on 28 November.
"""

from __future__ import annotations

import json
from datetime import date

import duckdb
import pytest

pytestmark = pytest.mark.xdist_group("main_job")


@pytest.fixture(scope="module")
def plant(plant_after_one_round):
    return plant_after_one_round


@pytest.fixture(scope="module")
def case(plant):
    """The campaign of the worked example, with the figures worked out by hand."""
    return json.loads((plant.company / "truth" / "cases.json").read_text())["Campaign"]


@pytest.fixture(scope="module")
def told(plant, case):
    """A question in SQL about the campaign to the first published version."""
    with duckdb.connect(str(plant.data.published / "v00000001.duckdb"), read_only=True) as found:
        yield lambda query: found.execute(query, {"campaign": case["campaign"]}).fetchall()


def test_80_leads_answered_65_times_50_are_qualified_and_30_became_deals(told, case):
    figures = case["figures"]
    assert told(
        "select lead_count, response_count, qualified_lead_count, conversion_numerator,"
        " conversion_denominator, deal_count from marts.fct_campaign where campaign_id = $campaign"
    ) == [
        (figures["leads"], figures["answered"], figures["qualified"], 30, 50,
         figures["opportunities"])
    ]  # fmt: skip


def test_15_who_answered_are_named_because_nobody_works_on_them(told):
    waiting = told(
        "select waiting_days from marts.fct_campaign_lead"
        " where campaign_id = $campaign and is_neglected"
    )
    since = (date(2025, 9, 1) - date(2025, 8, 4)).days
    assert waiting == [(since,)] * 15


def test_the_deals_ask_for_5000_units_and_weigh_fewer_by_the_odds_of_each(told, case):
    ((units, weighted, won),) = told(
        "select forecast_units_qty, weighted_units_qty, won_units_qty from marts.fct_campaign"
        " where campaign_id = $campaign"
    )
    assert (units, won) == (case["figures"]["units"], 0)
    ((by_hand, weeks),) = told(
        "select sum(units_qty * measured_probability_pct / 100),"
        " (select sum(closing_units_qty) from marts.fct_campaign_week"
        "  where campaign_id = $campaign)"
        " from marts.fct_pipeline_line where campaign_id = $campaign"
    )
    assert float(weighted) == pytest.approx(float(by_hand), abs=0.01)
    assert float(weeks) == pytest.approx(float(by_hand), abs=0.01)
    assert 0 < weighted < units


def test_they_are_levelled_on_800_a_week_and_3000_cartridges_are_short(told, case):
    """40 h a week at 0.05 h: seven weeks before the week of 24 November, the first with 200."""
    starts = told(
        "select week_start_date, start_qty from marts.fct_net_requirement"
        " where scenario = 'full' and item_code = 'MKT-FILTER' and start_qty > 0"
        " and $campaign is not null order by 1"
    )
    assert starts == [
        (date(2025, 10, 6), 200),
        *((day, 800) for day in (
            date(2025, 10, 13), date(2025, 10, 20), date(2025, 10, 27), date(2025, 11, 3),
            date(2025, 11, 10), date(2025, 11, 17),
        )),
    ]  # fmt: skip
    ((short,),) = told(
        "select sum(order_qty) from marts.fct_campaign_purchase where campaign_id = $campaign"
    )
    assert short == case["figures"]["components_short"]


def test_the_first_purchase_has_a_last_safe_day_21_days_before_the_cartridges_run_out(told):
    assert told(
        "select item_code, order_qty, need_date, lead_p90_days, last_safe_order_date, is_too_late"
        " from marts.fct_campaign_purchase where campaign_id = $campaign"
        " order by need_date limit 1"
    ) == [("MKT-CORE", 600, date(2025, 10, 27), 21, date(2025, 10, 6), False)]


def test_the_campaign_reads_in_the_crm_that_production_confirms_all_5000(plant, case):
    (campaign,) = plant.crm().query(
        "SELECT Promesa_Forecast_Units__c, Promesa_Weighted_Units__c, Promesa_Confirmed_Units__c,"
        " Promesa_Capacity_Confirmed__c, Promesa_First_Shortage__c, Promesa_Reason__c"
        f" FROM Campaign WHERE Id = '{case['campaign']}'"
    )["records"]
    print({name: value for name, value in campaign.items() if name != "attributes"})
    assert campaign["Promesa_Forecast_Units__c"] == campaign["Promesa_Confirmed_Units__c"] == 5_000
    assert campaign["Promesa_Capacity_Confirmed__c"] is True
    assert campaign["Promesa_First_Shortage__c"] == (
        "MKT-CORE se agota en la semana del 27/10/2025: pedir a más tardar el 06/10/2025."
    )
    assert "5.000 unidades de MKT-FILTER" in campaign["Promesa_Reason__c"]


def test_each_of_its_deals_reads_that_its_volume_is_confirmed(plant, case):
    deals = plant.crm().query(
        "SELECT Id, Promesa_Capacity_Confirmed__c FROM Opportunity"
        f" WHERE CampaignId = '{case['campaign']}'"
    )["records"]
    assert {deal["Id"]: deal["Promesa_Capacity_Confirmed__c"] for deal in deals} == dict.fromkeys(
        case["opportunities"], True
    )
