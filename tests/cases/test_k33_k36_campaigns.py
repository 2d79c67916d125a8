"""K33, K34 and K36, and a campaign down to its purchases, on one company worked out by hand.

As of Monday 2025-09-01. Filters take one cartridge and 0.05 h on a work centre of 8 h a day.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

MONDAY = date(2025, 9, 1)
NEEDED = (
    "sig_salesforce__campaign", "sig_salesforce__opportunity", "fct_win_score",
    "fct_win_probability", "fct_campaign_week", "fct_stock_cover", "fct_producible",
    "fct_net_requirement",
)  # fmt: skip


def closed_deal(
    wire: Any, key: str, item: str, *, won: bool, delay: int
) -> dict[str, list[dict[str, Any]]]:
    """Opened on 2 January to close on 3 February (a Monday); closed `delay` days after that."""
    closes = date(2025, 2, 3) + timedelta(days=delay)
    stage = "Closed Won" if won else "Closed Lost"
    moves = (("Qualification", "2025-01-02", "2025-02-03"), (stage, str(closes), str(closes)))
    return {
        "salesforce/Opportunity": [
            wire.deal(
                key, StageName=stage, IsClosed=True, IsWon=won, CloseDate=str(closes),
                CreatedDate="2025-01-02T08:00:00.000+0000",
            )
        ],
        "salesforce/OpportunityLineItem": [wire.deal_line(f"L{key}", key, item, 1)],
        "salesforce/OpportunityHistory": [
            {"Id": f"{key}{number}", "OpportunityId": key, "StageName": moved, "CloseDate": stated,
             "Probability": 10, "CreatedDate": f"{day}T09:00:00.000+0000"}
            for number, (moved, day, stated) in enumerate(moves)
        ],
    }  # fmt: skip


def member(campaign: str, lead: str, day: str, *, answered: bool = True) -> dict[str, Any]:
    return {
        "Id": f"M{campaign}{lead}", "CampaignId": campaign, "LeadId": lead, "ContactId": None,
        "Name": lead, "Status": "Responded" if answered else "Sent", "HasResponded": answered,
        "FirstRespondedDate": day if answered else None,
        "CreatedDate": f"{day}T10:00:00.000+0000",
    }  # fmt: skip


def lead(key: str, status: str, deal: str | None = None) -> dict[str, Any]:
    return {
        "Id": key, "Name": key, "Company": key, "Status": status, "OwnerId": "005A",
        "IsConverted": deal is not None, "ConvertedDate": "2025-08-22" if deal else None,
        "ConvertedOpportunityId": deal, "CreatedDate": "2025-08-01T08:00:00.000+0000",
    }  # fmt: skip


def campaign(key: str, item: str | None) -> dict[str, Any]:
    return {
        "Id": key, "Name": key, "Status": "In Progress", "IsActive": True,
        "StartDate": "2025-08-01", "EndDate": "2025-10-31", "BudgetedCost": 1200,
        "Promesa_Item__c": item, "Promesa_Target_Leads__c": 4,
        "CreatedDate": "2025-08-01T08:00:00.000+0000",
    }  # fmt: skip


def bought(wire: Any, number: int, ordered: str, days: int) -> dict[str, list[dict[str, Any]]]:
    """100 RAW of supplier S1, received `days` after they were ordered."""
    received = str(date.fromisoformat(ordered) + timedelta(days=days))
    closed = {"CardCode": "S1", "DocumentStatus": "bost_Close"}
    line = wire.line("RAW", 100, ordered, left=0, LineStatus="bost_Close")
    return {
        "sap_b1/PurchaseOrders": [
            wire.document(number, line, DocDate=f"{ordered}T00:00:00Z", **closed)
        ],
        "sap_b1/PurchaseDeliveryNotes": [
            wire.document(
                number, {**line, "BaseType": 22, "BaseEntry": number, "BaseLine": 0},
                DocDate=f"{received}T00:00:00Z", **closed,
            )
        ],
    }  # fmt: skip


@pytest.fixture(scope="module")
def company(build_company: Any, wire: Any) -> Any:
    records: dict[str, list[dict[str, Any]]] = {
        "sap_b1/BusinessPartners": [
            {"CardCode": "C1", "CardName": "C1", "CardType": "cCustomer"},
            {"CardCode": "S1", "CardName": "Supplier", "CardType": "cSupplier"},
        ],
        "salesforce/Account": [{"Id": "001C1", "Name": "C1", "AccountNumber": "C1"}],
        "sap_b1/Warehouses": [wire.warehouse()],
        "sap_b1/Items": [
            wire.item("A", stock=0), wire.item("B", stock=0),
            wire.item("FLT", made=True), wire.item("CORE", stock=500, lead=14),
            wire.item("TOP", made=True), wire.item("SUB", made=True),
            wire.item("RAW", lead=10, MinOrderQuantity=100, OrderMultiple=50, Mainsupplier="S1"),
            wire.item("SLOW", stock=900, lead=30, MinInventory=100, AvgStdPrice=8.0),
        ],
        "sap_b1/ProductTrees": [
            wire.tree("FLT", wire.part("CORE", 1), wire.work("WC", 0.05)),
            wire.tree("TOP", wire.part("SUB", 1), wire.work("WC2", 0.1)),
            wire.tree("SUB", wire.part("RAW", 10), wire.work("WC2", 0.1)),
        ],
        "sap_b1/Resources": [wire.work_centre("WC"), wire.work_centre("WC2")],
        "salesforce/Product2": [
            {**wire.product("A"), "Family": "FA"}, {**wire.product("B"), "Family": "FB"},
            wire.product("FLT"),
        ],
        "salesforce/Opportunity": [
            wire.deal("OPEN-A", CloseDate="2025-09-15"), wire.deal("OPEN-B"),
            wire.deal("SOON", CampaignId="CAMP"), wire.deal("BIG"), wire.deal("NONE"),
            wire.deal(
                "SOLD", CampaignId="CAMP", StageName="Closed Won", IsClosed=True, IsWon=True,
                CloseDate="2025-08-28",
            ),
        ],
        "salesforce/OpportunityLineItem": [
            wire.deal_line("LA", "OPEN-A", "A", 30, "2025-10-30"),
            wire.deal_line("LB", "OPEN-B", "B", 30, "2025-10-30"),
            wire.deal_line("LSOON", "SOON", "FLT", 400, "2025-09-12"),
            wire.deal_line("LBIG", "BIG", "FLT", 600, "2025-09-16"),
            wire.deal_line("LSOLD", "SOLD", "FLT", 50, "2025-09-12"),
        ],
        "salesforce/Campaign": [campaign("CAMP", "FLT"), campaign("OTHER", None)],
        "salesforce/Lead": [
            lead("soon", "Closed - Converted", "SOON"), lead("big", "Closed - Converted", "BIG"),
            lead("called", "Working - Contacted"), lead("ignored", "Open - Not Contacted"),
            lead("silent", "Open - Not Contacted"), lead("no", "Closed - Not Converted"),
            lead("phoned", "Open - Not Contacted"),
        ],
        "salesforce/CampaignMember": [
            member("OTHER", "soon", "2025-08-02"),
            member("CAMP", "big", "2025-08-03"), member("OTHER", "big", "2025-08-04"),
            member("CAMP", "called", "2025-08-05"), member("CAMP", "ignored", "2025-08-21"),
            member("CAMP", "silent", "2025-08-05", answered=False),
            member("CAMP", "no", "2025-08-05"), member("CAMP", "phoned", "2025-08-05"),
        ],
        "salesforce/Task": [
            {"Id": "T1", "WhoId": "phoned", "Status": "Completed", "IsClosed": True,
             "CompletedDateTime": "2025-08-06T08:00:00.000+0000",
             "CreatedDate": "2025-08-06T08:00:00.000+0000"},
        ],
        "sap_b1/Orders": [
            wire.document(
                1, wire.line("FLT", 50, "2025-09-12"), U_PRM_Deal="SOLD",
                DocDate="2025-08-28T00:00:00Z",
            ),
            wire.document(2, wire.line("TOP", 13, "2025-10-10")),
        ],
        "sap_b1/DeliveryNotes": [
            wire.document(
                100 + number,
                wire.line("SLOW", 280, left=0, LineStatus="bost_Close", BaseType=-1),
                DocDate=f"{date(2024, 9, 9) + timedelta(days=28 * number)}T00:00:00Z",
                DocumentStatus="bost_Close",
            )
            for number in range(13)
        ],
    }  # fmt: skip
    parts = [
        *(
            closed_deal(wire, f"A{n:02}", "A", won=n < 8, delay=14 if n < 6 else 0)
            for n in range(16)
        ),
        *(closed_deal(wire, f"B{n:02}", "B", won=n < 1, delay=0) for n in range(3)),
        *(
            bought(wire, 10 + number, ordered, days)
            for number, (ordered, days) in enumerate(
                (("2025-03-03", 8), ("2025-04-01", 10), ("2025-05-05", 12), ("2025-06-02", 20))
            )
        ),
    ]
    for part in parts:
        for name, rows in part.items():
            records.setdefault(name, []).extend(rows)
    return build_company("campaigns", records, needed=NEEDED)


def odds(company: Any, *cell: str) -> tuple[Any, ...]:
    found: tuple[Any, ...] = company.one(
        "select win_numerator, win_denominator, win_share, basis from marts.fct_win_probability"
        " where sales_stage = ? and family = ? and age_band = ?",
        *cell,
    )
    return found


def test_k33_each_cell_is_drawn_to_the_next_wider_one(company: Any) -> None:
    """Prior 20, base 10 of 20: (9 + 20 x 0.5) / 39, (8 + 20 x that) / 36, and the age again."""
    assert odds(company, "*", "*", "*") == (10, 20, 0.5, "plant")
    assert odds(company, "Qualification", "*", "*") == (9, 19, 0.487179, "stage")
    assert odds(company, "Qualification", "FA", "*") == (8, 16, 0.492877, "stage_family")
    assert odds(company, "Qualification", "FA", "young") == (8, 16, 0.496043, "stage_family_age")


def test_k33_a_cell_of_three_takes_its_stages_odds(company: Any) -> None:
    """1 of 3 is no third: fewer than 10 deals say nothing of their own."""
    assert odds(company, "Qualification", "FB", "*") == (1, 3, 0.487179, "stage")
    weighted = company.rows(
        "select line_item_id, units_qty, measured_probability_pct, measured_basis"
        " from marts.fct_pipeline_line where line_item_id in ('LA', 'LB') order by 1"
    )
    assert [(row[0], row[1], float(row[2]), row[3]) for row in weighted] == [
        ("LA", 30, 49.604305, "stage_family_age"),
        ("LB", 30, 48.717949, "stage"),
    ]


def test_k33_the_interval_is_wilsons_over_own_deals_and_prior(company: Any) -> None:
    low, high = company.one(
        "select low_win_share, high_win_share from marts.fct_win_probability"
        " where level = 'stage_family' and family = 'FA'"
    )
    p, n, z = 0.492877, 36, 1.644854
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5 / (1 + z * z / n)
    assert (low, high) == (
        pytest.approx(middle - half, abs=2e-6),
        pytest.approx(middle + half, abs=2e-6),
    )


def test_k33_brier_judges_each_deal_without_itself_against_the_base_rate(company: Any) -> None:
    """In Python: 16 of FA, 3 of FB, each left out in turn; each stood open in two ages."""
    total = base_total = 0.0
    for family, won, count in (("FA", 8, 16), ("FB", 1, 3)):
        for outcome, deals in ((1, won), (0, count - won)):
            base = (10 - outcome) / 19
            stage = (9 - outcome + 20 * base) / 38
            family_odds = (8 - outcome + 20 * stage) / 35 if family == "FA" else stage
            final = (8 - outcome + 20 * family_odds) / 35 if family == "FA" else family_odds
            total += deals * (final - outcome) ** 2
            base_total += deals * (base - outcome) ** 2
    found = company.one(
        "select judged_count, brier_score, base_brier_score from marts.fct_win_score"
        " where sales_stage = '*'"
    )
    assert found == (
        38, pytest.approx(total / 19, abs=1e-6), pytest.approx(base_total / 19, abs=1e-6),
    )  # fmt: skip


def test_k33_weighted_units_carry_the_odds_of_closing_in_the_week_given_won(company: Any) -> None:
    """6 of 9 won deals closed two weeks after their date, 3 on it: a third stays on the 15th."""
    weeks = company.rows(
        "select week_start_date, close_share, units_qty, weighted_units_qty, close_basis"
        " from marts.fct_pipeline_week where line_item_id = 'LA' order by 1"
    )
    assert [(day, share, units, basis) for day, share, units, _, basis in weeks] == [
        (date(2025, 9, 15), 0.333333, 10, "measured"),
        (date(2025, 9, 29), 0.666667, 20, "measured"),
    ]
    assert [float(row[3]) for row in weeks] == [
        pytest.approx(4.960430, abs=1e-5),
        pytest.approx(9.920861, abs=1e-5),
    ]


def test_k34_a_deal_belongs_to_the_campaign_it_names_else_to_its_own_leads_first(
    company: Any,
) -> None:
    """SOON names CAMP though its lead came by OTHER; BIG names none, its lead was in CAMP first."""
    assert company.rows(
        "select opportunity_id, campaign_id, source from intermediate.int_deal_campaign order by 1"
    ) == [("BIG", "CAMP", "member"), ("SOLD", "CAMP", "primary"), ("SOON", "CAMP", "primary")]


def test_k34_conversion_counts_the_qualified_by_their_status(company: Any) -> None:
    assert company.one(
        "select lead_count, response_count, qualified_lead_count, neglected_lead_count,"
        " converted_lead_count, conversion_numerator, conversion_denominator, deal_count,"
        " open_deal_count, won_deal_count from marts.fct_campaign where campaign_id = 'CAMP'"
    ) == (6, 5, 2, 1, 1, 1, 2, 3, 2, 1)


def test_those_nobody_works_on_are_named_with_the_days_they_wait(company: Any) -> None:
    """`phoned` has a finished task, `silent` never answered, `no` is closed: one is left."""
    assert company.rows(
        "select lead_id, waiting_days from marts.fct_campaign_lead where is_neglected"
    ) == [("ignored", 11)]


def test_a_campaign_is_confirmed_as_far_as_its_units_come_in_time(company: Any) -> None:
    """50 sold and 400 by the 12th come from 500 cartridges; the 600 wait for theirs to the 15th."""
    forecast, won, confirmed, is_confirmed, reason, complete = company.one(
        "select forecast_units_qty, won_units_qty, confirmed_units_qty, is_capacity_confirmed,"
        " reason_code, complete_date from marts.fct_campaign where campaign_id = 'CAMP'"
    )
    assert (forecast, won, confirmed, is_confirmed) == (1050, 50, 450, False)
    assert reason == "CAMPAIGN_PARTLY"
    assert complete > date(2025, 9, 16)


def test_weighted_units_are_the_won_ones_and_the_open_ones_by_their_odds(company: Any) -> None:
    """A filter has no family: the stage's 19/39. 50 + 1,000 x 19/39 = 537.18."""
    assert company.one(
        "select weighted_units_qty from marts.fct_campaign where campaign_id = 'CAMP'"
    ) == (Decimal("537.179487"),)


