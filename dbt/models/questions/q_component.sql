with final as (
    select
        item_code as stock_point,
        component_code,
        per_unit_qty,
        fixed_qty,
        stage_no
    from {{ ref('int_placement_component') }}
)

select * from final
