-- Hours of operations ended by the day, by location, and by month.
select
    r.LocationID::varchar as work_centre,
    date_trunc('month', r.ActualEndDate)::date as month,
    sum(r.ActualResourceHrs) as hours,
    count(distinct r.WorkOrderID) as work_orders
from WorkOrderRouting as r
where r.ActualEndDate <= $as_of
group by 1, 2
order by 1, 2
