{%- set columns %}
    {{ text('TreeCode') }} as item_code,
    {{ text('Warehouse') }} as warehouse_code,
    {{ text('TreeType') }} as tree_type,
    {{ amount('Quantity') }} as tree_qty,
    {{ amount('PlanAvgProdSize') }} as average_lot_qty
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__product_trees') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
