select
    month_start_date as month,
    line_count as lines,
    net_amount
from marts.fct_sales_month
where basis = 'delivered'
order by 1
