with recursive trees as (
    select
        tree.item_code,
        greatest(
            coalesce(tree.average_lot_qty, 1),
            coalesce(tree.tree_qty, 1),
            coalesce(item.lot_min_qty, 1),
            1
        ) as usual_order_qty
    from {{ ref('stg_sap_b1__product_tree') }} as tree
    left join {{ ref('int_item') }} as item on tree.item_code = item.item_code
    where
        coalesce(tree.tree_type, 'iProductionTree') = 'iProductionTree'
        and tree.item_code not in (select item_code from {{ ref('int_bom_circle') }})
),

one_level as (
    select
        line.item_code,
        line.component_code,
        line.is_work_centre,
        sum(
            line.per_unit_qty
            + cast(line.fixed_qty as double) / cast(trees.usual_order_qty as double)
        ) as unit_qty
    from {{ ref('int_bom_line') }} as line
    inner join trees on line.item_code = trees.item_code
    group by line.item_code, line.component_code, line.is_work_centre
),

exploded as (
    select
        item_code,
        component_code,
        is_work_centre,
        unit_qty,
        1 as level
    from one_level
    union all
    select
        exploded.item_code,
        one_level.component_code,
        one_level.is_work_centre,
        exploded.unit_qty * one_level.unit_qty as unit_qty,
        exploded.level + 1 as level
    from exploded
    inner join one_level
        on
            not exploded.is_work_centre
            and exploded.component_code = one_level.item_code
    where exploded.level < 50
),

leaves as (
    select exploded.*
    from exploded
    left join trees on exploded.component_code = trees.item_code
    where exploded.is_work_centre or trees.item_code is null
),

priced as (
    select
        leaves.item_code,
        leaves.is_work_centre,
        leaves.unit_qty,
        case
            when leaves.is_work_centre then rate.unit_rate
            else coalesce(nullif(item.unit_cost, 0), purchase.average_price)
        end as unit_price,
        case
            when leaves.is_work_centre then rate.variable_unit_rate
            else coalesce(nullif(item.unit_cost, 0), purchase.average_price)
        end as variable_unit_price
    from leaves
    left join {{ ref('int_work_centre_rate') }} as rate
        on leaves.is_work_centre and leaves.component_code = rate.work_centre
    left join {{ ref('int_item') }} as item
        on not leaves.is_work_centre and leaves.component_code = item.item_code
    left join {{ ref('int_purchase_price') }} as purchase
        on not leaves.is_work_centre and leaves.component_code = purchase.item_code
),

final as (
    select
        item_code,
        {{ money("sum(unit_qty * cast(unit_price as double)) filter (where not is_work_centre)") }}
            as material_unit_cost,
        {{ money("sum(unit_qty * cast(unit_price as double)) filter (where is_work_centre)") }}
            as work_centre_unit_cost,
        {{ money("sum(unit_qty * cast(unit_price as double))") }} as rollup_unit_cost,
        {{ money("sum(unit_qty * cast(variable_unit_price as double))") }}
            as rollup_variable_unit_cost,
        cast(count(*) filter (where unit_price is null) as bigint) as unpriced_count
    from priced
    group by item_code
)

select * from final
