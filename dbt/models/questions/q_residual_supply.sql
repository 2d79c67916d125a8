with final as (
    select
        mode,
        supply_id,
        item_code as stock_point,
        available_day,
        expires_day,
        qty
    from {{ source('placement', 'residual_supply') }}
)

select * from final
