with final as (
    select
        placed.item_code as stock_point,
        point.item_code,
        item.item_name,
        item.inventory_uom,
        placed.source,
        placed.lead_time_days,
        placed.lot_min_qty,
        placed.lot_multiple_qty,
        placed.post_operation_days,
        coalesce(item.is_capacity_checked, true) as is_capacity_checked,
        coalesce(item.is_kit, false) as is_kit,
        item.reason_code,
        item.reason_detail
    from {{ ref('int_placement_item') }} as placed
    inner join {{ ref('int_stock_point') }} as point on placed.item_code = point.stock_point
    left join {{ ref('int_item') }} as item on point.item_code = item.item_code
)

select * from final
