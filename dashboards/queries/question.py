"""One question: what the engine is given, and the table macros that read its answers."""

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

PRICE = """
select cast(last_unit_price as double) as last_unit_price, last_price_date
from questions.q_item_price
where item_code = ?
"""

STOCK = """
select warehouse_name, warehouse_code, cast(in_stock_qty as double) as in_stock_qty,
    cast(usable_qty as double) as usable_qty, unusable_reason
from marts.fct_inventory_position
where item_code = ? and in_stock_qty <> 0
order by warehouse_code
"""

DEMAND = "from questions.q_asked_demand(?, ?, ?)"
ANSWER = "from questions.q_answer(?, ?, ?, ?, ?, ?, ?, ?, ?)"
REASON = "from questions.q_answer_reason(?, ?, ?, ?, ?) order by mode, seq"

# What the engine reads, by its own names: it knows an item by its stock point.
ENGINE = {
    "item": """
        select stock_point as item_code, source, lead_time_days, lot_min_qty, lot_multiple_qty,
            post_operation_days
        from questions.q_item
    """,
    "component": """
        select stock_point as item_code, component_code, per_unit_qty, fixed_qty, stage_no
        from questions.q_component
    """,
    "operation": """
        select stock_point as item_code, stage_no, work_centre, per_unit_load, fixed_load,
            waiting_days, single_run_per_day
        from questions.q_operation
    """,
    "residual_capacity": """
        select mode, work_centre, day, available, capacity, is_working
        from questions.q_residual_capacity
    """,
    "residual_supply": """
        select mode, supply_id, stock_point as item_code, available_day, expires_day, qty
        from questions.q_residual_supply
    """,
}
