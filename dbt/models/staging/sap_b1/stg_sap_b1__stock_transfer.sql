{%- set columns %}
    {{ whole('DocEntry') }} as document_entry,
    {{ whole('DocNum') }} as document_number,
    {{ text('CardCode') }} as card_code,
    {{ text('FromWarehouse') }} as from_warehouse_code,
    {{ text('ToWarehouse') }} as to_warehouse_code,
    {{ text('DocumentStatus') }} as document_status,
    {{ text('Comments') }} as comments,
    {{ day('DocDate') }} as document_date,
    {{ day('CreationDate') }} as created_date,
    {{ day('UpdateDate') }} as updated_date
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__stock_transfers') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
