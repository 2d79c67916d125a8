with split_in_time as (
    select
        split.promise_line_id,
        sum(split.split_qty) as in_time_qty
    from {{ ref('fct_promise_split') }} as split
    inner join {{ ref('fct_promise_line') }} as promise
        on
            split.promise_line_id = promise.promise_line_id
            and split.mode = promise.mode
    where split.mode = 'queue' and split.split_date <= promise.requested_date
    group by split.promise_line_id
),

joined as (
    select
        campaign.campaign_id,
        campaign.item_code as campaign_item_code,
        line.line_item_id,
        line.opportunity_id,
        line.item_code,
        line.inventory_qty,
        line.net_amount,
        line.is_open,
        line.is_won,
        margin.contribution_amount,
        odds.win_odds,
        coalesce(line.requested_date, campaign.end_date) as wanted_date,
        promise.status as promise_status,
        promise.delivered_date,
        case
            when line.is_open and promise.status = 'placed'
                then case
                    when coalesce(promise.delivered_date <= promise.requested_date, true)
                        then line.inventory_qty
                    else coalesce(split_in_time.in_time_qty, 0)
                end
            when line.is_won and deal.order_status in ('Shipped', 'Invoiced')
                then line.inventory_qty
            when line.is_won and deal.order_number is not null
                then case
                    when coalesce(deal.expected_date <= line.requested_date, true)
                        then line.inventory_qty
                    else 0
                end
            else 0
        end as in_time_qty
    from {{ ref('int_deal_campaign') }} as attributed
    inner join {{ ref('stg_salesforce__campaign') }} as campaign
        on attributed.campaign_id = campaign.campaign_id
    inner join {{ ref('int_deal_line') }} as line
        on attributed.opportunity_id = line.opportunity_id
    inner join {{ ref('fct_deal') }} as deal
        on attributed.opportunity_id = deal.opportunity_id
    left join {{ ref('int_deal_line_margin') }} as margin
        on line.line_item_id = margin.line_item_id
    left join {{ ref('int_deal_odds') }} as odds
        on attributed.opportunity_id = odds.opportunity_id
    left join {{ ref('fct_promise_line') }} as promise
        on
            line.line_item_id = promise.line_item_id
            and promise.mode = 'queue'
    left join split_in_time
        on promise.promise_line_id = split_in_time.promise_line_id
),

final as (
    select
        campaign_id,
        line_item_id,
        opportunity_id,
        item_code,
        coalesce(campaign_item_code = item_code, false) as is_campaign_item,
        inventory_qty,
        net_amount,
        contribution_amount,
        is_open,
        is_won,
        win_odds,
        wanted_date,
        promise_status,
        delivered_date,
        {{ quantity('in_time_qty') }} as in_time_qty
    from joined
)

select * from final
