with asked as (
    select
        demand.demand_id,
        demand.demand_line_id,
        demand.demand_class,
        demand.demand_rank,
        demand.item_code,
        demand.stock_point,
        demand.demand_qty,
        demand.per_line_unit_qty,
        demand.transit_days,
        demand.requested_date,
        unnest(case when demand.demand_kind = 'firm' then ['firm'] else ['alone', 'queue'] end)
            as mode
    from {{ ref('int_demand') }} as demand
),

violated as (
    select
        demand_id,
        mode,
        min(proof) as proof
    from {{ ref('int_promise_violation') }}
    group by demand_id, mode
),

named_items as (
    select
        point.stock_point,
        item.item_code,
        item.reason_code
    from {{ ref('int_stock_point') }} as point
    inner join {{ ref('int_item') }} as item on point.item_code = item.item_code
),

{{ promise_of_demand(
    answer=source('placement', 'answer'), chain=source('placement', 'chain'),
    lift=source('placement', 'lift'), items='named_items'
) }},

final as (
    select *
    from answered
)

select * from final
