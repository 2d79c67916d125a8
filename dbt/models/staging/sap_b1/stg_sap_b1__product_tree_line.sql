{%- set columns %}
    {{ text('TreeCode') }} as item_code,
    {{ whole('ChildNum', 'element') }} as child_number,
    {{ text('ItemCode', 'element') }} as component_code,
    {{ text('Warehouse', 'element') }} as warehouse_code,
    {{ whole('StageID', 'element') }} as stage_id,
    {{ text('ItemType', 'element') }} as item_type,
    {{ text('IssueMethod', 'element') }} as issue_method,
    {{ amount('Quantity', 'element') }} as component_qty,
    {{ amount('AdditionalQuantity', 'element') }} as additional_qty
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__product_trees') }}
),

parsed as (
    {{ parsed_elements('records', 'ProductTreeLines', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
