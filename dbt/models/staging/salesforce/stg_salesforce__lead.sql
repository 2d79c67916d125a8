{%- set columns %}
    {{ text('Id') }} as lead_id,
    {{ text('OwnerId') }} as owner_user_id,
    {{ text('ConvertedAccountId') }} as converted_account_id,
    {{ text('ConvertedContactId') }} as converted_contact_id,
    {{ text('ConvertedOpportunityId') }} as converted_opportunity_id,
    {{ text('FirstName') }} as first_name,
    {{ text('LastName') }} as last_name,
    {{ text('Name') }} as name,
    {{ text('Company') }} as company,
    {{ text('Title') }} as title,
    {{ text('Email') }} as email,
    {{ text('Phone') }} as phone,
    {{ text('MobilePhone') }} as mobile_phone,
    {{ text('City') }} as city,
    {{ text('Country') }} as country,
    {{ text('Industry') }} as industry,
    {{ text('LeadSource') }} as lead_source,
    {{ text('Status') }} as lead_status,
    {{ text('Rating') }} as rating,
    {{ flag('IsConverted') }} as is_converted,
    {{ flag('IsUnreadByOwner') }} as is_unread,
    {{ whole('NumberOfEmployees') }} as employee_count,
    {{ amount('AnnualRevenue') }} as annual_revenue_amount,
    {{ day('ConvertedDate') }} as converted_date,
    {{ day('LastActivityDate') }} as last_activity_date,
    {{ instant('CreatedDate') }} as created_at,
    {{ instant('LastModifiedDate') }} as modified_at,
    {{ instant('SystemModstamp') }} as stamped_at
{% endset -%}

with records as (
    {{ current_raw('salesforce', 'salesforce__lead') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
