with open_campaigns as (
    select distinct campaign_id
    from {{ ref('int_campaign_line') }}
    where is_campaign_item and is_open
),

final as (
    select
        used.campaign_id,
        proposal.item_code,
        proposal.need_date,
        proposal.item_name,
        proposal.inventory_uom,
        proposal.order_qty,
        proposal.order_amount,
        proposal.supplier_code,
        proposal.supplier_name,
        proposal.lead_p50_days,
        proposal.lead_p90_days,
        proposal.lead_basis,
        proposal.last_safe_order_date,
        proposal.is_too_late
    from {{ ref('int_campaign_item') }} as used
    inner join open_campaigns on used.campaign_id = open_campaigns.campaign_id
    inner join {{ ref('fct_purchase_proposal') }} as proposal
        on
            used.item_code = proposal.item_code
            and proposal.scenario = 'full'
)

select * from final
