{%- set columns %}
    {{ whole('DocEntry') }} as document_entry,
    {{ whole('DocNum') }} as document_number,
    {{ text('CardCode') }} as card_code,
    {{ text('DocType') }} as document_type,
    {{ text('DocCurrency') }} as currency,
    {{ text('BillofExchangeStatus') }} as bill_of_exchange_status,
    {{ text('PaymentType') }} as payment_type,
    {{ flag('Cancelled') }} as is_cancelled,
    {{ amount('DocRate') }} as document_rate,
    {{ amount('CashSum') }} as cash_amount,
    {{ amount('TransferSum') }} as transfer_amount,
    {{ amount('BillOfExchangeAmount') }} as bill_of_exchange_amount,
    {{ day('DocDate') }} as document_date,
    {{ day('DueDate') }} as due_date,
    {{ day('TransferDate') }} as transfer_date
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__incoming_payments') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
