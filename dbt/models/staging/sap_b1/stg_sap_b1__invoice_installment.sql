{%- set columns %}
    {{ whole('DocEntry') }} as document_entry,
    {{ whole('InstallmentId', 'element') }} as installment_id,
    {{ amount('Percentage', 'element') }} as share_pct,
    {{ amount('Total', 'element') }} as total_amount,
    {{ amount('TotalFC', 'element') }} as total_fc_amount,
    {{ day('DueDate', 'element') }} as due_date
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__invoices') }}
),

parsed as (
    {{ parsed_elements('records', 'DocumentInstallments', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