def test_requirements_are_netted_level_by_level_and_levelled_on_capacity(company: Any) -> None:
    """Wanted in the weeks of the 8th (450) and the 15th (600), made a week before, 800 a week."""
    assert company.rows(
        "select item_code, week_start_date, gross_qty, net_qty, start_qty"
        " from marts.fct_net_requirement where scenario = 'full'"
        " and item_code in ('FLT', 'CORE') and (gross_qty > 0 or start_qty > 0) order by 1, 2"
    ) == [
        ("CORE", date(2025, 9, 1), 450, 0, 0),
        ("CORE", date(2025, 9, 8), 600, 550, 550),
        ("FLT", date(2025, 9, 1), 0, 0, 450),
        ("FLT", date(2025, 9, 8), 450, 450, 600),
        ("FLT", date(2025, 9, 15), 600, 600, 0),
    ]


def test_what_runs_out_first_is_named_with_its_last_safe_order_date(company: Any) -> None:
    """550 cartridges by 8 September take 14 days: 25 August has gone by."""
    assert company.one(
        "select shortage_item_code, shortage_date, last_safe_order_date, purchase_count"
        " from marts.fct_campaign where campaign_id = 'CAMP'"
    ) == ("CORE", date(2025, 9, 8), date(2025, 8, 25), 1)
    assert company.one(
        "select order_qty, lead_basis, is_too_late from marts.fct_purchase_proposal"
        " where scenario = 'full' and item_code = 'CORE'"
    ) == (550, "item", True)


