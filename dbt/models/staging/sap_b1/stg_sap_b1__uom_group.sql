{%- set columns %}
    {{ whole('AbsEntry') }} as uom_group_entry,
    {{ text('Code') }} as uom_group_code,
    {{ whole('BaseUoM') }} as base_uom_entry
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__unit_of_measurement_groups') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
