with deal_lines as (
    select
        deal.opportunity_id,
        line.line_item_id,
        deal.account_id,
        coalesce(
            by_hand.item_code,
            nullif(trim(coalesce(line.product_code, product.product_code)), '')
        ) as product_code,
        nullif(trim(product.sales_unit), '') as crm_unit,
        line.line_qty,
        line.unit_price,
        coalesce(
            line.total_amount, {{ product('line.unit_price', 'line.line_qty') }}
        ) as net_amount,
        coalesce(line.requested_date, deal.requested_date) as requested_date,
        not deal.is_closed as is_open,
        deal.is_won,
        deal.sales_stage,
        deal.forecast_category,
        deal.probability_pct,
        deal.close_date
    from {{ ref('stg_salesforce__opportunity_line_item') }} as line
    inner join {{ ref('int_deal') }} as deal on line.opportunity_id = deal.opportunity_id
    left join
        {{ ref('stg_salesforce__product') }} as product
        on line.product_id = product.product_id
    left join {{ ref('product_item') }} as by_hand on line.product_id = by_hand.product_id
    where coalesce(line.created_at <= {{ as_of_at() }}, true)
),

ordered_deals as (
    select opportunity_id
    from {{ ref('int_sales_order_line') }}
    where opportunity_id is not null
    group by opportunity_id
),

drafted_deals as (
    select deal.opportunity_id
    from {{ ref('int_document') }} as draft
    inner join {{ ref('int_deal') }} as deal
        on left(draft.deal_id, 15) = left(deal.opportunity_id, 15)
    where
        draft.document_kind = 'draft'
        and draft.is_live
        and not draft.is_closed_by_as_of
        and draft.object_code in ('oOrders', '17')
        and draft.authorization_status in ('dasPending', 'dasApproved')
    group by deal.opportunity_id
),

quoted_deals as (
    select
        deal.opportunity_id,
        quotation.item_code
    from {{ ref('int_document_line') }} as quotation
    inner join {{ ref('int_deal') }} as deal
        on left(quotation.deal_id, 15) = left(deal.opportunity_id, 15)
    where
        quotation.document_kind = 'quotation'
        and quotation.is_live
        and not quotation.is_closed_by_as_of
        and coalesce(quotation.document_due_date >= {{ as_of_date() }}, true)
    group by deal.opportunity_id, quotation.item_code
),

unlinked_orders as (
    select
        order_line.card_code,
        order_line.item_code,
        order_line.ordered_qty,
        order_line.order_date
    from {{ ref('int_sales_order_line') }} as order_line
    where order_line.opportunity_id is null
),

converted as (
    select
        deal_lines.*,
        customer.card_code,
        item.item_code,
        item.inventory_uom,
        item.is_inventory_item,
        item.is_kit,
        coalesce(deal_lines.crm_unit, item.sales_unit, item.inventory_uom) as line_unit,
        units.inventory_per_unit_qty,
        {{ product('deal_lines.line_qty', 'units.inventory_per_unit_qty') }} as inventory_qty,
        ordered_deals.opportunity_id is not null as has_order,
        drafted_deals.opportunity_id is not null as has_draft,
        quoted_deals.opportunity_id is not null as has_quotation
    from deal_lines
    left join
        {{ ref('int_customer_account') }} as customer
        on deal_lines.account_id = customer.account_id
    left join {{ ref('int_item') }} as item on deal_lines.product_code = item.item_code
    left join {{ ref('int_item_unit') }} as units
        on
            item.item_code = units.item_code
            and lower(trim(coalesce(deal_lines.crm_unit, item.sales_unit, item.inventory_uom)))
            = units.unit
    left join ordered_deals on deal_lines.opportunity_id = ordered_deals.opportunity_id
    left join drafted_deals on deal_lines.opportunity_id = drafted_deals.opportunity_id
    left join quoted_deals
        on
            deal_lines.opportunity_id = quoted_deals.opportunity_id
            and item.item_code = quoted_deals.item_code
),

suspected as (
    select distinct converted.line_item_id
    from converted
    inner join unlinked_orders
        on
            converted.card_code = unlinked_orders.card_code
            and converted.item_code = unlinked_orders.item_code
            and converted.inventory_qty = unlinked_orders.ordered_qty
            and abs(converted.close_date - unlinked_orders.order_date)
            <= {{ policy('won_without_order_days') }}
    where converted.is_won and not converted.has_order
),

classed as (
    select
        converted.*,
        suspected.line_item_id is not null as has_suspected_order,
        case
            when converted.product_code is null then 'NO_ITEM'
            when converted.item_code is null then 'UNKNOWN_ITEM'
            when converted.line_qty is null or converted.line_qty <= 0 then 'IMPOSSIBLE_QUANTITY'
            when
                converted.inventory_qty is null and converted.line_unit is not null
                then 'UNKNOWN_UNIT'
            when converted.inventory_qty is null then 'NO_UNIT'
        end as reason_code,
        case
            when converted.has_order or converted.has_draft then null
            when converted.is_won and suspected.line_item_id is not null then null
            when
                converted.is_won
                and converted.close_date
                >= {{ as_of_date() }} - {{ policy('won_without_order_days') }}
                then 'won'
            when not converted.is_open then null
            when converted.has_quotation then 'quotation'
            when
                converted.forecast_category = 'Commit'
                or stage_probability.demand_class = 'commit'
                or converted.probability_pct >= {{ policy('commit_probability_pct') }}
                then 'commit'
            else 'pipeline'
        end as demand_class
    from converted
    left join {{ ref('stage_probability') }} as stage_probability
        on converted.sales_stage = stage_probability.sales_stage
    left join suspected on converted.line_item_id = suspected.line_item_id
),

final as (
    select
        opportunity_id,
        line_item_id,
        account_id,
        card_code,
        product_code,
        item_code,
        line_qty,
        line_unit,
        inventory_per_unit_qty,
        inventory_qty,
        inventory_uom,
        case when reason_code in ('UNKNOWN_UNIT', 'NO_UNIT') then line_unit end as unit_issue,
        reason_code,
        case reason_code
            when 'UNKNOWN_ITEM' then product_code
            when 'UNKNOWN_UNIT' then line_unit
            when 'IMPOSSIBLE_QUANTITY' then cast(line_qty as varchar)
        end as reason_key,
        requested_date,
        unit_price,
        {{ money('net_amount') }} as net_amount,
        is_open,
        is_won,
        sales_stage,
        forecast_category,
        probability_pct,
        close_date,
        coalesce(is_inventory_item, true) as is_inventory_item,
        coalesce(is_kit, false) as is_kit,
        has_order,
        has_draft,
        has_suspected_order,
        has_quotation,
        demand_class
    from classed
)

select * from final
