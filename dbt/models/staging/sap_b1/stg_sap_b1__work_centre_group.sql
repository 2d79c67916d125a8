{%- set columns %}
    {{ whole('Code') }} as work_centre_group_code,
    {{ text('Name') }} as work_centre_group_name,
    {{ text('Type') }} as work_centre_type,
    {{ text('NumOfUnitsText') }} as units_text,
    {{ text('CostName1') }} as cost_1_name,
    {{ text('CostName2') }} as cost_2_name,
    {{ text('CostName3') }} as cost_3_name,
    {{ text('CostName4') }} as cost_4_name,
    {{ text('CostName5') }} as cost_5_name,
    {{ text('CostName6') }} as cost_6_name,
    {{ text('CostName7') }} as cost_7_name,
    {{ text('CostName8') }} as cost_8_name,
    {{ text('CostName9') }} as cost_9_name,
    {{ text('CostName10') }} as cost_10_name
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__resource_groups') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
