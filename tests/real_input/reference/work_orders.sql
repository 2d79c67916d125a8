-- Work orders started by the day: still open, open and overdue, ended late.
select
    count(*) as work_orders,
    count(*) filter (where EndDate > $as_of) as open,
    count(*) filter (where EndDate > $as_of and DueDate < $as_of) as open_late,
    count(*) filter (where EndDate <= $as_of and EndDate > DueDate) as ended_late,
    sum(case when EndDate > $as_of then OrderQty else 0 end) as open_qty,
    sum(case when EndDate <= $as_of then StockedQty else 0 end) as completed_qty,
    sum(case when EndDate <= $as_of then ScrappedQty else 0 end) as rejected_qty
from WorkOrder
where StartDate <= $as_of
