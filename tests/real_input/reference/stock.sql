-- All balances of that day.
select
    count(*) as items,
    sum(UnitsBalance) as balance
from (
    select ProductID, max_by(UnitsBalance, MovementDate) as UnitsBalance
    from StockMovementDaily
    where MovementDate <= $as_of
    group by ProductID
)
