{# What the leads that are no deal yet may bring: qualified x became a deal x won x units of a deal. #}
with members as (
    select
        campaign_id,
        count(*) filter (where is_qualified) as qualified_count,
        count(*) filter (where is_converted) as converted_count,
        count(*) filter (where is_qualified and not is_closed) as open_count
    from {{ ref('int_campaign_member') }}
    group by campaign_id
),

plant as (
    select sum(converted_count) / nullif(sum(qualified_count), 0) as conversion
    from members
),

plant_odds as (
    select odds
    from {{ ref('int_win_odds') }}
    where level = 'plant'
),

{# The campaign's own deals of its item, else everybody's. #}
item_deals as (
    select
        opportunity_id,
        item_code,
        sum(inventory_qty) as units_qty
    from {{ ref('int_deal_line') }}
    where inventory_qty > 0 and item_code is not null
    group by opportunity_id, item_code
),

units as (
    select
        campaign.campaign_id,
        coalesce(
            avg(item_deals.units_qty) filter (where attributed.campaign_id = campaign.campaign_id),
            avg(item_deals.units_qty)
        ) as units_per_deal
    from {{ ref('stg_salesforce__campaign') }} as campaign
    inner join item_deals on campaign.item_code = item_deals.item_code
    left join {{ ref('int_deal_campaign') }} as attributed
        on item_deals.opportunity_id = attributed.opportunity_id
    group by campaign.campaign_id
),

wanted as (
    select
        campaign_id,
        max(wanted_date) as wanted_date
    from {{ ref('int_campaign_line') }}
    where is_campaign_item and (is_open or is_won)
    group by campaign_id
),

reckoned as (
    select
        campaign.campaign_id,
        campaign.item_code,
        members.open_count,
        (
            coalesce(members.converted_count, 0)
            + {{ policy('win_prior_deals', 'double') }} * plant.conversion
        ) / (
            coalesce(members.qualified_count, 0) + {{ policy('win_prior_deals', 'double') }}
        ) as conversion,
        plant_odds.odds,
        units.units_per_deal,
        coalesce(wanted.wanted_date, campaign.end_date) as wanted_date
    from {{ ref('stg_salesforce__campaign') }} as campaign
    cross join plant
    left join members on campaign.campaign_id = members.campaign_id
    left join plant_odds on true
    left join units on campaign.campaign_id = units.campaign_id
    left join wanted on campaign.campaign_id = wanted.campaign_id
),

final as (
    select
        campaign_id,
        item_code,
        coalesce(open_count, 0) as open_lead_count,
        conversion,
        odds,
        units_per_deal,
        wanted_date,
        case
            when coalesce(wanted_date >= {{ as_of_date() }}, false)
                then
                    cast(
                        coalesce(open_count, 0) * conversion * odds * units_per_deal
                        as decimal(18, 6)
                    )
            else 0
        end as lead_units_qty
    from reckoned
)

select * from final
