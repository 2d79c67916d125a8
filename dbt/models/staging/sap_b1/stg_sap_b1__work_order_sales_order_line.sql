{%- set columns %}
    {{ whole('AbsoluteEntry') }} as work_order_entry,
    {{ whole('BaseAbsEntry', 'element') }} as sales_order_entry,
    {{ whole('BaseNumber', 'element') }} as sales_order_number,
    {{ whole('BaseLine', 'element') }} as sales_order_line_number
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__production_orders') }}
),

parsed as (
    {{ parsed_elements('records', 'ProductionOrdersSalesOrderLines', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
