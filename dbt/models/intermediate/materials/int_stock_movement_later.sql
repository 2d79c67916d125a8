with final as (
    select
        item_code,
        warehouse_code,
        cast(sum(moved_qty) as decimal(18, 6)) as moved_qty
    from {{ ref('int_stock_movement') }}
    where is_after_as_of and warehouse_code is not null
    group by item_code, warehouse_code
)

select * from final
