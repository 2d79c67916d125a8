with lines as (
    select
        line.line_item_id,
        line.opportunity_id,
        deal.customer_key,
        line.item_code,
        line.product_code,
        deal.sales_stage,
        cast(date_trunc('month', deal.close_date) as date) as close_month_date,
        line.inventory_qty,
        line.net_amount,
        deal.probability_pct,
        cast(odds.win_odds * 100 as decimal(18, 6)) as measured_probability_pct,
        odds.basis,
        campaign.campaign_id,
        coalesce(deal.close_date < {{ as_of_date() }}, false) as is_past_close_date
    from {{ ref('int_deal_line') }} as line
    inner join {{ ref('fct_deal') }} as deal
        on line.opportunity_id = deal.opportunity_id
    inner join {{ ref('int_deal_odds') }} as odds
        on line.opportunity_id = odds.opportunity_id
    left join {{ ref('int_deal_campaign') }} as campaign
        on line.opportunity_id = campaign.opportunity_id
    where deal.is_open
),

final as (
    select
        line_item_id,
        opportunity_id,
        customer_key,
        campaign_id,
        item_code,
        product_code,
        sales_stage,
        close_month_date,
        {{ quantity('inventory_qty') }} as units_qty,
        {{ product('inventory_qty', 'measured_probability_pct / 100') }} as weighted_units_qty,
        net_amount,
        {{ product('net_amount', 'probability_pct / 100') }} as weighted_net_amount,
        probability_pct,
        measured_probability_pct,
        basis as measured_basis,
        is_past_close_date
    from lines
)

select * from final
