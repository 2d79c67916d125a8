{%- set columns %}
    {{ text('Id') }} as case_comment_id,
    {{ text('ParentId') }} as case_id,
    {{ text('CreatedById') }} as created_by_user_id,
    {{ text('CommentBody') }} as comment,
    {{ flag('IsPublished') }} as is_published,
    {{ instant('CreatedDate') }} as created_at,
    {{ instant('LastModifiedDate') }} as modified_at,
    {{ instant('SystemModstamp') }} as stamped_at
{% endset -%}

with records as (
    {{ current_raw('salesforce', 'salesforce__case_comment') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
