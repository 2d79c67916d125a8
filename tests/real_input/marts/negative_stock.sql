select
    item_code as item,
    in_stock_qty as balance
from marts.fct_inventory_position
where is_negative
order by 1
