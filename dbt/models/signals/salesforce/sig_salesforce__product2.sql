{%- set values = {
    'item': ['code', 'worded.item_code'],
    'list': ['number', 'worded.price_list_number'],
} -%}
{%- set language = var('language', 'es') %}

-- The fields keep the capitals of the API.
-- noqa: disable=CP02
with validity as (
    select * from {{ ref('int_signal_validity') }}
),

prices as (
    select *
    from {{ ref('int_item_price') }}
    where price_list_number = {{ policy('standard_price_list') }}
),

items as (
    select
        item.item_code,
        item.sales_unit,
        {{ policy('standard_price_list') }} as price_list_number,
        item.is_active,
        prices.item_code is not null and prices.reason_code is null as is_priced,
        case
            when item.reason_code is not null then item.reason_code
            when prices.item_code is null then 'PRODUCT_NO_PRICE'
            when prices.reason_code is not null then prices.reason_code
            else 'PRODUCT_SOLD'
        end as sentence_code
    from {{ ref('int_sold_item') }} as item
    left join prices on item.item_code = prices.item_code
),

claimed as (
    select
        item_code,
        any_value(product_id) as product_id,
        bool_and(is_matched) as is_matched
    from {{ ref('int_product_item') }}
    group by item_code
),

{# An item that no product stands for gets one when it is sold and has a price. #}
worded as (
    select
        claimed.product_id,
        items.*,
        claimed.item_code is null as is_to_be_made,
        coalesce(reason.{{ language }}, items.sentence_code) as template
    from items
    left join claimed on items.item_code = claimed.item_code
    left join {{ ref('reason_text') }} as reason on items.sentence_code = reason.code
    where
        claimed.is_matched
        or (
            claimed.item_code is null
            and items.is_active
            and items.is_priced
            and {{ policy('new_products', 'varchar') }} = 'yes'
        )
),

final as (
    select
        worded.product_id as Id,
        worded.is_to_be_made,
        worded.item_code as Promesa_Item_Code__c,
        worded.item_code as ProductCode,
        worded.item_code as Name,
        {{ plain_code('worded.sales_unit') }} as QuantityUnitOfMeasure,
        worded.is_active as IsActive,
        validity.as_of_at as Promesa_As_Of__c,
        validity.expires_at as Promesa_Expires__c,
        left({{ sentence('worded.template', values, language) }}, 255) as Promesa_Reason__c,
        validity.renew_after_at,
        validity.renew_live_before_at
    from worded
    cross join validity
)

select * from final
