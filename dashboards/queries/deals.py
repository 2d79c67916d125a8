"""Deals with their verdict, and what stands behind one of them."""

OPEN_DEALS = """
select
    opportunity_id, deal_name, customer_name, sales_stage, verdict, binding_lock,
    requested_date, earliest_date, queue_date, safe_date, days_late, queue_days_late,
    cast(net_amount as double) as net_amount, expected_margin_pct as margin_pct,
    cast(credit_available_amount as double) as credit_available,
    credit_level, cast(credit_short_amount as double) as credit_short,
    reason_en, reason_es, close_date
from marts.fct_deal
where is_open
    and ($verdict = '' or verdict = $verdict)
    and ($lock = '' or binding_lock = $lock)
    and (
        $words = ''
        or contains(lower(concat_ws(' ', deal_name, customer_name)), lower($words))
    )
order by
    case verdict when 'Stop' then 1 when 'Unknown' then 2 when 'Check' then 3 else 4 end,
    net_amount desc nulls last,
    opportunity_id
"""

VERDICTS = """
select verdict, count(*) as deals, cast(sum(net_amount) as double) as net_amount
from marts.fct_deal
where is_open
group by verdict
order by case verdict when 'Go' then 1 when 'Check' then 2 when 'Stop' then 3 else 4 end
"""

LOCKS = """
select verdict, binding_lock, count(*) as deals, cast(sum(net_amount) as double) as net_amount
from marts.fct_deal
where is_open and binding_lock <> 'None'
group by verdict, binding_lock
order by net_amount desc
"""

DEAL = "select * from marts.fct_deal where opportunity_id = ?"

LINES = """
select
    line.promise_line_id, line.item_code, item.item_name, line.mode, line.status,
    line.inventory_uom, line.asked_qty, line.from_stock_qty, line.to_make_qty, line.to_buy_qty,
    line.make_ready_date, line.delivered_date, line.requested_date, line.days_late,
    line.binding_key
from marts.fct_promise_line as line
left join marts.dim_item as item using (item_code)
where line.opportunity_id = ?
order by line.item_code, line.promise_line_id, line.mode
"""

# The line that decides the deal's date.
TERMS = """
select reason.mode, reason.kind, reason.days, reason.item_code, reason.work_centre
from marts.fct_promise_reason as reason
inner join marts.fct_promise_deal as deal
    on reason.mode = deal.mode and deal.opportunity_id = $deal
inner join marts.fct_promise_line as line
    on reason.promise_line_id = line.promise_line_id
    and reason.mode = line.mode
    and line.line_item_id = deal.driving_line_item_id
where reason.is_driving
order by reason.mode, reason.seq
"""

SPLIT = """
select
    line.item_code, item.item_name, split.mode, split.split_date, split.split_qty,
    line.inventory_uom
from marts.fct_promise_split as split
inner join marts.fct_promise_line as line using (promise_line_id, mode)
left join marts.dim_item as item using (item_code)
where line.opportunity_id = ?
order by line.item_code, split.mode, split.split_date
"""
