{%- set columns %}
    {{ whole('AbsEntry') }} as deposit_entry,
    {{ whole('CheckKey', 'element') }} as check_key,
    {{ whole('CheckNumber', 'element') }} as check_number,
    {{ text('Customer', 'element') }} as card_code,
    {{ text('CheckCurrency', 'element') }} as currency,
    {{ amount('CheckAmount', 'element') }} as check_amount,
    {{ day('CheckDate', 'element') }} as check_date
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__deposits') }}
),

parsed as (
    {{ parsed_elements('records', 'CheckLines', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
