with final as (
    select
        lot.item_code,
        lot.lot_number,
        cast(lot.system_number as bigint) as system_number,
        lot.warehouse_code,
        {{ quantity('lot.lot_qty') }} as lot_qty,
        {{ quantity('case when lot.unusable_reason is null then lot.lot_qty else 0 end') }}
            as usable_qty,
        lot.unusable_reason,
        lot.expiry_date,
        lot.manufacturing_date,
        lot.admission_date,
        cast(lot.expiry_date - {{ as_of_date() }} as integer) as days_to_expiry,
        {{ product('lot.lot_qty', 'item.unit_cost') }} as stock_amount
    from {{ ref('int_lot_stock') }} as lot
    left join {{ ref('int_item') }} as item on lot.item_code = item.item_code
    where lot.lot_number is not null
)

select * from final
