{%- set columns %}
    {{ text('Id') }} as pricebook_entry_id,
    {{ text('Pricebook2Id') }} as pricebook_id,
    {{ text('Product2Id') }} as product_id,
    {{ text('ProductCode') }} as product_code,
    {{ amount('UnitPrice') }} as unit_price,
    {{ flag('IsActive') }} as is_active,
    {{ instant('CreatedDate') }} as created_at,
    {{ instant('LastModifiedDate') }} as modified_at,
    {{ instant('SystemModstamp') }} as stamped_at
{% endset -%}

with records as (
    {{ current_raw('salesforce', 'salesforce__pricebook_entry') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
