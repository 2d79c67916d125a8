{%- set columns %}
    {{ whole('Id') }} as capacity_id,
    {{ text('Code') }} as work_centre_code,
    {{ text('Warehouse') }} as warehouse_code,
    {{ whole('SourceEntry') }} as source_entry,
    {{ whole('BaseEntry') }} as base_entry,
    {{ whole('OwningEntry') }} as owning_entry,
    {{ text('Type') }} as capacity_type,
    {{ text('SourceType') }} as source_type,
    {{ text('BaseType') }} as base_type,
    {{ text('OwningType') }} as owning_type,
    {{ amount('Capacity') }} as capacity_qty,
    {{ amount('SingleRunCapacity') }} as single_run_qty,
    {{ day('Date') }} as capacity_date
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__resource_capacities') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
