{%- set columns %}
    {{ text('Id') }} as task_id,
    {{ text('WhoId') }} as who_id,
    {{ text('WhatId') }} as what_id,
    {{ text('AccountId') }} as account_id,
    {{ text('OwnerId') }} as owner_user_id,
    {{ text('CreatedById') }} as created_by_user_id,
    {{ text('Subject') }} as subject,
    {{ text('TaskSubtype') }} as task_type,
    {{ text('CallType') }} as call_type,
    {{ text('Status') }} as task_status,
    {{ text('Priority') }} as priority,
    {{ flag('IsClosed') }} as is_closed,
    {{ day('ActivityDate') }} as activity_date,
    {{ instant('CompletedDateTime') }} as completed_at,
    {{ instant('CreatedDate') }} as created_at,
    {{ instant('LastModifiedDate') }} as modified_at,
    {{ instant('SystemModstamp') }} as stamped_at
{% endset -%}

with records as (
    {{ current_raw('salesforce', 'salesforce__task') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
