with leads as (
    select
        campaign_id,
        count(*) as lead_count,
        count(*) filter (where has_responded) as response_count,
        count(*) filter (where is_qualified) as qualified_lead_count,
        count(*) filter (where is_neglected) as neglected_lead_count,
        count(*) filter (where is_converted) as converted_lead_count
    from {{ ref('fct_campaign_lead') }}
    group by campaign_id
),

deals as (
    select
        attributed.campaign_id,
        count(*) as deal_count,
        count(*) filter (where deal.is_open) as open_deal_count,
        count(*) filter (where deal.is_won) as won_deal_count,
        count(*) filter (where not deal.is_open and not deal.is_won) as lost_deal_count,
        sum(deal.net_amount) filter (where deal.is_open) as open_net_amount,
        sum(cast(deal.net_amount as double) * odds.win_odds) filter (where deal.is_open)
            as weighted_net_amount,
        sum(deal.net_amount) filter (where deal.is_won) as won_net_amount,
        sum(real_margin.real_margin_amount) as real_margin_amount
    from {{ ref('int_deal_campaign') }} as attributed
    inner join {{ ref('fct_deal') }} as deal
        on attributed.opportunity_id = deal.opportunity_id
    left join {{ ref('int_deal_odds') }} as odds
        on attributed.opportunity_id = odds.opportunity_id
    left join {{ ref('int_deal_real_margin') }} as real_margin
        on attributed.opportunity_id = real_margin.opportunity_id
    group by attributed.campaign_id
),

units as (
    select
        campaign_id,
        sum(inventory_qty) filter (where is_campaign_item and is_open) as open_units_qty,
        sum(inventory_qty) filter (where is_campaign_item and is_won) as won_units_qty,
        sum(cast(inventory_qty as double) * win_odds) filter (where is_campaign_item and is_open)
            as weighted_open_units_qty,
        sum(in_time_qty) filter (where is_campaign_item and (is_open or is_won))
            as confirmed_units_qty,
        count(*) filter (
            where is_campaign_item and is_open and coalesce(promise_status, '') <> 'placed'
        ) as unplaced_line_count,
        max(delivered_date) filter (where is_campaign_item and is_open) as complete_date,
        sum(contribution_amount) filter (where is_won) as won_contribution_amount,
        sum(cast(contribution_amount as double) * win_odds) filter (where is_open)
            as weighted_contribution_amount
    from {{ ref('int_campaign_line') }}
    group by campaign_id
),

joined as (
    select
        campaign.campaign_id,
        campaign.name as campaign_name,
        campaign.campaign_status,
        coalesce(campaign.is_active, false) as is_active,
        campaign.start_date,
        campaign.end_date,
        campaign.item_code,
        item.item_code is not null as is_item_known,
        item.inventory_uom,
        cast(campaign.target_lead_count as integer) as target_lead_count,
        cast(coalesce(leads.lead_count, 0) as integer) as lead_count,
        cast(coalesce(leads.response_count, 0) as integer) as response_count,
        cast(coalesce(leads.qualified_lead_count, 0) as integer) as qualified_lead_count,
        cast(coalesce(leads.neglected_lead_count, 0) as integer) as neglected_lead_count,
        cast(coalesce(leads.converted_lead_count, 0) as integer) as converted_lead_count,
        cast(coalesce(deals.deal_count, 0) as integer) as deal_count,
        cast(coalesce(deals.open_deal_count, 0) as integer) as open_deal_count,
        cast(coalesce(deals.won_deal_count, 0) as integer) as won_deal_count,
        cast(coalesce(deals.lost_deal_count, 0) as integer) as lost_deal_count,
        coalesce(units.open_units_qty, 0) as open_units_qty,
        coalesce(units.won_units_qty, 0) as won_units_qty,
        coalesce(units.open_units_qty, 0) + coalesce(units.won_units_qty, 0)
            as forecast_units_qty,
        coalesce(units.weighted_open_units_qty, 0) + coalesce(units.won_units_qty, 0)
            as weighted_units_qty,
        coalesce(outlook.lead_units_qty, 0) as lead_units_qty,
        coalesce(units.confirmed_units_qty, 0) as confirmed_units_qty,
        coalesce(units.unplaced_line_count, 0) as unplaced_line_count,
        units.complete_date,
        case when forecast_units_qty > 0 then outlook.wanted_date end as wanted_date,
        shortage.shortage_item_code,
        shortage.shortage_date,
        shortage.last_safe_order_date,
        cast(coalesce(shortage.purchase_count, 0) as integer) as purchase_count,
        coalesce(campaign.actual_cost_amount, campaign.budgeted_cost_amount) as cost_amount,
        case
            when campaign.actual_cost_amount is not null then 'actual'
            when campaign.budgeted_cost_amount is not null then 'budget'
        end as cost_basis,
        coalesce(deals.open_net_amount, 0) as open_net_amount,
        coalesce(deals.weighted_net_amount, 0) as weighted_net_amount,
        coalesce(deals.won_net_amount, 0) as won_net_amount,
        units.won_contribution_amount,
        units.weighted_contribution_amount,
        deals.real_margin_amount
    from {{ ref('stg_salesforce__campaign') }} as campaign
    left join leads on campaign.campaign_id = leads.campaign_id
    left join deals on campaign.campaign_id = deals.campaign_id
    left join units on campaign.campaign_id = units.campaign_id
    left join {{ ref('int_item') }} as item on campaign.item_code = item.item_code
    left join {{ ref('int_campaign_outlook') }} as outlook
        on campaign.campaign_id = outlook.campaign_id
    left join {{ ref('int_campaign_shortage') }} as shortage
        on campaign.campaign_id = shortage.campaign_id
    where coalesce(campaign.created_at <= {{ as_of_at() }}, true)
),

