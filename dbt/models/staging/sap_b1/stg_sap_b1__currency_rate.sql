{%- set columns %}
    {{ text('Currency') }} as currency,
    {{ day('Date') }} as rate_date,
    {{ amount('Rate') }} as rate
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__currency_rates') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
