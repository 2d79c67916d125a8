"""What a question can be asked about, and the stock behind its answer."""

ITEMS = """
select item_code, coalesce(item_name, item_code) as item_name, inventory_uom
from questions.q_item
where item_code = stock_point
order by item_name, item_code
"""

CUSTOMERS = """
select card_code, coalesce(card_name, card_code) as customer_name
from questions.q_customer
order by customer_name, card_code
"""

AS_OF = "select as_of_date, horizon_date from questions.q_as_of"

STOCK = """
select warehouse_name, warehouse_code, cast(in_stock_qty as double) as in_stock_qty,
    cast(usable_qty as double) as usable_qty, unusable_reason
from marts.fct_inventory_position
where item_code = ? and in_stock_qty <> 0
order by warehouse_code
"""
