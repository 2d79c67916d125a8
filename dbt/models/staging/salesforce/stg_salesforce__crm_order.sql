{%- set columns %}
    {{ text('Id') }} as crm_order_id,
    {{ text('AccountId') }} as account_id,
    {{ text('OwnerId') }} as owner_user_id,
    {{ text('Pricebook2Id') }} as pricebook_id,
    {{ text('ContractId') }} as contract_id,
    {{ text('OrderNumber') }} as order_number,
    {{ text('PoNumber') }} as customer_reference,
    {{ text('Status') }} as order_status,
    {{ text('Type') }} as order_type,
    {{ amount('TotalAmount') }} as total_amount,
    {{ day('EffectiveDate') }} as effective_date,
    {{ day('EndDate') }} as end_date,
    {{ day('PoDate') }} as customer_order_date,
    {{ instant('ActivatedDate') }} as activated_at,
    {{ instant('CreatedDate') }} as created_at,
    {{ instant('LastModifiedDate') }} as modified_at,
    {{ instant('SystemModstamp') }} as stamped_at
{% endset -%}

with records as (
    {{ current_raw('salesforce', 'salesforce__order') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
