{%- set columns %}
    {{ text('Id') }} as opportunity_id,
    {{ text('AccountId') }} as account_id,
    {{ text('OwnerId') }} as owner_user_id,
    {{ text('CampaignId') }} as campaign_id,
    {{ text('Pricebook2Id') }} as pricebook_id,
    {{ text('Name') }} as name,
    {{ text('StageName') }} as sales_stage,
    {{ text('Type') }} as opportunity_type,
    {{ text('LeadSource') }} as lead_source,
    {{ text('ForecastCategoryName') }} as forecast_category,
    {{ text('Promesa_Order_Number__c') }} as promesa_order_number,
    {{ text('Promesa_Order_Status__c') }} as promesa_order_status,
    {{ flag('IsClosed') }} as is_closed,
    {{ flag('IsWon') }} as is_won,
    {{ amount('Amount') }} as net_amount,
    {{ amount('Probability') }} as probability_pct,
    {{ day('CloseDate') }} as close_date,
    {{ day('Promesa_Requested_Date__c') }} as requested_date,
    {{ day('Promesa_Promised_Date__c') }} as promised_date,
    {{ day('Promesa_Expected_Date__c') }} as promesa_expected_date,
    {{ instant('Promesa_As_Of__c') }} as promesa_as_of_at,
    {{ instant('CreatedDate') }} as created_at,
    {{ instant('LastModifiedDate') }} as modified_at,
    {{ instant('SystemModstamp') }} as stamped_at
{% endset -%}

with records as (
    {{ current_raw('salesforce', 'salesforce__opportunity') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
