{%- set columns %}
    {{ whole('DocEntry') }} as document_entry,
    {{ whole('DocNum') }} as document_number,
    {{ text('CardCode') }} as card_code,
    {{ text('FromWarehouse') }} as from_warehouse_code,
    {{ text('ToWarehouse') }} as to_warehouse_code,
    {{ text('DocumentStatus') }} as document_status,
    {{ day('DocDate') }} as document_date,
    {{ day('DueDate') }} as due_date
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__inventory_transfer_requests') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
