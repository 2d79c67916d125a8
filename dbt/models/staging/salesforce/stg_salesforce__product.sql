with records as (
    {{ current_raw('salesforce', 'salesforce__product2') }}
),

final as (
    select
        {{ text('Id') }} as product_id,
        {{ text('ProductCode') }} as product_code,
        {{ text('Name') }} as name,
        {{ text('Family') }} as family,
        {{ text('QuantityUnitOfMeasure') }} as sales_unit,
        {{ text('Description') }} as description,
        {{ flag('IsActive') }} as is_active,
        {{ instant('CreatedDate') }} as created_at,
        {{ instant('LastModifiedDate') }} as modified_at,
        {{ instant('SystemModstamp') }} as stamped_at
    from records
)

select * from final