coded as (
    select
        *,
        confirmed_units_qty >= forecast_units_qty and forecast_units_qty > 0
            as is_capacity_confirmed,
        case
            when item_code is null then 'CAMPAIGN_NO_ITEM'
            when not is_item_known then 'CAMPAIGN_UNKNOWN_ITEM'
            when forecast_units_qty = 0 then 'CAMPAIGN_NO_DEALS'
            when confirmed_units_qty >= forecast_units_qty then 'CAMPAIGN_CONFIRMED'
            when unplaced_line_count > 0 then 'CAMPAIGN_UNPLACED'
            else 'CAMPAIGN_PARTLY'
        end as reason_code
    from joined
),

{%- set values = {
    'item': ['code', 'coded.item_code'],
    'units': ['number', 'coded.forecast_units_qty'],
    'confirmed': ['number', 'coded.confirmed_units_qty'],
    'wanted': ['day', 'coded.wanted_date'],
    'date': ['day', 'coded.complete_date'],
    'count': ['number', 'coded.unplaced_line_count'],
    'short': ['code', 'coded.shortage_item_code'],
    'from': ['day', 'coded.shortage_date'],
    'order_by': ['day', 'coded.last_safe_order_date'],
} %}

worded as (
    select
        coded.*,
        {{ sentence('reason.en', values, 'en') }} as reason_en,
        {{ sentence('reason.es', values, 'es') }} as reason_es,
        case
            when coded.shortage_item_code is not null
                then {{ sentence('shortage.en', values, 'en') }}
        end as shortage_en,
        case
            when coded.shortage_item_code is not null
                then {{ sentence('shortage.es', values, 'es') }}
        end as shortage_es
    from coded
    left join {{ ref('reason_text') }} as reason on coded.reason_code = reason.code
    left join {{ ref('reason_text') }} as shortage
        on
            shortage.code = case
                when coded.last_safe_order_date is null then 'CAMPAIGN_SHORTAGE'
                when coded.last_safe_order_date < {{ as_of_date() }} then 'CAMPAIGN_SHORTAGE_LATE'
                else 'CAMPAIGN_SHORTAGE_ORDER'
            end
),

final as (
    select
        campaign_id,
        campaign_name,
        campaign_status,
        is_active,
        start_date,
        end_date,
        item_code,
        is_item_known,
        inventory_uom,
        target_lead_count,
        lead_count,
        response_count,
        qualified_lead_count,
        neglected_lead_count,
        converted_lead_count,
        deal_count,
        open_deal_count,
        won_deal_count,
        lost_deal_count,
        qualified_lead_count as qualified_numerator,
        lead_count as qualified_denominator,
        {{ ratio('qualified_lead_count', 'lead_count') }} as qualified_share,
        converted_lead_count as conversion_numerator,
        qualified_lead_count as conversion_denominator,
        {{ ratio('converted_lead_count', 'qualified_lead_count') }} as conversion_share,
        won_deal_count as win_numerator,
        won_deal_count + lost_deal_count as win_denominator,
        {{ ratio('won_deal_count', 'won_deal_count + lost_deal_count') }} as win_share,
        {{ quantity('open_units_qty') }} as open_units_qty,
        {{ quantity('won_units_qty') }} as won_units_qty,
        {{ quantity('forecast_units_qty') }} as forecast_units_qty,
        {{ quantity('weighted_units_qty') }} as weighted_units_qty,
        {{ quantity('lead_units_qty') }} as lead_units_qty,
        {{ quantity('confirmed_units_qty') }} as confirmed_units_qty,
        is_capacity_confirmed,
        wanted_date,
        complete_date,
        shortage_item_code,
        shortage_date,
        last_safe_order_date,
        purchase_count,
        {{ money('cost_amount') }} as cost_amount,
        cost_basis,
        {{ money('open_net_amount') }} as open_net_amount,
        {{ money('weighted_net_amount') }} as weighted_net_amount,
        {{ money('won_net_amount') }} as won_net_amount,
        {{ money('won_contribution_amount') }} as won_contribution_amount,
        {{ money('weighted_contribution_amount') }} as weighted_contribution_amount,
        {{ money('real_margin_amount') }} as real_margin_amount,
        reason_code,
        reason_en,
        reason_es,
        shortage_en,
        shortage_es
    from worded
)

select * from final
