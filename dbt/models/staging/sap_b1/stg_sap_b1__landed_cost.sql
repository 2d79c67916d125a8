{%- set columns %}
    {{ whole('DocEntry') }} as document_entry,
    {{ whole('LandedCostNumber') }} as document_number,
    {{ text('VendorCode') }} as card_code,
    {{ text('Broker') }} as broker_card_code,
    {{ text('Reference') }} as reference,
    {{ text('DocumentCurrency') }} as currency,
    {{ text('ClosedDocument') }} as document_status,
    {{ amount('DocumentRate') }} as document_rate,
    {{ amount('BeforeTax') }} as before_tax_amount,
    {{ amount('Total') }} as total_amount,
    {{ amount('ActualCustoms') }} as actual_customs_amount,
    {{ day('PostingDate') }} as posting_date,
    {{ day('DueDate') }} as due_date
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__landed_costs') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
