-- Purchase lines ordered and not received by the day.
select
    count(*) as lines,
    sum(d.OrderQty) as qty
from PurchaseOrderHeader as h
join PurchaseOrderDetail as d on d.PurchaseOrderID = h.PurchaseOrderID
where h.OrderDate::date <= $as_of
  and d.ModifiedDate::date > $as_of
