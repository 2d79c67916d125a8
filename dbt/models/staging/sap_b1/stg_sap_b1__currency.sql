{%- set columns %}
    {{ text('Code') }} as currency,
    {{ text('Name') }} as currency_name,
    {{ text('Decimals') }} as decimals
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__currencies') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
