with recursive kit_lines as (
    select
        line.item_code,
        line.component_code,
        line.per_unit_qty
    from {{ ref('int_bom_line') }} as line
    inner join {{ ref('int_item') }} as kit on line.item_code = kit.item_code
    where
        kit.is_kit
        and coalesce(kit.reason_code, '') <> 'BOM_CIRCLE'
        and line.tree_type <> 'iProductionTree'
        and not line.is_work_centre
        and line.per_unit_qty > 0
),

exploded as (
    select
        item_code as kit_code,
        component_code,
        per_unit_qty,
        1 as level
    from kit_lines
    union all
    select
        exploded.kit_code,
        kit_lines.component_code,
        exploded.per_unit_qty * kit_lines.per_unit_qty as per_unit_qty,
        exploded.level + 1 as level
    from exploded
    inner join kit_lines on exploded.component_code = kit_lines.item_code
    where exploded.level < 50
),

final as (
    select
        exploded.kit_code,
        exploded.component_code,
        {{ quantity('sum(exploded.per_unit_qty)') }} as per_unit_qty
    from exploded
    inner join {{ ref('int_item') }} as component on exploded.component_code = component.item_code
    where component.is_inventory_item and not component.is_kit
    group by exploded.kit_code, exploded.component_code
)

select * from final
