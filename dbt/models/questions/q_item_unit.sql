with final as (
    select
        item_code,
        unit,
        inventory_per_unit_qty
    from {{ ref('int_item_unit') }}
)

select * from final
