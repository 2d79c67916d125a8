{%- set columns %}
    {{ text('Id') }} as account_id,
    {{ text('ParentId') }} as parent_account_id,
    {{ text('AccountNumber') }} as account_number,
    {{ text('OwnerId') }} as owner_user_id,
    {{ text('Name') }} as name,
    {{ text('Type') }} as account_type,
    {{ text('Industry') }} as industry,
    {{ text('Phone') }} as phone,
    {{ text('Website') }} as website,
    {{ text('BillingStreet') }} as billing_street,
    {{ text('BillingCity') }} as billing_city,
    {{ text('BillingPostalCode') }} as billing_postal_code,
    {{ text('BillingCountry') }} as billing_country,
    {{ whole('NumberOfEmployees') }} as employee_count,
    {{ amount('AnnualRevenue') }} as annual_revenue_amount,
    {{ text('Promesa_Partner_Code__c') }} as promesa_partner_code,
    {{ instant('CreatedDate') }} as created_at,
    {{ instant('LastModifiedDate') }} as modified_at,
    {{ instant('SystemModstamp') }} as stamped_at
{% endset -%}

with records as (
    {{ current_raw('salesforce', 'salesforce__account') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
