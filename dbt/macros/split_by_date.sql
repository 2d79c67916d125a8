{# What could be with the customer on which day, complete: of a kit only as many whole ones as every component
   allows. One rule for the lines of a run and for a question of the moment. Expects the CTEs `placed` (demand_line_id,
   demand_id, mode; a kit's components differ from their line) and `parts` (the same with per_line_unit_qty, split_date,
   qty); ends in the CTE `split`. #}
{% macro split_by_date() -%}
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
        {{ quantity("""
            case
                when bool_or(demand_id <> demand_line_id) then floor(round(min(cumulative_qty), 6))
                else min(cumulative_qty)
            end
        """) }} as cumulative_qty
    from cumulated
    group by demand_line_id, mode, split_date
),

split as (
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
{%- endmacro %}
