{%- set columns %}
    {{ whole('DocEntry') }} as document_entry,
    {{ whole('LineNumber', 'element') }} as line_number,
    {{ text('Number', 'element') }} as item_code,
    {{ text('Warehouse', 'element') }} as warehouse_code,
    {{ text('BaseDocumentType', 'element') }} as base_type,
    {{ whole('BaseEntry', 'element') }} as base_entry,
    {{ whole('BaseLine', 'element') }} as base_line,
    {{ amount('Quantity', 'element') }} as received_qty,
    {{ amount('BaseDocumentValueLineTotal', 'element') }} as base_amount,
    {{ amount('AllocatedCostsLineTotal', 'element') }} as allocated_amount
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__landed_costs') }}
),

parsed as (
    {{ parsed_elements('records', 'LandedCost_ItemLines', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
