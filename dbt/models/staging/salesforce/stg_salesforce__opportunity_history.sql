{%- set columns %}
    {{ text('Id') }} as history_id,
    {{ text('OpportunityId') }} as opportunity_id,
    {{ text('CreatedById') }} as changed_by_user_id,
    {{ text('StageName') }} as sales_stage,
    {{ text('ForecastCategory') }} as forecast_category,
    {{ amount('Amount') }} as amount,
    {{ amount('ExpectedRevenue') }} as expected_revenue_amount,
    {{ amount('Probability') }} as probability_pct,
    {{ day('CloseDate') }} as close_date,
    {{ instant('CreatedDate') }} as created_at,
    {{ instant('SystemModstamp') }} as stamped_at
{% endset -%}

with records as (
    {{ current_raw('salesforce', 'salesforce__opportunity_history') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
