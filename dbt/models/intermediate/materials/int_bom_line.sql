with trees as (
    select
        item_code,
        coalesce(tree_type, 'iProductionTree') as tree_type,
        case when tree_qty > 0 then tree_qty else 1 end as tree_qty
    from {{ ref('stg_sap_b1__product_tree') }}
),

stages as (
    select
        item_code,
        stage_id,
        dense_rank()
            over (partition by item_code order by coalesce(sequence_number, stage_id), stage_id)
            as stage_no
    from {{ ref('stg_sap_b1__product_tree_stage') }}
),

work_centres as (
    select distinct work_centre_code
    from {{ ref('stg_sap_b1__work_centre') }}
),

final as (
    select
        trees.item_code,
        trees.tree_type,
        line.child_number,
        line.component_code,
        coalesce(
            line.item_type = 'pit_Resource',
            work_centres.work_centre_code is not null and item.item_code is null
        ) as is_work_centre,
        line.warehouse_code,
        cast(coalesce(stages.stage_no, 1) as integer) as stage_no,
        line.component_qty,
        trees.tree_qty,
        cast(line.component_qty as double) / cast(trees.tree_qty as double) as per_unit_qty,
        coalesce(line.additional_qty, 0) as fixed_qty,
        line.component_qty < 0 as is_by_product
    from trees
    inner join {{ ref('stg_sap_b1__product_tree_line') }} as line
        on trees.item_code = line.item_code
    left join stages
        on
            line.item_code = stages.item_code
            and line.stage_id = stages.stage_id
    left join work_centres on line.component_code = work_centres.work_centre_code
    left join {{ ref('stg_sap_b1__item') }} as item on line.component_code = item.item_code
    where
        line.component_code is not null
        and coalesce(line.item_type, '') <> 'pit_Text'
)

select * from final
