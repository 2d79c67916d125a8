with stock as (
    select
        item_code,
        {{ quantity('sum(in_stock_qty)') }} as on_hand_qty,
        {{ quantity('sum(usable_qty)') }} as usable_qty
    from {{ ref('int_stock') }}
    group by item_code
),

final as (
    select
        item.item_code,
        item.item_name,
        item.family,
        cast(item.item_group_code as bigint) as item_group_code,
        item.inventory_uom,
        item.stock_class,
        item.source,
        item.lead_time_days,
        item.lead_time_origin,
        item.lot_min_qty,
        item.lot_multiple_qty,
        cast(yields.yield as double) as yield_share,
        item.unit_cost,
        coalesce(stock.on_hand_qty, 0) as on_hand_qty,
        coalesce(stock.usable_qty, 0) as usable_qty,
        item.is_lot_managed,
        item.is_kit,
        item.is_component,
        item.has_bom,
        item.has_routing,
        item.is_capacity_checked,
        item.reason_code,
        item.reason_detail
    from {{ ref('int_item') }} as item
    left join stock on item.item_code = stock.item_code
    left join {{ ref('int_item_yield') }} as yields on item.item_code = yields.item_code
)

select * from final
