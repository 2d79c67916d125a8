"""Deals with their verdict, and what stands behind one of them."""

OPEN_DEALS = """
select
    opportunity_id, deal_name, customer_name, sales_stage, verdict, binding_lock,
    requested_date, earliest_date, queue_date, days_late, queue_days_late,
    cast(net_amount as double) as net_amount, cast(expected_margin_pct as double) as margin_pct,
    cast(credit_available_amount as double) as credit_available,
    credit_level, cast(credit_short_amount as double) as credit_short,
    reason_en, reason_es, close_date
from marts.fct_deal
where is_open
    and (? = '' or verdict = ?)
    and (? = '' or contains(lower(coalesce(deal_name, '') || ' ' || coalesce(customer_name, '')), lower(?)))
order by case verdict when 'Stop' then 1 when 'Unknown' then 2 when 'Check' then 3 else 4 end,
    net_amount desc nulls last
"""

VERDICTS = """
select verdict, count(*) as deals, cast(sum(net_amount) as double) as net_amount
from marts.fct_deal where is_open group by verdict order by verdict
"""

DEAL = "select * from marts.fct_deal where opportunity_id = ?"

LINES = """
select
    item_code, mode, asked_qty, from_stock_qty, to_make_qty, to_buy_qty,
    make_ready_date, delivered_date, requested_date
from marts.fct_promise_line where opportunity_id = ? order by item_code, mode
"""
