-- Products whose balance after their last movement by the day is below zero.
select
    p.ProductNumber as item,
    m.UnitsBalance as balance
from (
    select ProductID, max_by(UnitsBalance, MovementDate) as UnitsBalance
    from StockMovementDaily
    where MovementDate <= $as_of
    group by ProductID
) as m
join Product as p on p.ProductID = m.ProductID
where m.UnitsBalance < 0
order by 1
