{%- set columns %}
    {{ text('ItemCode') }} as item_code,
    {{ text('DistNumber') }} as lot_number,
    {{ whole('SysNumber') }} as system_number,
    {{ text('WhsCode') }} as warehouse_code,
    {{ text('Status') }} as lot_status,
    {{ amount('Quantity') }} as lot_qty,
    {{ compact_day('ExpDate') }} as expiry_date,
    {{ compact_day('MnfDate') }} as manufacturing_date,
    {{ compact_day('InDate') }} as admission_date
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__lot_quantities') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
