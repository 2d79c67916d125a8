{%- set columns %}
    {{ text('Id') }} as campaign_member_id,
    {{ text('CampaignId') }} as campaign_id,
    {{ text('LeadId') }} as lead_id,
    {{ text('ContactId') }} as contact_id,
    {{ text('LeadOrContactOwnerId') }} as owner_user_id,
    {{ text('Name') }} as name,
    {{ text('CompanyOrAccount') }} as company,
    {{ text('Email') }} as email,
    {{ text('Phone') }} as phone,
    {{ text('Status') }} as member_status,
    {{ text('Type') }} as member_type,
    {{ text('LeadSource') }} as lead_source,
    {{ flag('HasResponded') }} as has_responded,
    {{ day('FirstRespondedDate') }} as first_responded_date,
    {{ instant('CreatedDate') }} as created_at,
    {{ instant('LastModifiedDate') }} as modified_at,
    {{ instant('SystemModstamp') }} as stamped_at
{% endset -%}

with records as (
    {{ current_raw('salesforce', 'salesforce__campaign_member') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
