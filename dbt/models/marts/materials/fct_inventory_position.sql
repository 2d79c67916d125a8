with final as (
    select
        item_code,
        warehouse_code,
        warehouse_name,
        warehouse_set,
        in_stock_qty,
        usable_qty,
        held_qty,
        expired_qty,
        unusable_reason,
        committed_qty,
        ordered_qty,
        unit_cost,
        stock_amount,
        is_negative,
        grade
    from {{ ref('int_stock') }}
    where is_inventory_item
)

select * from final
