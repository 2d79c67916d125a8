{%- set columns %}
    {{ text('Id') }} as user_id,
    {{ text('Username') }} as username,
    {{ text('Name') }} as name,
    {{ text('Email') }} as email,
    {{ text('Department') }} as department,
    {{ text('TimeZoneSidKey') }} as time_zone,
    {{ flag('IsActive') }} as is_active,
    {{ instant('CreatedDate') }} as created_at,
    {{ instant('LastModifiedDate') }} as modified_at,
    {{ instant('SystemModstamp') }} as stamped_at
{% endset -%}

with records as (
    {{ current_raw('salesforce', 'salesforce__user') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
