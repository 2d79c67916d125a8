-- Net value of what was shipped by the day, by month of shipment.
select
    date_trunc('month', h.ShipDate)::date as month,
    count(*) as lines,
    sum(d.LineTotal) as net_amount
from SalesOrderHeader as h
join SalesOrderDetail as d on d.SalesOrderID = h.SalesOrderID
where h.ShipDate <= $as_of
group by 1
order by 1
