{%- set columns %}
    {{ text('Id') }} as case_id,
    {{ text('CaseNumber') }} as case_number,
    {{ text('AccountId') }} as account_id,
    {{ text('ContactId') }} as contact_id,
    {{ text('ParentId') }} as parent_case_id,
    {{ text('OwnerId') }} as owner_user_id,
    {{ text('Promesa_Lot__c') }} as lot_text,
    {{ text('Subject') }} as subject,
    {{ text('Description') }} as description,
    {{ text('Type') }} as case_type,
    {{ text('Status') }} as case_status,
    {{ text('Reason') }} as case_reason,
    {{ text('Origin') }} as origin,
    {{ text('Priority') }} as priority,
    {{ text('SuppliedName') }} as supplied_name,
    {{ text('SuppliedEmail') }} as supplied_email,
    {{ flag('IsClosed') }} as is_closed,
    {{ flag('IsEscalated') }} as is_escalated,
    {{ instant('ClosedDate') }} as closed_at,
    {{ instant('CreatedDate') }} as created_at,
    {{ instant('LastModifiedDate') }} as modified_at,
    {{ instant('SystemModstamp') }} as stamped_at
{% endset -%}

with records as (
    {{ current_raw('salesforce', 'salesforce__case') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
