{%- set columns %}
    {{ text('ItemCode') }} as item_code,
    {{ whole('PriceList', 'element') }} as price_list_number,
    {{ text('Currency', 'element') }} as currency,
    {{ amount('Price', 'element') }} as price
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__items') }}
),

parsed as (
    {{ parsed_elements('records', 'ItemPrices', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
