with recursive component_lines as (
    select
        item_code,
        component_code,
        warehouse_code,
        stage_no,
        per_unit_qty,
        cast(fixed_qty as double) as fixed_qty
    from {{ ref('int_bom_line') }}
    where
        tree_type = 'iProductionTree'
        and not is_work_centre
        and not is_by_product
        and item_code not in (select item_code from {{ ref('int_bom_circle') }})
    union all
    select
        item_code,
        component_code,
        null as warehouse_code,
        stage_no,
        per_unit_qty,
        0 as fixed_qty
    from {{ ref('int_estimate_line') }}
    where not is_work_centre
),

phantoms as (
    select item_code
    from {{ ref('int_item') }}
    where is_phantom and has_bom and coalesce(reason_code, '') <> 'BOM_CIRCLE'
),

exploded as (
    select
        item_code,
        component_code,
        warehouse_code,
        stage_no,
        per_unit_qty,
        fixed_qty,
        1 as level
    from component_lines
    union all
    select
        exploded.item_code,
        component_lines.component_code,
        component_lines.warehouse_code,
        exploded.stage_no,
        exploded.per_unit_qty * component_lines.per_unit_qty as per_unit_qty,
        exploded.fixed_qty * component_lines.per_unit_qty + component_lines.fixed_qty as fixed_qty,
        exploded.level + 1 as level
    from exploded
    inner join phantoms on exploded.component_code = phantoms.item_code
    inner join component_lines on phantoms.item_code = component_lines.item_code
    where exploded.level < 50
),

final as (
    select
        exploded.item_code,
        exploded.component_code,
        {{ stock_point(
            'exploded.component_code',
            "case when component.home_set <> '*' then warehouse.warehouse_set end",
            "coalesce(component.home_set, '*')"
        ) }} as component_point,
        exploded.stage_no,
        coalesce(component.is_inventory_item, true) as is_stock_item,
        component.item_code is null as is_unknown,
        component.lead_time_days,
        sum(exploded.per_unit_qty) as per_unit_qty,
        sum(exploded.fixed_qty) as fixed_qty
    from exploded
    left join {{ ref('int_item') }} as component on exploded.component_code = component.item_code
    left join {{ ref('int_warehouse') }} as warehouse
        on
            exploded.warehouse_code = warehouse.warehouse_code
            and warehouse.is_usable
    where exploded.component_code not in (select item_code from phantoms)
    group by all
)

select * from final
