"""Promises kept: the variants of on time in full, by month, by customer, and what was left out."""

VARIANTS = """
select variant.target, variant.event, variant.hits, variant.lines,
    variant.hits / nullif(variant.lines, 0) * 100 as share_pct
from marts.fct_promise_accuracy as accuracy,
    lateral (
        values
        ('requested', 'delivery', requested_delivery_hit_count, requested_delivery_line_count),
        ('first', 'delivery', first_delivery_hit_count, first_delivery_line_count),
        ('last', 'delivery', last_delivery_hit_count, last_delivery_line_count),
        ('requested', 'departure', requested_departure_hit_count, requested_departure_line_count),
        ('first', 'departure', first_departure_hit_count, first_departure_line_count),
        ('last', 'departure', last_departure_hit_count, last_departure_line_count)
    ) as variant (target, event, hits, lines)
where scope_kind = 'all'
order by event, case target when 'requested' then 1 when 'first' then 2 else 3 end
"""

WHOLE = "select * from marts.fct_promise_accuracy where scope_kind = 'all'"

MONTHS = """
select cast(scope_key as date) as month_start_date,
    first_delivery_hit_count / nullif(first_delivery_line_count, 0) as first_share,
    last_delivery_hit_count / nullif(last_delivery_line_count, 0) as last_share,
    requested_delivery_hit_count / nullif(requested_delivery_line_count, 0) as requested_share
from marts.fct_promise_accuracy
where scope_kind = 'month'
    and cast(scope_key as date) > (select as_of_date from questions.q_as_of) - interval 25 month
    and cast(scope_key as date) < date_trunc('month', (select as_of_date from questions.q_as_of))
order by 1
"""

CUSTOMERS = """
select scope_key as card_code, coalesce(scope_name, scope_key) as customer_name,
    first_delivery_hit_count as hits, first_delivery_line_count as lines,
    first_delivery_hit_count / nullif(first_delivery_line_count, 0) * 100 as first_pct,
    last_delivery_hit_count / nullif(last_delivery_line_count, 0) * 100 as last_pct,
    error_days_sum / nullif(error_line_count, 0) as bias_days, past_due_line_count
from marts.fct_promise_accuracy
where scope_kind = 'customer'
order by lines - hits desc, customer_name
"""

REPLAY = """
select count(*) as asked, count(promised_date) as promised, count(is_hit) as lines,
    coalesce(sum(is_hit), 0) as hits,
    count(is_first_promise_hit) filter (where is_hit is not null) as first_lines,
    coalesce(sum(is_first_promise_hit) filter (where is_hit is not null), 0) as first_hits,
    median(error_days) as error_days,
    count(*) filter (where grade = 'rebuilt') as rebuilt, count(distinct order_date) as days
from marts.fct_promise_replay
"""

REPLAYED_LINES = """
select order_date, item_code, asked_qty, requested_date, first_promise_date, promised_date,
    delivered_date, error_days,
    case is_hit when 1 then 'hit' when 0 then 'miss' else 'open' end as outcome
from marts.fct_promise_replay
order by order_date desc, sales_order_line_id
"""
