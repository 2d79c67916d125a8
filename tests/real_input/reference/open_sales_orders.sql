-- Orders placed by the day and not shipped by it, their lines and the net value of those lines.
select
    count(distinct h.SalesOrderID) as orders,
    count(*) as lines,
    sum(d.LineTotal) as net_amount
from SalesOrderHeader as h
join SalesOrderDetail as d on d.SalesOrderID = h.SalesOrderID
where h.OrderDate <= $as_of
  and h.ShipDate > $as_of
