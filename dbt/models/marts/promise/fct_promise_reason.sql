with demands as (
    select
        demand_id,
        demand_line_id,
        mode,
        demand_id = arg_max(demand_id, (delivered_day, demand_id)) over (
            partition by demand_line_id, mode
        ) as is_driving
    from {{ ref('int_promise_demand') }}
    where status = 'placed'
),

final as (
    select
        demands.demand_line_id as promise_line_id,
        chain.demand_id,
        chain.mode,
        cast(chain.seq as integer) as seq,
        chain.kind,
        cast(chain.days as integer) as days,
        point.item_code,
        chain.work_centre,
        cast(chain.from_day as date) as from_date,
        cast(chain.to_day as date) as to_date,
        {{ is_avoidable_term('chain.kind') }} as is_avoidable,
        demands.is_driving
    from {{ source('placement', 'chain') }} as chain
    inner join demands
        on
            chain.demand_id = demands.demand_id
            and chain.mode = demands.mode
    left join {{ ref('int_stock_point') }} as point on chain.item_code = point.stock_point
)

select * from final
