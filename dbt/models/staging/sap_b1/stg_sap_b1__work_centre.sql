{%- set columns %}
    {{ text('Code') }} as work_centre_code,
    {{ text('DefaultWarehouse') }} as default_warehouse_code,
    {{ text('Name') }} as work_centre_name,
    {{ text('Type') }} as work_centre_type,
    {{ text('UnitOfMeasure') }} as unit_of_measure,
    {{ text('IssueMethod') }} as issue_method,
    {{ text('Allocation') }} as allocation,
    {{ flag('Active') }} as is_active,
    {{ amount('UnitsPerTime') }} as units_per_time_qty,
    {{ amount('TimePerUnits') }} as time_per_units_seconds,
    {{ amount('Cost1') }} as cost_1_rate,
    {{ amount('Cost2') }} as cost_2_rate,
    {{ amount('Cost3') }} as cost_3_rate,
    {{ amount('Cost4') }} as cost_4_rate,
    {{ amount('Cost5') }} as cost_5_rate,
    {{ amount('Cost6') }} as cost_6_rate,
    {{ amount('Cost7') }} as cost_7_rate,
    {{ amount('Cost8') }} as cost_8_rate,
    {{ amount('Cost9') }} as cost_9_rate,
    {{ amount('Cost10') }} as cost_10_rate
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__resources') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
