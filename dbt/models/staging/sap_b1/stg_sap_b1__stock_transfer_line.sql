{%- set columns %}
    {{ whole('DocEntry') }} as document_entry,
    {{ whole('LineNum', 'element') }} as line_number,
    {{ text('ItemCode', 'element') }} as item_code,
    {{ text('FromWarehouseCode', 'element') }} as from_warehouse_code,
    {{ text('WarehouseCode', 'element') }} as to_warehouse_code,
    {{ text('BaseType', 'element') }} as base_type,
    {{ whole('BaseEntry', 'element') }} as base_entry,
    {{ whole('BaseLine', 'element') }} as base_line,
    {{ amount('Quantity', 'element') }} as line_qty,
    {{ amount('InventoryQuantity', 'element') }} as inventory_qty
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__stock_transfers') }}
),

parsed as (
    {{ parsed_elements('records', 'StockTransferLines', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
