with days_before as (
    select
        item_code,
        max(days_before) as days_before
    from {{ ref('int_operation') }}
    group by item_code
),

sourced as (
    select
        point.stock_point,
        item.source,
        item.is_capacity_checked,
        coalesce(item.is_estimated, false) and days_before.item_code is null
            as is_estimated_by_lead_time,
        item.lead_time_days,
        item.lot_min_qty,
        item.lot_multiple_qty,
        coalesce(days_before.days_before, 0) as days_before
    from {{ ref('int_stock_point') }} as point
    left join {{ ref('int_item') }} as item on point.item_code = item.item_code
    left join days_before on point.item_code = days_before.item_code
),

final as (
    select
        stock_point as item_code,
        coalesce(source, 'none') as source,
        case
            when source = 'buy' or not is_capacity_checked or is_estimated_by_lead_time
                then lead_time_days
        end as lead_time_days,
        coalesce(lot_min_qty, 0) as lot_min_qty,
        coalesce(lot_multiple_qty, 0) as lot_multiple_qty,
        cast(
            case
                when source = 'make'
                    then {{ policy('post_operation_days') }} + days_before
                else 0
            end as integer
        ) as post_operation_days
    from sourced
)

select * from final
