"""Real margin: its bridge from the quote, and sales by month."""

BRIDGE = """
select step_no, step, kind, cast(sum(amount) as double) as amount, count(*) as lines
from marts.fct_margin_bridge
where first_invoice_date > (select as_of_date from questions.q_as_of) - interval 12 month
group by step_no, step, kind
order by step_no
"""

SALES = """
select month_start_date, cast(net_amount as double) as net_amount,
    cast(standard_margin_amount as double) as standard_margin_amount, line_count,
    cast(standard_margin_amount / nullif(costed_net_amount, 0) * 100 as double) as margin_pct,
    uncosted_line_count
from marts.fct_sales_month
where basis = $basis
    and month_start_date > (select as_of_date from questions.q_as_of) - interval 25 month
order by month_start_date
"""

LOWEST = """
select invoice.document_number, invoice.invoice_date, customer.customer_name, invoice.item_code,
    cast(invoice.net_amount as double) as net_amount,
    cast(invoice.quoted_margin_amount as double) as quoted_margin_amount,
    cast(invoice.margin_amount as double) as margin_amount,
    cast(invoice.margin_amount / nullif(invoice.net_amount, 0) * 100 as double) as margin_pct,
    invoice.is_provisional
from marts.fct_real_margin as invoice
left join marts.fct_exposure as customer using (card_code)
where invoice.is_cost_known
    and invoice.invoice_date > (select as_of_date from questions.q_as_of) - interval 12 month
order by invoice.margin_amount - invoice.quoted_margin_amount, invoice.invoice_line_id
limit 25
"""
