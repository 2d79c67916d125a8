with final as (
    select
        source_item_code,
        source_lot_number,
        item_code,
        lot_number,
        level,
        is_direct,
        is_whole
    from {{ ref('int_lot_reach') }}
)

select * from final
