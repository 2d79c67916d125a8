{%- set columns %}
    {{ whole('AbsEntry') }} as uom_entry,
    {{ text('Code') }} as uom_code,
    {{ text('Name') }} as uom_name
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__unit_of_measurements') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
