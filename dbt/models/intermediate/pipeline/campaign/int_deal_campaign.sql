{# The campaign a deal names, else the first one its own converted lead was a member of (K34). #}
with named as (
    select
        deal.opportunity_id,
        deal.campaign_id,
        'primary' as source
    from {{ ref('int_deal') }} as deal
    inner join {{ ref('stg_salesforce__campaign') }} as campaign
        on deal.campaign_id = campaign.campaign_id
),

by_member as (
    select
        lead.converted_opportunity_id as opportunity_id,
        arg_min(member.campaign_id, (member.created_at, member.campaign_member_id)) as campaign_id,
        'member' as source
    from {{ ref('stg_salesforce__lead') }} as lead
    inner join {{ ref('stg_salesforce__campaign_member') }} as member
        on lead.lead_id = member.lead_id
    inner join {{ ref('int_deal') }} as deal
        on lead.converted_opportunity_id = deal.opportunity_id
    where
        member.created_at <= {{ as_of_at() }}
        and lead.converted_date <= {{ as_of_date() }}
    group by lead.converted_opportunity_id
),

final as (
    select * from named
    union all
    select by_member.*
    from by_member
    anti join named on by_member.opportunity_id = named.opportunity_id
)

select * from final
