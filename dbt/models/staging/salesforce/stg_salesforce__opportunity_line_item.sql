{%- set columns %}
    {{ text('Id') }} as line_item_id,
    {{ text('OpportunityId') }} as opportunity_id,
    {{ text('Product2Id') }} as product_id,
    {{ text('PricebookEntryId') }} as pricebook_entry_id,
    {{ text('ProductCode') }} as product_code,
    {{ text('Name') }} as name,
    {{ text('Description') }} as description,
    {{ whole('SortOrder') }} as sort_order,
    {{ amount('Quantity') }} as line_qty,
    {{ amount('UnitPrice') }} as unit_price,
    {{ amount('ListPrice') }} as list_price,
    {{ amount('Discount') }} as discount_pct,
    {{ amount('TotalPrice') }} as total_amount,
    {{ day('ServiceDate') }} as requested_date,
    {{ instant('CreatedDate') }} as created_at,
    {{ instant('LastModifiedDate') }} as modified_at,
    {{ instant('SystemModstamp') }} as stamped_at
{% endset -%}

with records as (
    {{ current_raw('salesforce', 'salesforce__opportunity_line_item') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
