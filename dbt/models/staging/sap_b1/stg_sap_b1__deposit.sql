{%- set columns %}
    {{ whole('AbsEntry') }} as deposit_entry,
    {{ whole('DepositNumber') }} as deposit_number,
    {{ text('DepositType') }} as deposit_type,
    {{ text('DepositCurrency') }} as currency,
    {{ text('DepositAccount') }} as account_code,
    {{ amount('TotalLC') }} as total_amount,
    {{ amount('TotalFC') }} as total_fc_amount,
    {{ day('DepositDate') }} as deposit_date
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__deposits') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
