{%- set columns %}
    {{ whole('AbsoluteEntry') }} as work_order_entry,
    {{ whole('DocumentNumber') }} as work_order_number,
    {{ text('ItemNo') }} as item_code,
    {{ text('Warehouse') }} as warehouse_code,
    {{ text('CustomerCode') }} as customer_card_code,
    {{ whole('ProductionOrderOriginEntry') }} as origin_entry,
    {{ text('ProductionOrderStatus') }} as work_order_status,
    {{ text('ProductionOrderType') }} as work_order_type,
    {{ text('ProductionOrderOrigin') }} as origin,
    {{ text('InventoryUOM') }} as inventory_uom,
    {{ whole('Priority') }} as priority,
    {{ amount('PlannedQuantity') }} as planned_qty,
    {{ amount('CompletedQuantity') }} as completed_qty,
    {{ amount('RejectedQuantity') }} as rejected_qty,
    {{ day('PostingDate') }} as posting_date,
    {{ day('StartDate') }} as start_date,
    {{ day('DueDate') }} as due_date,
    {{ day('ReleaseDate') }} as release_date,
    {{ day('ClosingDate') }} as closing_date,
    {{ day('CreationDate') }} as created_date
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__production_orders') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
