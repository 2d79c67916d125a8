{%- set columns %}
    {{ whole('InternalNumber') }} as stage_entry,
    {{ text('Code') }} as stage_code,
    {{ text('Description') }} as stage_name,
    {{ day('DateOfUpdate') }} as updated_date
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__route_stages') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
