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
        used.demand_id,
        used.mode,
        in_force.override_id
    from in_force
    inner join {{ ref('int_promise_use') }} as used
        on in_force.key = used.item_code
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
