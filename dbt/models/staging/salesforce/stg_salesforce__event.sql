{%- set columns %}
    {{ text('Id') }} as event_id,
    {{ text('WhoId') }} as who_id,
    {{ text('WhatId') }} as what_id,
    {{ text('AccountId') }} as account_id,
    {{ text('OwnerId') }} as owner_user_id,
    {{ text('CreatedById') }} as created_by_user_id,
    {{ text('Subject') }} as subject,
    {{ text('Location') }} as location,
    {{ text('EventSubtype') }} as event_type,
    {{ flag('IsAllDayEvent') }} as is_all_day,
    {{ whole('DurationInMinutes') }} as duration_minutes,
    {{ day('ActivityDate') }} as activity_date,
    {{ instant('StartDateTime') }} as starts_at,
    {{ instant('EndDateTime') }} as ends_at,
    {{ instant('CreatedDate') }} as created_at,
    {{ instant('LastModifiedDate') }} as modified_at,
    {{ instant('SystemModstamp') }} as stamped_at
{% endset -%}

with records as (
    {{ current_raw('salesforce', 'salesforce__event') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
