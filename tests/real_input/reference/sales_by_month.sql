-- Net sales and standard margin of what was ordered, by month; the standard in force on the order's day.
select
    date_trunc('month', h.OrderDate)::date as month,
    count(*) as lines,
    sum(d.LineTotal) as net_amount,
    sum(d.OrderQty * c.StandardCost) as standard_cost,
    sum(d.LineTotal) - sum(d.OrderQty * c.StandardCost) as standard_margin,
    count(*) filter (where d.LineTotal < d.OrderQty * c.StandardCost) as below_cost_lines
from SalesOrderHeader as h
join SalesOrderDetail as d on d.SalesOrderID = h.SalesOrderID
join ProductCostHistory as c
  on c.ProductID = d.ProductID
 and h.OrderDate between c.StartDate::date and coalesce(c.EndDate::date, date '9999-12-31')
where h.OrderDate <= $as_of
group by 1
order by 1
