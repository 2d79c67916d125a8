select
    work_centre,
    month_start_date as month,
    actual_hours as hours,
    work_order_count as work_orders
from marts.fct_work_centre_month
order by 1, 2
