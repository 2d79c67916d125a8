"""Campaigns: leads, deals, units by week, and what has to be bought for them."""

CAMPAIGNS = """
select * from marts.fct_campaign
order by open_units_qty desc, start_date desc nulls last, campaign_id
"""

WEEKS = """
select week_start_date, won_units_qty, weighted_units_qty, open_units_qty, in_time_units_qty,
    closing_units_qty
from marts.fct_campaign_week where campaign_id = $campaign order by week_start_date
"""

PURCHASES = """
select item_code, order_qty, inventory_uom, need_date, supplier_name, lead_p50_days,
    lead_p90_days, lead_basis, last_safe_order_date
from marts.fct_campaign_purchase where campaign_id = $campaign
order by last_safe_order_date nulls first, need_date, item_code
"""

NEGLECTED = """
select person_name, company, owner_name, lead_status, since_date, waiting_days
from marts.fct_campaign_lead where campaign_id = $campaign and is_neglected
order by waiting_days desc, person_name
"""

SCORE = """
select judged_count, brier_score, base_brier_score from marts.fct_win_score
where sales_stage = '*'
"""
