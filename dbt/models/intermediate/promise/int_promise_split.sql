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

component_days as (
    select
        demand_line_id,
        demand_id,
        mode,
        split_date,
        sum(cast(qty as double) / cast(per_line_unit_qty as double)) as line_qty
    from parts
    group by demand_line_id, demand_id, mode, split_date
),

dates as (
    select distinct
        demand_line_id,
        mode,
        split_date
    from component_days
),

components as (
    select
        demand_line_id,
        demand_id,
        mode
    from placed
),

cumulated as (
    select
        dates.demand_line_id,
        dates.mode,
        dates.split_date,
        components.demand_id,
        coalesce(sum(component_days.line_qty), 0) as cumulative_qty
    from dates
    inner join components
        on
            dates.demand_line_id = components.demand_line_id
            and dates.mode = components.mode
    left join component_days
        on
            components.demand_id = component_days.demand_id
            and components.mode = component_days.mode
            and dates.split_date >= component_days.split_date
    group by dates.demand_line_id, dates.mode, dates.split_date, components.demand_id
),

complete as (
    select
        demand_line_id,
        mode,
        split_date,
        {{ quantity('min(cumulative_qty)') }} as cumulative_qty
    from cumulated
    group by demand_line_id, mode, split_date
),

final as (
    select
        demand_line_id,
        mode,
        split_date,
        {{ quantity("""
            cumulative_qty
            - coalesce(lag(cumulative_qty) over (partition by demand_line_id, mode order by split_date), 0)
        """) }} as split_qty,
        cumulative_qty
    from complete
    qualify split_qty > 0
)

select * from final
