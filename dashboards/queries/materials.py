"""Materials: what is short and what it holds up, what to buy or make, what lies too long."""

SHORTAGES = """
select item.item_code, any_value(item.item_name) as item_name,
    count(*) as line_count, min(line.requested_date) as first_wanted_date,
    max(line.delivered_date) as last_date, max(line.days_late) as days_late
from marts.fct_promise_line as line
inner join marts.dim_item as item on line.binding_key = item.item_code
where line.mode = 'firm' and line.binding_kind in ('material', 'lead_time') and line.days_late > 0
group by item.item_code order by days_late desc, line_count desc, item.item_code
"""

PURCHASES = """
select item_code, item_name, order_qty, inventory_uom, need_date, supplier_name, lead_p50_days,
    lead_p90_days, lead_basis, last_safe_order_date
from marts.fct_purchase_proposal where scenario = $scenario
order by last_safe_order_date nulls first, need_date, item_code
"""

PRODUCIBLE = """
select item_code, any_value(item_name) as item_name,
    max(producible_qty) filter (where horizon_days = 0) as today_qty,
    max(producible_qty) filter (where horizon_days = 28) as four_weeks_qty,
    max(producible_qty) filter (where horizon_days = 56) as eight_weeks_qty,
    any_value(limit_kind) filter (where horizon_days = 56) as limit_kind,
    any_value(limit_key) filter (where horizon_days = 56) as limit_key
from marts.fct_producible group by item_code order by item_code
"""

COVER = """
select item_code, item_name, stock_class, usable_qty, supply_days, turns, excess_qty,
    excess_amount, covered_excess_amount, obsolete_amount
from marts.fct_stock_cover
order by excess_amount desc nulls last, item_code
"""

SUMS = """
select sum(excess_amount) as excess_amount, sum(covered_excess_amount) as covered_excess_amount,
    sum(obsolete_amount) as obsolete_amount
from marts.fct_stock_cover
"""
