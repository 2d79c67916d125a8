with affected_items as (
    select distinct
        case_id,
        item_code
    from {{ ref('fct_case_lot') }}
    where is_counted
),

affected_customers as (
    select distinct
        case_id,
        card_code
    from {{ ref('fct_case_shipment') }}
),

asked as (
    select
        opportunity_id,
        item_code,
        sum(units_qty) as asked_qty,
        sum(net_amount) as net_amount
    from {{ ref('fct_pipeline_line') }}
    where item_code is not null
    group by opportunity_id, item_code
),

final as (
    select
        affected_items.case_id,
        asked.opportunity_id,
        deal.deal_name,
        deal.customer_name,
        asked.item_code,
        {{ quantity('asked.asked_qty') }} as asked_qty,
        {{ money('asked.net_amount') }} as net_amount,
        deal.queue_date,
        affected_customers.card_code is not null as is_affected_customer
    from affected_items
    inner join asked on affected_items.item_code = asked.item_code
    inner join {{ ref('fct_deal') }} as deal on asked.opportunity_id = deal.opportunity_id
    left join affected_customers
        on
            affected_items.case_id = affected_customers.case_id
            and deal.card_code = affected_customers.card_code
    where deal.is_open
)

select * from final
