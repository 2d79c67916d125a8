"""Exposure, ageing and open items."""

AGEING = """
select ageing_bucket, cast(sum(open_amount) as double) as open_amount
from marts.fct_receivable
group by ageing_bucket
"""

EXPOSURE = """
select
    card_code, customer_name, credit_level, sap_would_say, oldest_overdue_days, payment_days,
    cast(exposure_amount as double) as exposure_amount,
    cast(credit_limit_amount as double) as credit_limit_amount,
    cast(available_amount as double) as available_amount,
    cast(receivables_amount as double) as receivables_amount,
    cast(overdue_amount as double) as overdue_amount,
    cast(cheques_and_bills_amount as double) as cheques_and_bills_amount,
    cast(delivered_not_invoiced_amount as double) as delivered_not_invoiced_amount,
    cast(open_orders_amount as double) as open_orders_amount,
    cast(drafts_amount as double) as drafts_amount,
    cast(unlinked_deals_amount as double) as unlinked_deals_amount
from marts.fct_exposure
where ($level = '' or credit_level = $level)
    and ($words = '' or contains(lower(customer_name || ' ' || card_code), lower($words)))
order by
    case credit_level when 'Blocked' then 1 when 'Over' then 2 when 'Near' then 3
        when 'Unknown' then 4 else 5 end,
    available_amount nulls last, exposure_amount desc, card_code
"""

CUSTOMER = """
select exposure.*, reason.en as reason_en, reason.es as reason_es
from marts.fct_exposure as exposure
left join mappings.reason_text as reason on exposure.credit_reason_code = reason.code
where card_code = ?
"""

OPEN_ITEMS = """
select
    document_kind, document_number, posting_date, due_date, days_overdue, ageing_bucket,
    cast(open_amount as double) as open_amount, currency
from marts.fct_receivable
where card_code = ?
order by due_date, document_number
"""

EXPOSURE_LINES = """
select component, document_number, document_date, item_code, cast(amount as double) as amount
from marts.fct_exposure_line
where card_code = ?
order by component, document_date, document_number
"""

WEEKS = """
select
    week_start_date, cast(expected_receipts_amount as double) as expected_receipts_amount,
    cast(planned_invoicing_amount as double) as planned_invoicing_amount,
    cast(exposure_amount as double) as exposure_amount,
    cast(cautious_exposure_amount as double) as cautious_exposure_amount,
    cast(credit_limit_amount + released_amount as double) as limit_amount,
    cast(available_amount as double) as available_amount,
    cast(cautious_available_amount as double) as cautious_available_amount,
    cast(undated_amount as double) as undated_amount
from marts.fct_exposure_week
where payer_card_code = ? and week_number < 13
order by week_number
"""

DEALS = """
select opportunity_id, deal_name, verdict, binding_lock, cast(net_amount as double) as net_amount,
    requested_date, earliest_date, queue_date
from marts.fct_deal
where is_open and card_code = ?
order by net_amount desc nulls last
"""

COLLECTION = """
select period_start_date as month_start_date, dso_days, best_possible_dso_days,
    countback_dso_days, cei_pct
from marts.fct_dso
where payer_card_code = '*' and period_kind = 'month'
order by period_start_date desc
limit 12
"""
