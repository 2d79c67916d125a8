{%- set columns %}
    {{ text('Id') }} as contact_id,
    {{ text('AccountId') }} as account_id,
    {{ text('FirstName') }} as first_name,
    {{ text('LastName') }} as last_name,
    {{ text('Email') }} as email,
    {{ text('Phone') }} as phone,
    {{ text('Title') }} as title,
    {{ instant('CreatedDate') }} as created_at,
    {{ instant('LastModifiedDate') }} as modified_at,
    {{ instant('SystemModstamp') }} as stamped_at
{% endset -%}

with records as (
    {{ current_raw('salesforce', 'salesforce__contact') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
