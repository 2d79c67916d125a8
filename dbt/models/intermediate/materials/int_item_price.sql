{# What an item costs a customer in each price list, as far as the CRM can show it: above zero, without
   tax, in the currency of the books. #}
with lists as (
    select
        price_list_number,
        coalesce(is_gross, false) as is_gross
    from {{ ref('stg_sap_b1__price_list') }}
),

final as (
    select
        price.item_code,
        price.price_list_number,
        price.price,
        case
            when coalesce(price.price, 0) <= 0 then 'PRODUCT_NO_PRICE'
            when coalesce(lists.is_gross, false) then 'PRODUCT_GROSS_PRICE'
            when
                coalesce(nullif(trim(price.currency), ''), {{ policy('company_currency', 'varchar') }})
                <> {{ policy('company_currency', 'varchar') }}
                then 'PRODUCT_FOREIGN_PRICE'
        end as reason_code
    from {{ ref('stg_sap_b1__item_price') }} as price
    left join lists on price.price_list_number = lists.price_list_number
)

select * from final
