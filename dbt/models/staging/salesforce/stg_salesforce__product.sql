{%- set columns %}
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
{% endset -%}

with records as (
    {{ current_raw('salesforce', 'salesforce__product2') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
