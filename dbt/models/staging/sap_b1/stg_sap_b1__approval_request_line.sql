{%- set columns %}
    {{ whole('Code') }} as approval_code,
    {{ whole('StageCode', 'element') }} as stage_code,
    {{ whole('UserID', 'element') }} as approver_user,
    {{ text('Status', 'element') }} as decision,
    {{ text('Remarks', 'element') }} as remarks,
    {{ day('UpdateDate', 'element') }} as updated_date
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__approval_requests') }}
),

parsed as (
    {{ parsed_elements('records', 'ApprovalRequestLines', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
