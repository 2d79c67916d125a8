{%- set columns %}
    {{ text('Id') }} as contact_role_id,
    {{ text('OpportunityId') }} as opportunity_id,
    {{ text('ContactId') }} as contact_id,
    {{ text('Role') }} as contact_role,
    {{ flag('IsPrimary') }} as is_primary,
    {{ instant('CreatedDate') }} as created_at,
    {{ instant('LastModifiedDate') }} as modified_at,
    {{ instant('SystemModstamp') }} as stamped_at
{% endset -%}

with records as (
    {{ current_raw('salesforce', 'salesforce__opportunity_contact_role') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
