{%- set columns %}
    {{ text('WarehouseCode') }} as warehouse_code,
    {{ text('WarehouseName') }} as warehouse_name,
    {{ text('City') }} as city,
    {{ text('Country') }} as country,
    {{ flag('Nettable') }} as is_nettable,
    {{ flag('DropShip') }} as is_drop_ship,
    {{ flag('Inactive') }} as is_inactive
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__warehouses') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
