with final as (
    select
        kit_code,
        component_code,
        per_unit_qty
    from {{ ref('int_kit_component') }}
)

select * from final