def test_k9_a_purchase_two_levels_down_is_lot_sized_and_dated_by_measured_lead_time(
    company: Any,
) -> None:
    """13 TOP by 9 October, started on 29 September, its SUB on the 22nd: 130 RAW, in lots 150.

    Four receipts took 8, 10, 12 and 20 days: half within 11, nine in ten within 18 (17.6).
    """
    assert company.one(
        "select need_date, order_qty, supplier_code, lead_p50_days, lead_p90_days, lead_basis,"
        " likely_order_date, last_safe_order_date, is_too_late"
        " from marts.fct_purchase_proposal where scenario = 'firm' and item_code = 'RAW'"
    ) == (
        date(2025, 9, 22), 150, "S1", 11, 18, "measured",
        date(2025, 9, 11), date(2025, 9, 4), False,
    )  # fmt: skip


def test_k36_excess_is_what_lies_beyond_lead_time_review_and_safety(company: Any) -> None:
    """900 - (10 a day x (30 + 10) + 100) = 400, at 8 each; the mean day had more than today."""
    assert company.one(
        "select demand_per_day_qty, excess_qty, excess_amount, covered_excess_qty, obsolete_qty"
        " from marts.fct_stock_cover where item_code = 'SLOW'"
    ) == (10, 400, 3200, 0, 0)


