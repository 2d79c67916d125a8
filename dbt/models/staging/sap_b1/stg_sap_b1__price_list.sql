{%- set columns %}
    {{ whole('PriceListNo') }} as price_list_number,
    {{ whole('BasePriceList') }} as base_price_list_number,
    {{ text('PriceListName') }} as price_list_name,
    {{ text('DefaultPrimeCurrency') }} as currency,
    {{ flag('IsGrossPrice') }} as is_gross,
    {{ flag('Active') }} as is_active,
    {{ amount('Factor') }} as factor,
    {{ day('ValidFrom') }} as valid_from_date,
    {{ day('ValidTo') }} as valid_to_date
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__price_lists') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
