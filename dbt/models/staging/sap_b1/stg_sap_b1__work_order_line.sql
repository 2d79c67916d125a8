{%- set columns %}
    {{ whole('AbsoluteEntry') }} as work_order_entry,
    {{ whole('LineNumber', 'element') }} as line_number,
    {{ text('ItemNo', 'element') }} as item_code,
    {{ text('Warehouse', 'element') }} as warehouse_code,
    {{ whole('StageID', 'element') }} as stage_id,
    {{ text('ItemType', 'element') }} as item_type,
    {{ text('ProductionOrderIssueType', 'element') }} as issue_method,
    {{ text('ResourceAllocation', 'element') }} as allocation,
    {{ amount('BaseQuantity', 'element') }} as base_qty,
    {{ amount('AdditionalQuantity', 'element') }} as additional_qty,
    {{ amount('PlannedQuantity', 'element') }} as planned_qty,
    {{ amount('IssuedQuantity', 'element') }} as issued_qty,
    {{ day('StartDate', 'element') }} as start_date,
    {{ day('EndDate', 'element') }} as end_date
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__production_orders') }}
),

parsed as (
    {{ parsed_elements('records', 'ProductionOrderLines', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
