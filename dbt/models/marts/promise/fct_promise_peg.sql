with final as (
    select
        coalesce(demand.demand_line_id, peg.demand_id) as promise_line_id,
        peg.demand_id,
        peg.mode,
        coalesce(point.item_code, peg.item_code) as item_code,
        peg.supply_id,
        cast(peg.day as date) as day,
        {{ quantity('sum(peg.qty)') }} as pegged_qty,
        peg.is_top
    from {{ source('placement', 'peg') }} as peg
    left join {{ ref('int_demand') }} as demand on peg.demand_id = demand.demand_id
    left join {{ ref('int_stock_point') }} as point on peg.item_code = point.stock_point
    where peg.qty > 0.0000005
    group by all
)

select * from final
