{%- set columns %}
    {{ whole('Code') }} as approval_code,
    {{ text('ObjectType') }} as object_type,
    {{ whole('ObjectEntry') }} as object_entry,
    {{ whole('DraftEntry') }} as draft_entry,
    {{ text('DraftType') }} as draft_type,
    {{ text('Status') }} as approval_status,
    {{ whole('CurrentStage') }} as current_stage,
    {{ whole('OriginatorID') }} as originator_user,
    {{ text('Remarks') }} as remarks,
    {{ flag('IsDraft') }} as is_draft,
    {{ day('CreationDate') }} as created_date,
    {{ text('CreationTime') }} as created_time
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__approval_requests') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
