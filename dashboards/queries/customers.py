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

YEAR = """
select * from marts.fct_customer_year where card_code = ?
"""

DEALS = """
select opportunity_id, deal_name, verdict, binding_lock, cast(net_amount as double) as net_amount,
    requested_date, earliest_date, queue_date
from marts.fct_deal
where is_open and card_code = ?
order by net_amount desc nulls last
"""

CLOSED_DEALS = """
select opportunity_id, deal_name, case when is_won then 'won' else 'lost' end as outcome,
    close_date, cast(net_amount as double) as net_amount, order_number, order_status,
    expected_date, cast(real_margin_pct as double) as real_margin_pct
from marts.fct_deal
where not is_open and card_code = ?
order by close_date desc, deal_name
"""

ORDERS = """
select sales_order.document_number, sales_order.order_date, sales_order.due_date,
    sales_order.order_status, sales_order.expected_date,
    cast(sales_order.net_amount as double) as net_amount,
    cast(sales_order.open_net_amount as double) as open_net_amount, deal.deal_name
from marts.fct_sales_order as sales_order
left join marts.fct_deal as deal on sales_order.opportunity_id = deal.opportunity_id
where sales_order.card_code = ?
order by sales_order.is_open desc, sales_order.order_date desc, sales_order.document_number desc
"""

INVOICES = """
select document_kind, document_number, invoice_date, due_date, order_number,
    cast(net_amount as double) as net_amount, cast(gross_amount as double) as gross_amount,
    cast(open_amount as double) as open_amount
from marts.fct_invoice
where card_code = ?
order by invoice_date desc, document_number desc
"""

ACTIVITIES = """
select kind, activity_date, subject, deal_name, state, owner_name
from marts.fct_customer_activity
where card_code = $code and ((kind = 'case') = $are_cases)
order by activity_date desc, subject
"""

CREDIT_NOTES = """
select
    cause, count(*) as note_lines, cast(sum(net_amount) as double) as net_amount,
    median(days_after_invoice) as days_after_invoice
from marts.fct_credit_note, questions.q_as_of
where document_date > as_of_date - 365 and not is_intercompany
group by cause
order by net_amount desc
"""

COLLECTION = """
select period_start_date as month_start_date, dso_days, best_possible_dso_days,
    countback_dso_days, cei_pct
from marts.fct_dso
where payer_card_code = '*' and period_kind = 'month'
order by period_start_date desc
limit 12
"""
