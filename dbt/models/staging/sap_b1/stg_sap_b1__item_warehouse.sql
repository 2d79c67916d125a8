{%- set columns %}
    {{ text('ItemCode') }} as item_code,
    {{ text('WarehouseCode', 'element') }} as warehouse_code,
    {{ amount('InStock', 'element') }} as in_stock_qty,
    {{ amount('Committed', 'element') }} as committed_qty,
    {{ amount('Ordered', 'element') }} as ordered_qty,
    {{ amount('MinimalStock', 'element') }} as minimum_stock_qty,
    {{ amount('StandardAveragePrice', 'element') }} as average_standard_price,
    {{ flag('Locked', 'element') }} as is_locked
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__items') }}
),

parsed as (
    {{ parsed_elements('records', 'ItemWarehouseInfoCollection', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
