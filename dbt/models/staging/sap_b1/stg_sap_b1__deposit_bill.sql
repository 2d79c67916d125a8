{%- set columns %}
    {{ whole('AbsEntry') }} as deposit_entry,
    {{ whole('BOEKey', 'element') }} as bill_key,
    {{ whole('BOENumber', 'element') }} as bill_number,
    {{ text('BOEStatus', 'element') }} as bill_status,
    {{ amount('Amount', 'element') }} as bill_amount,
    {{ day('DueDate', 'element') }} as due_date
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__deposits') }}
),

parsed as (
    {{ parsed_elements('records', 'BOELines', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
