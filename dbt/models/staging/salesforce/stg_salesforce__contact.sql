with records as (
    {{ current_raw('salesforce', 'salesforce__contact') }}
),

final as (
    select
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
    from records
)

select * from final