def test_turns_divide_what_left_by_the_stock_of_the_mean_day(company: Any) -> None:
    """Day by day: today's 900 and all that left after that day, over the 364 days."""
    left = [(date(2024, 9, 9) + timedelta(days=28 * number), 280) for number in range(13)]
    days = [MONDAY - timedelta(days=n) for n in range(364)]
    mean = sum(900 + sum(qty for when, qty in left if when > day) for day in days) / 364
    (turns,) = company.one("select turns from marts.fct_stock_cover where item_code = 'SLOW'")
    assert turns == pytest.approx(13 * 280 / mean * 365 / 364, abs=0.02)


def test_producible_today_and_later_says_what_limits_it(company: Any) -> None:
    """Firm: 50 filters. 450 cartridges stay, and no more are ordered: they limit it later too."""
    assert company.rows(
        "select horizon_days, producible_qty, limit_kind, limit_key from marts.fct_producible"
        " where item_code = 'FLT' order by 1"
    ) == [(days, 450, "material", "CORE") for days in (0, 28, 56)]


def test_the_campaign_signal_writes_units_and_the_shortage(company: Any) -> None:
    assert company.rows(
        'select "Id", "Promesa_Forecast_Units__c", "Promesa_Weighted_Units__c",'
        ' "Promesa_Confirmed_Units__c", "Promesa_Capacity_Confirmed__c",'
        ' "Promesa_First_Shortage__c" from signals.sig_salesforce__campaign order by 1'
    ) == [
        (
            "CAMP", 1050, 537, 450, False,
            "CORE se agota en la semana del 08/09/2025: debía haberse pedido el 25/08/2025.",
        ),
        ("OTHER", None, None, None, False, None),
    ]  # fmt: skip


def test_a_deal_carries_whether_its_volume_is_confirmed(company: Any) -> None:
    assert company.rows(
        'select "Id", "Promesa_Capacity_Confirmed__c" from signals.sig_salesforce__opportunity'
        " where \"Id\" in ('SOON', 'BIG') order by 1"
    ) == [("BIG", False), ("SOON", True)]
