{%- set columns %}
    {{ whole('AbsEntry') }} as uom_group_entry,
    {{ whole('AlternateUoM', 'element') }} as uom_entry,
    {{ amount('AlternateQuantity', 'element') }} as alternate_qty,
    {{ amount('BaseQuantity', 'element') }} as base_qty,
    {{ flag('Active', 'element') }} as is_active
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__unit_of_measurement_groups') }}
),

parsed as (
    {{ parsed_elements('records', 'UoMGroupDefinitionCollection', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
