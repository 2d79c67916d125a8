with records as (
    {{ current_raw('sap_b1', 'sap_b1__incoming_payments') }}
),

elements as (
    {{ unnested('records', 'PaymentInvoices', 'element') }}
),

final as (
    select
        {{ whole('DocEntry') }} as document_entry,
        {{ whole('LineNum', 'element') }} as line_number,
        {{ whole('DocEntry', 'element') }} as invoice_entry,
        {{ whole('InstallmentId', 'element') }} as installment_id,
        {{ text('InvoiceType', 'element') }} as invoice_type,
        {{ amount('SumApplied', 'element') }} as applied_amount,
        {{ amount('AppliedFC', 'element') }} as applied_fc_amount
    from elements
)

select * from final
