{%- set columns %}
    {{ text('Id') }} as crm_order_line_id,
    {{ text('OrderId') }} as crm_order_id,
    {{ text('Product2Id') }} as product_id,
    {{ text('PricebookEntryId') }} as pricebook_entry_id,
    {{ text('OrderItemNumber') }} as line_number,
    {{ text('Description') }} as description,
    {{ amount('Quantity') }} as line_qty,
    {{ amount('UnitPrice') }} as unit_price,
    {{ amount('ListPrice') }} as list_price,
    {{ amount('TotalPrice') }} as total_amount,
    {{ day('ServiceDate') }} as service_date,
    {{ instant('CreatedDate') }} as created_at,
    {{ instant('LastModifiedDate') }} as modified_at,
    {{ instant('SystemModstamp') }} as stamped_at
{% endset -%}

with records as (
    {{ current_raw('salesforce', 'salesforce__order_item') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
