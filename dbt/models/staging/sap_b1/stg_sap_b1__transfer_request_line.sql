{%- set columns %}
    {{ whole('DocEntry') }} as document_entry,
    {{ whole('LineNum', 'element') }} as line_number,
    {{ text('ItemCode', 'element') }} as item_code,
    {{ text('WarehouseCode', 'element') }} as warehouse_code,
    {{ text('FromWarehouseCode', 'element') }} as from_warehouse_code,
    {{ text('LineStatus', 'element') }} as line_status,
    {{ amount('Quantity', 'element') }} as line_qty,
    {{ amount('InventoryQuantity', 'element') }} as inventory_qty,
    {{ amount('RemainingOpenInventoryQuantity', 'element') }} as open_inventory_qty
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__inventory_transfer_requests') }}
),

parsed as (
    {{ parsed_elements('records', 'StockTransferLines', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
