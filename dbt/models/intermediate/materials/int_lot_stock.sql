with held as (
    select
        key as item_code,
        lot_number
    from {{ ref('int_override') }}
    where kind = 'hold' and status = 'in_force'
),

final as (
    select
        lot.item_code,
        lot.lot_number,
        coalesce(lot.system_number, 0) as system_number,
        lot.warehouse_code,
        coalesce(warehouse.warehouse_set, lot.warehouse_code) as warehouse_set,
        sum(lot.lot_qty) as lot_qty,
        max(lot.expiry_date) as expiry_date,
        max(lot.manufacturing_date) as manufacturing_date,
        max(lot.admission_date) as admission_date,
        bool_or(
            coalesce(lot.lot_status, '0') not in ('0', 'bdsStatus_Released')
            or exists (
                select 1
                from held
                where
                    lot.item_code = held.item_code
                    and lot.lot_number = coalesce(held.lot_number, lot.lot_number)
            )
        ) as is_held,
        coalesce(bool_or(lot.expiry_date <= {{ as_of_date() }}), false) as is_expired,
        case
            when any_value(warehouse.warehouse_code) is null then 'unknown_warehouse'
            when
                any_value(warehouse.unusable_reason) is not null
                then any_value(warehouse.unusable_reason)
            when is_held then 'held'
            when is_expired then 'expired'
        end as unusable_reason
    from {{ ref('stg_sap_b1__lot_quantity') }} as lot
    left join
        {{ ref('int_warehouse') }} as warehouse
        on lot.warehouse_code = warehouse.warehouse_code
    where lot.lot_qty <> 0
    group by
        lot.item_code,
        lot.lot_number,
        lot.system_number,
        lot.warehouse_code,
        warehouse.warehouse_set
)

select * from final
