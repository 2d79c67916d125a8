{# Whether the ERP sells an item, why not, and the unit that its prices are by. #}
with judged as (
    select
        item_code,
        coalesce(sales_unit, inventory_uom) as sales_unit,
        case
            when coalesce(is_frozen, false) then 'PRODUCT_FROZEN'
            when not coalesce(is_valid, true) then 'PRODUCT_NOT_VALID'
            when not coalesce(is_sales_item, true) then 'PRODUCT_NOT_SOLD'
        end as reason_code
    from {{ ref('stg_sap_b1__item') }}
),

final as (
    select
        item_code,
        sales_unit,
        reason_code is null as is_active,
        reason_code
    from judged
)

select * from final
