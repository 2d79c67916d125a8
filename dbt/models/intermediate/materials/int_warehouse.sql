with final as (
    select
        warehouse.warehouse_code,
        warehouse.warehouse_name,
        coalesce(mapping.warehouse_set, warehouse.warehouse_code) as warehouse_set,
        coalesce(warehouse.is_drop_ship, false) as is_drop_ship,
        case
            when warehouse.is_inactive then 'inactive'
            when warehouse.is_drop_ship then 'drop_ship'
            when not coalesce(warehouse.is_nettable, true) then 'not_nettable'
        end as unusable_reason,
        unusable_reason is null as is_usable
    from {{ ref('stg_sap_b1__warehouse') }} as warehouse
    left join
        {{ ref('warehouse_set') }} as mapping
        on warehouse.warehouse_code = mapping.warehouse_code
)

select * from final
