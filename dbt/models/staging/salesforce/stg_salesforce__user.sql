with records as (
    {{ current_raw('salesforce', 'salesforce__user') }}
),

final as (
    select
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
    from records
)

select * from final
