select
    month_start_date as month,
    line_count as lines,
    net_amount,
    standard_cost_amount as standard_cost,
    standard_margin_amount as standard_margin,
    below_cost_line_count as below_cost_lines
from marts.fct_sales_month
where basis = 'ordered'
order by 1
