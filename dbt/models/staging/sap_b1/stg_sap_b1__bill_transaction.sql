{%- set columns %}
    {{ whole('BOETransactionkey') }} as bill_transaction_key,
    {{ text('StatusFrom') }} as status_from,
    {{ text('StatusTo') }} as status_to,
    {{ day('TransactionDate') }} as transaction_date,
    {{ day('PostingDate') }} as posting_date,
    {{ whole('BillOfExchangeNo', 'element') }} as bill_number,
    {{ text('BillOfExchangeType', 'element') }} as bill_type,
    {{ day('BillOfExchangeDueDate', 'element') }} as due_date
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__bill_of_exchange_transactions') }}
),

parsed as (
    {{ parsed_elements('records', 'BillOfExchangeTransactionLines', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
