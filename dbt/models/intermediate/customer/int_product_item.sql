{# Which item a product of the CRM is: by hand, else by its code. A claim that two products make on one
   item stands for neither. #}
with claims as (
    select
        product.product_id,
        product.product_code,
        product.sales_unit,
        product.is_active,
        coalesce(by_hand.item_code, trim(product.product_code)) as item_code
    from {{ ref('stg_salesforce__product') }} as product
    left join {{ ref('product_item') }} as by_hand
        on product.product_id = by_hand.product_id
),

final as (
    select
        claims.product_id,
        claims.item_code,
        claims.sales_unit,
        claims.is_active,
        count(*) over (partition by claims.item_code) = 1 as is_matched
    from claims
    inner join {{ ref('stg_sap_b1__item') }} as item
        on claims.item_code = item.item_code
)

select * from final
