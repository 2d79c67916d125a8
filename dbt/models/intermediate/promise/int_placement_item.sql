with days_before as (
    select
        item_code,
        max(days_before) as days_before
    from {{ ref('int_operation') }}
    group by item_code
),

final as (
    select
        point.stock_point as item_code,
        coalesce(item.source, 'none') as source,
        case when item.source = 'buy' then item.lead_time_days end as lead_time_days,
        coalesce(item.lot_min_qty, 0) as lot_min_qty,
        coalesce(item.lot_multiple_qty, 0) as lot_multiple_qty,
        cast(
            {{ policy('post_operation_days') }}
            * case when item.source = 'make' then 1 else 0 end
            + coalesce(case when item.source = 'make' then days_before.days_before end, 0)
            + case
                when item.source = 'make' and not item.is_capacity_checked then coalesce(item.lead_time_days, 0)
                else 0
            end as integer
        ) as post_operation_days
    from {{ ref('int_stock_point') }} as point
    left join {{ ref('int_item') }} as item on point.item_code = item.item_code
    left join days_before on point.item_code = days_before.item_code
)

select * from final
