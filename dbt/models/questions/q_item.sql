with placed as (
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
        estimate.lead_days as estimated_lead_days,
        estimate.shortest_lead_days,
        estimate.longest_lead_days,
        item.reason_code,
        item.reason_detail
    from {{ ref('int_placement_item') }} as placed
    inner join {{ ref('int_stock_point') }} as point on placed.item_code = point.stock_point
    left join {{ ref('int_item') }} as item on point.item_code = item.item_code
    left join {{ ref('int_item_estimate') }} as estimate on point.item_code = estimate.item_code
),

{# Kits and services compete for no supply of their own: a kit is asked by its components, a service has its reason. #}
unplaced as (
    select
        item_code as stock_point,
        item_code,
        item_name,
        inventory_uom,
        'none' as source,
        cast(null as integer) as lead_time_days,
        {{ quantity('0') }} as lot_min_qty,
        {{ quantity('0') }} as lot_multiple_qty,
        0 as post_operation_days,
        is_capacity_checked,
        is_kit,
        cast(null as integer) as estimated_lead_days,
        cast(null as integer) as shortest_lead_days,
        cast(null as integer) as longest_lead_days,
        reason_code,
        reason_detail
    from {{ ref('int_item') }}
    where item_code not in (select stock_point from placed)
),

final as (
    select * from placed
    union all
    select * from unplaced
)

select * from final
