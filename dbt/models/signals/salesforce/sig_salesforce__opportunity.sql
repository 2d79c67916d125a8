{%- set language = var('language', 'es') %}

-- The fields keep the capitals of the API.
-- noqa: disable=CP02
with validity as (
    select * from {{ ref('int_signal_validity') }}
),

{# A lost deal carries no answer: what stood there is cleared. #}
final as (
    select
        deal.opportunity_id as Id,
        case when deal.is_open or deal.is_won then validity.as_of_at end as Promesa_As_Of__c,
        case when deal.is_open or deal.is_won then validity.expires_at end as Promesa_Expires__c,
        case
            when not deal.is_open and not deal.is_won then null
            else left(
                concat_ws(' ', deal.reason_{{ language }}, deal.safe_date_reason_{{ language }}), 255
            )
        end as Promesa_Reason__c,
        deal.verdict as Promesa_Verdict__c,
        deal.binding_lock as Promesa_Binding_Lock__c,
        case when deal.is_open then deal.earliest_date end as Promesa_Earliest_Date__c,
        case when deal.is_open then deal.queue_date end as Promesa_Queue_Date__c,
        case when deal.is_open then deal.safe_date end as Promesa_Safe_Date__c,
        opportunity.requested_date as Promesa_Requested_Date__c,
        opportunity.promised_date as Promesa_Promised_Date__c,
        case
            when (deal.is_open or deal.is_won) and abs(deal.expected_margin_pct) < 999.99
                then cast(deal.expected_margin_pct as decimal(18, 2))
        end as Promesa_Expected_Margin__c,
        case
            when deal.is_won and abs(deal.real_margin_pct) < 999.99
                then cast(deal.real_margin_pct as decimal(18, 2))
        end as Promesa_Real_Margin__c,
        case when deal.is_open then cast(deal.credit_available_amount as decimal(18, 2)) end
            as Promesa_Credit_Available__c,
        case when deal.is_open then deal.credit_level end as Promesa_Credit_Level__c,
        case when deal.is_open or deal.is_won then cast(deal.for_amount as decimal(18, 2)) end
            as Promesa_For_Amount__c,
        case when deal.is_open or deal.is_won then left(deal.order_number, 40) end
            as Promesa_Order_Number__c,
        case when deal.is_open or deal.is_won then deal.order_status end
            as Promesa_Order_Status__c,
        case when deal.is_open or deal.is_won then cast(deal.progress_pct as decimal(18, 0)) end
            as Promesa_Progress__c,
        case when deal.is_open or deal.is_won then deal.expected_date end
            as Promesa_Expected_Date__c,
        case when deal.is_open or deal.is_won then deal.customer_text end
            as Promesa_Customer_Text__c,
        deal.is_capacity_confirmed as Promesa_Capacity_Confirmed__c,
        case when deal.is_open or deal.is_won then validity.renew_after_at end as renew_after_at,
        case when deal.is_open or deal.is_won then validity.renew_live_before_at end
            as renew_live_before_at
    from {{ ref('fct_deal') }} as deal
    inner join {{ ref('stg_salesforce__opportunity') }} as opportunity
        on deal.opportunity_id = opportunity.opportunity_id
    cross join validity
)

select * from final
