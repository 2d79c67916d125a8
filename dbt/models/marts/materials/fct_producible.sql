{# One level of the bill, from what firm demand leaves: parts that would have to be made first count as they lie. #}
with horizons (horizon_days) as (
    values (0), (28), (56)
),

parts_free as (
    select
        item_code,
        available_day,
        sum(cast(qty as double)) as qty
    from {{ source('placement', 'residual_supply') }}
    where mode = 'firm'
    group by item_code, available_day
),

components as (
    select
        item_code,
        component_code,
        sum(per_unit_qty) as per_unit_qty
    from {{ ref('int_placement_component') }}
    group by item_code, component_code
    having sum(per_unit_qty) > 0
),

by_component as (
    select
        components.item_code,
        horizons.horizon_days,
        'material' as limit_kind,
        components.component_code as limit_key,
        coalesce(sum(parts_free.qty), 0) / components.per_unit_qty as make_qty
    from components
    cross join horizons
    left join parts_free
        on
            components.component_code = parts_free.item_code
            and parts_free.available_day <= {{ as_of_date() }} + horizons.horizon_days
    group by
        components.item_code, horizons.horizon_days, components.component_code, components.per_unit_qty
),

by_work_centre as (
    select
        operation.item_code,
        horizons.horizon_days,
        'capacity' as limit_kind,
        operation.work_centre as limit_key,
        coalesce(
            sum(
                least(
                    cast(capacity.available as double),
                    coalesce(operation.single_run_per_day, capacity.available)
                )
            ), 0
        ) / operation.per_unit_load as make_qty
    from {{ ref('int_placement_operation') }} as operation
    inner join horizons on horizons.horizon_days > 0
    left join {{ source('placement', 'residual_capacity') }} as capacity
        on
            capacity.mode = 'firm'
            and operation.work_centre = capacity.work_centre
            and capacity.day <= {{ as_of_date() }} + horizons.horizon_days
    where operation.per_unit_load > 0
    group by
        operation.item_code, horizons.horizon_days, operation.work_centre, operation.stage_no,
        operation.per_unit_load
),

limits as (
    select * from by_component
    union all
    select * from by_work_centre
),

final as (
    select
        limits.item_code,
        limits.horizon_days,
        any_value(master.item_name) as item_name,
        any_value(master.inventory_uom) as inventory_uom,
        {{ quantity('floor(greatest(min(limits.make_qty), 0) + 0.000001)') }} as producible_qty,
        arg_min(limits.limit_kind, (limits.make_qty, limits.limit_key)) as limit_kind,
        arg_min(limits.limit_key, (limits.make_qty, limits.limit_key)) as limit_key
    from limits
    inner join {{ ref('int_stock_point') }} as point on limits.item_code = point.stock_point
    inner join {{ ref('int_item') }} as master on point.item_code = master.item_code
    where master.source = 'make'
    group by limits.item_code, limits.horizon_days
)

select * from final
