select
    count(*) as work_orders,
    count(*) filter (where is_open) as open,
    count(*) filter (where is_open and is_late) as open_late,
    count(*) filter (where not is_open and is_late) as ended_late,
    sum(case when is_open then planned_qty else 0 end) as open_qty,
    sum(completed_qty) as completed_qty,
    sum(rejected_qty) as rejected_qty
from marts.fct_work_order
