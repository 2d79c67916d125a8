with used_points as (
    select
        demand_id,
        mode,
        item_code as stock_point
    from {{ source('placement', 'peg') }}

    union

    select
        demand_id,
        mode,
        item_code as stock_point
    from {{ source('placement', 'booking') }}

    union

    select
        demand_id,
        mode,
        item_code as stock_point
    from {{ source('placement', 'chain') }}

    union

    select
        demand_id,
        mode,
        reason_key as stock_point
    from {{ source('placement', 'answer') }}
),

final as (
    select
        used_points.demand_id,
        used_points.mode,
        point.item_code
    from used_points
    inner join {{ ref('int_stock_point') }} as point
        on used_points.stock_point = point.stock_point
)

select * from final
