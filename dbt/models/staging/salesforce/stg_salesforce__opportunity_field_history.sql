{%- set columns %}
    {{ text('Id') }} as field_history_id,
    {{ text('OpportunityId') }} as opportunity_id,
    {{ text('CreatedById') }} as changed_by_user_id,
    {{ text('Field') }} as field_name,
    {{ text('DataType') }} as field_type,
    {{ text('OldValue') }} as old_value,
    {{ text('NewValue') }} as new_value,
    {{ instant('CreatedDate') }} as changed_at
{% endset -%}

with records as (
    {{ current_raw('salesforce', 'salesforce__opportunity_field_history') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
