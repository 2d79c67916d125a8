{%- set columns %}
    {{ whole('DocEntry') }} as document_entry,
    {{ whole('LineNum', 'element') }} as line_number,
    {{ whole('CheckNumber', 'element') }} as check_number,
    {{ text('Currency', 'element') }} as currency,
    {{ amount('CheckSum', 'element') }} as check_amount,
    {{ day('DueDate', 'element') }} as due_date
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__incoming_payments') }}
),

parsed as (
    {{ parsed_elements('records', 'PaymentChecks', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
