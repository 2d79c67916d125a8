with in_force as (
    select *
    from {{ ref('int_override') }}
    where status = 'in_force'
),

{# Days on which a work centre did something for a demand, or let it wait. #}
work_days as (
    select
        demand_id,
        mode,
        work_centre,
        day as from_day,
        day as until_day
    from {{ source('placement', 'booking') }}

    union all

    select
        demand_id,
        mode,
        work_centre,
        from_day,
        to_day as until_day
    from {{ source('placement', 'chain') }}
    where work_centre is not null
),

used_points as (
    select
        demand_id,
        mode,
        item_code as stock_point
    from {{ source('placement', 'peg') }}

    union all

    select
        demand_id,
        mode,
        item_code as stock_point
    from {{ source('placement', 'booking') }}

    union all

    select
        demand_id,
        mode,
        item_code as stock_point
    from {{ source('placement', 'chain') }}

    union all

    select
        demand_id,
        mode,
        reason_key as stock_point
    from {{ source('placement', 'answer') }}
),

touched as (
    select
        work_days.demand_id,
        work_days.mode,
        in_force.override_id
    from in_force
    inner join work_days
        on
            in_force.key = work_days.work_centre
            and work_days.from_day <= in_force.until_date
            and work_days.until_day >= in_force.from_date
    where in_force.kind = 'capacity'

    union

    select
        peg.demand_id,
        peg.mode,
        in_force.override_id
    from in_force
    inner join {{ source('placement', 'peg') }} as peg
        on 'OVERRIDE-' || in_force.override_id = peg.supply_id
    where in_force.kind = 'supply'

    union

    select
        used_points.demand_id,
        used_points.mode,
        in_force.override_id
    from in_force
    inner join {{ ref('int_stock_point') }} as point
        on in_force.key = point.item_code
    inner join used_points
        on point.stock_point = used_points.stock_point
    where in_force.kind = 'hold' or (in_force.kind = 'supply' and in_force.value < 0)
),

final as (
    select distinct
        demand.demand_line_id,
        touched.mode,
        touched.override_id
    from touched
    inner join {{ ref('int_demand') }} as demand on touched.demand_id = demand.demand_id
)

select * from final
