with recursive depths as (
    select
        item_code,
        0 as depth
    from {{ ref('int_placement_item') }}
    union
    select
        component.component_code as item_code,
        depths.depth + 1 as depth
    from depths
    inner join {{ ref('int_placement_component') }} as component
        on depths.item_code = component.item_code
    where depths.depth < 50
),

levels as (
    select
        item_code,
        cast(max(depth) as integer) as low_level
    from depths
    group by item_code
),

routes as (
    select
        item_code,
        max(stage_no) - 1 + sum(waiting_days) as route_days
    from (
        select
            item_code,
            stage_no,
            max(waiting_days) as waiting_days
        from {{ ref('int_placement_operation') }}
        group by item_code, stage_no
    ) as stages
    group by item_code
),

final as (
    select
        item.item_code,
        point.item_code as bare_item_code,
        levels.low_level,
        item.source,
        cast(item.lot_min_qty as double) as lot_min_qty,
        cast(item.lot_multiple_qty as double) as lot_multiple_qty,
        coalesce(interval.interval_weeks, 1) as interval_weeks,
        {# A made item is ready the week before it is needed; stages, waiting and what follows it add weeks. #}
        cast(case
            when item.source <> 'make' then 0
            when routes.item_code is null
                then greatest(ceil(coalesce(item.lead_time_days, 0) / 7.0), 0)
            else 1 + floor((routes.route_days + item.post_operation_days) / 7.0)
        end as integer) as offset_weeks,
        routes.item_code is not null as is_levelled
    from {{ ref('int_placement_item') }} as item
    inner join levels on item.item_code = levels.item_code
    inner join {{ ref('int_stock_point') }} as point on item.item_code = point.stock_point
    left join {{ ref('int_item') }} as master on point.item_code = master.item_code
    left join {{ ref('int_order_interval') }} as interval
        on master.order_interval = interval.order_interval
    left join routes on item.item_code = routes.item_code
)

select * from final
