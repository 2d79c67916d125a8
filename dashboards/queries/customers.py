"""Exposure, ageing and open items."""

AGEING = """
select ageing_bucket, cast(sum(open_amount) as double) as open_amount
from marts.fct_receivable
group by ageing_bucket
"""

EXPOSURE = """
select
    card_code, customer_name, credit_level, sap_would_say,
    cast(exposure_amount as double) as exposure_amount,
    cast(credit_limit_amount as double) as credit_limit_amount,
    cast(available_amount as double) as available_amount,
    cast(receivables_amount as double) as receivables_amount,
    cast(overdue_amount as double) as overdue_amount,
    cast(delivered_not_invoiced_amount as double) as delivered_not_invoiced_amount,
    cast(open_orders_amount as double) as open_orders_amount
from marts.fct_exposure
where ? = '' or contains(lower(customer_name), lower(?))
order by available_amount nulls last, exposure_amount desc
"""

OPEN_ITEMS = """
select
    document_kind, document_number, due_date, days_overdue,
    cast(open_amount as double) as open_amount
from marts.fct_receivable
where card_code = ?
order by due_date
"""
