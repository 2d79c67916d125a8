{%- set columns %}
    {{ whole('DocEntry') }} as document_entry,
    {{ whole('LineNum', 'element') }} as line_number,
    {{ whole('DocEntry', 'element') }} as invoice_entry,
    {{ whole('InstallmentId', 'element') }} as installment_id,
    {{ text('InvoiceType', 'element') }} as invoice_type,
    {{ amount('SumApplied', 'element') }} as applied_amount,
    {{ amount('AppliedFC', 'element') }} as applied_fc_amount
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__incoming_payments') }}
),

parsed as (
    {{ parsed_elements('records', 'PaymentInvoices', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
