{%- set language = var('language', 'es') %}

-- The fields keep the capitals of the API.
-- noqa: disable=CP02
with validity as (
    select * from {{ ref('int_signal_validity') }}
),

{# A campaign that is over carries no answer: what stood there is cleared. #}
final as (
    select
        campaign.campaign_id as Id,
        case when campaign.is_active then validity.as_of_at end as Promesa_As_Of__c,
        case when campaign.is_active then validity.expires_at end as Promesa_Expires__c,
        case when campaign.is_active then left(campaign.reason_{{ language }}, 255) end
            as Promesa_Reason__c,
        campaign.item_code as Promesa_Item__c,
        cast(campaign.target_lead_count as decimal(18, 0)) as Promesa_Target_Leads__c,
        case
            when campaign.is_active and campaign.is_item_known
                then cast(campaign.forecast_units_qty as decimal(18, 0))
        end as Promesa_Forecast_Units__c,
        case
            when campaign.is_active and campaign.is_item_known
                then cast(campaign.weighted_units_qty as decimal(18, 0))
        end as Promesa_Weighted_Units__c,
        case
            when campaign.is_active and campaign.is_item_known
                then cast(floor(campaign.confirmed_units_qty) as decimal(18, 0))
        end as Promesa_Confirmed_Units__c,
        campaign.is_active and campaign.is_capacity_confirmed as Promesa_Capacity_Confirmed__c,
        case when campaign.is_active then left(campaign.shortage_{{ language }}, 255) end
            as Promesa_First_Shortage__c,
        case when campaign.is_active then validity.renew_after_at end as renew_after_at,
        case when campaign.is_active then validity.renew_live_before_at end
            as renew_live_before_at
    from {{ ref('fct_campaign') }} as campaign
    cross join validity
)

select * from final
