with records as (
    {{ current_raw('sap_b1', 'sap_b1__items') }}
),

elements as (
    {{ unnested('records', 'ItemPrices', 'element') }}
),

final as (
    select
        {{ text('ItemCode') }} as item_code,
        {{ whole('PriceList', 'element') }} as price_list_number,
        {{ text('Currency', 'element') }} as currency,
        {{ amount('Price', 'element') }} as price
    from elements
)

select * from final
