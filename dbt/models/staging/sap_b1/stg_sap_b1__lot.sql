{%- set columns %}
    {{ whole('DocEntry') }} as lot_entry,
    {{ text('ItemCode') }} as item_code,
    {{ text('Batch') }} as lot_number,
    {{ whole('SystemNumber') }} as system_number,
    {{ text('BatchAttribute1') }} as supplier_lot_number,
    {{ text('BatchAttribute2') }} as second_attribute,
    {{ text('Status') }} as lot_status,
    {{ text('Details') }} as details,
    {{ day('AdmissionDate') }} as admission_date,
    {{ day('ManufacturingDate') }} as manufacturing_date,
    {{ day('ExpirationDate') }} as expiry_date
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__batch_number_details') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
