with placed as (
    select *
    from {{ ref('int_promise_demand') }}
    where status = 'placed'
),

taken as (
    select
        placed.demand_line_id,
        placed.demand_id,
        placed.mode,
        placed.per_line_unit_qty,
        least(
            greatest(peg.day, {{ as_of_date() }}) + placed.transit_days, placed.delivered_day
        ) as split_date,
        peg.qty
    from {{ source('placement', 'peg') }} as peg
    inner join placed
        on
            peg.demand_id = placed.demand_id
            and peg.mode = placed.mode
    where peg.is_top and not starts_with(peg.supply_id, 'buy:')
),

obtained as (
    select
        demand_line_id,
        demand_id,
        mode,
        per_line_unit_qty,
        coalesce(make_ready_day, ready_day)
        + cast(delivered_day - ready_day as integer) as split_date,
        to_make_qty + to_buy_qty as qty
    from placed
    where to_make_qty + to_buy_qty > 0
),

parts as (
    select * from taken
    union all
    select * from obtained
),

{{ split_by_date() }},

final as (
    select *
    from split
)

select * from final
