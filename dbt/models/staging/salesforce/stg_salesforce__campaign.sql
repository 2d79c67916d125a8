{%- set columns %}
    {{ text('Id') }} as campaign_id,
    {{ text('ParentId') }} as parent_campaign_id,
    {{ text('OwnerId') }} as owner_user_id,
    {{ text('Promesa_Item__c') }} as item_code,
    {{ text('Name') }} as name,
    {{ text('Type') }} as campaign_type,
    {{ text('Status') }} as campaign_status,
    {{ flag('IsActive') }} as is_active,
    {{ amount('Promesa_Target_Leads__c') }} as target_lead_count,
    {{ amount('NumberSent') }} as sent_count,
    {{ whole('NumberOfLeads') }} as lead_count,
    {{ whole('NumberOfResponses') }} as response_count,
    {{ whole('NumberOfConvertedLeads') }} as converted_lead_count,
    {{ whole('NumberOfOpportunities') }} as opportunity_count,
    {{ whole('NumberOfWonOpportunities') }} as won_opportunity_count,
    {{ amount('BudgetedCost') }} as budgeted_cost_amount,
    {{ amount('ActualCost') }} as actual_cost_amount,
    {{ amount('ExpectedRevenue') }} as expected_revenue_amount,
    {{ amount('AmountAllOpportunities') }} as all_opportunities_amount,
    {{ amount('AmountWonOpportunities') }} as won_opportunities_amount,
    {{ day('StartDate') }} as start_date,
    {{ day('EndDate') }} as end_date,
    {{ instant('CreatedDate') }} as created_at,
    {{ instant('LastModifiedDate') }} as modified_at,
    {{ instant('SystemModstamp') }} as stamped_at
{% endset -%}

with records as (
    {{ current_raw('salesforce', 'salesforce__campaign') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
