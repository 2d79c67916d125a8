select
    count(*) as items,
    sum(in_stock_qty) as balance
from marts.fct_inventory_position
