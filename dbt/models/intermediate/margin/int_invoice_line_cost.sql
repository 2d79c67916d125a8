with invoice_lines as (
    select
        chain.invoice_line_id,
        chain.invoice_date,
        chain.item_code,
        chain.document_entry,
        chain.line_number,
        chain.order_entry,
        chain.order_line_number,
        chain.delivery_entry,
        chain.delivery_line_number,
        chain.tree_type,
        cast(chain.invoiced_qty as double) as invoiced_qty,
        item.cost_accounting_method,
        item.is_made,
        item.is_kit,
        coalesce(item.is_inventory_item, true) as is_inventory_item
    from {{ ref('int_invoice_line_chain') }} as chain
    left join {{ ref('int_item') }} as item on chain.item_code = item.item_code
),

work_order_costs as (
    select *
    from {{ ref('int_work_order_cost') }}
    where completed_qty > 0
),

linked_orders as (
    select
        link.sales_order_entry,
        link.sales_order_line_number,
        link.work_order_entry
    from {{ ref('stg_sap_b1__work_order_sales_order_line') }} as link
    where link.sales_order_line_number is not null

    union

    select
        work_order.origin_entry as sales_order_entry,
        order_line.line_number as sales_order_line_number,
        work_order.work_order_entry
    from {{ ref('int_work_order') }} as work_order
    inner join {{ ref('int_document_line') }} as order_line
        on
            order_line.document_kind = 'sales_order'
            and work_order.origin_entry = order_line.document_entry
            and work_order.item_code = order_line.item_code
    where
        work_order.origin = 'bopooSalesOrder'
        and work_order.work_order_entry not in (
            select work_order_entry
            from {{ ref('stg_sap_b1__work_order_sales_order_line') }}
            where sales_order_line_number is not null and work_order_entry is not null
        )
),

by_sales_order as (
    select
        invoice_lines.invoice_line_id,
        linked_orders.work_order_entry,
        costs.completed_qty as weight_qty
    from invoice_lines
    inner join linked_orders
        on
            invoice_lines.order_entry = linked_orders.sales_order_entry
            and invoice_lines.order_line_number = linked_orders.sales_order_line_number
    inner join work_order_costs as costs
        on
            linked_orders.work_order_entry = costs.work_order_entry
            and invoice_lines.item_code = costs.item_code
),

delivered_lines as (
    select
        invoice_line_id,
        delivery_entry,
        delivery_line_number
    from invoice_lines
    where delivery_entry is not null

    union

    select
        invoice_lines.invoice_line_id,
        reserve_delivery.document_entry as delivery_entry,
        reserve_delivery.line_number as delivery_line_number
    from invoice_lines
    inner join {{ ref('int_document_line') }} as reserve_delivery
        on
            reserve_delivery.document_kind = 'delivery_note'
            and reserve_delivery.is_live
            and reserve_delivery.base_type = 13
            and invoice_lines.document_entry = reserve_delivery.base_entry
            and invoice_lines.line_number = reserve_delivery.base_line
),

delivered_lots as (
    select
        delivered_lines.invoice_line_id,
        origin.origin,
        origin.work_order_entry,
        origin.price,
        sum(cast(lot.lot_qty as double) * origin.origin_share) as lot_qty
    from delivered_lines
    inner join {{ ref('stg_sap_b1__delivery_note_line_lot') }} as lot
        on
            delivered_lines.delivery_entry = lot.document_entry
            and delivered_lines.delivery_line_number = lot.line_number
    inner join {{ ref('int_lot_origin') }} as origin
        on
            lot.item_code = origin.item_code
            and lot.lot_number = origin.lot_number
    group by
        delivered_lines.invoice_line_id, origin.origin, origin.work_order_entry, origin.price
),

by_lot as (
    select
        delivered_lots.invoice_line_id,
        delivered_lots.work_order_entry,
        delivered_lots.lot_qty as weight_qty
    from delivered_lots
    inner join work_order_costs as costs
        on delivered_lots.work_order_entry = costs.work_order_entry
    where delivered_lots.origin = 'work_order'
),

by_purchased_lot as (
    select
        invoice_line_id,
        sum(price * lot_qty) / nullif(sum(lot_qty), 0) as price,
        sum(lot_qty) as linked_qty
    from delivered_lots
    where origin = 'purchase' and price > 0
    group by invoice_line_id
),

pegged as (
    select
        invoice_line_id,
        work_order_entry,
        weight_qty,
        'sales_order' as cost_link,
        1 as preference
    from by_sales_order
    union all
    select
        invoice_line_id,
        work_order_entry,
        weight_qty,
        'lot' as cost_link,
        2 as preference
    from by_lot
),

direct_pegs as (
    select *
    from pegged
    qualify preference = min(preference) over (partition by invoice_line_id)
),

averages as (
    select
        invoice_lines.invoice_line_id,
        costs.work_order_entry,
        costs.completed_qty as weight_qty,
        'average' as cost_link
    from invoice_lines
    inner join work_order_costs as costs
        on
            invoice_lines.item_code = costs.item_code
            and invoice_lines.invoice_date >= costs.last_receipt_date
            and costs.last_receipt_date
            > invoice_lines.invoice_date - {{ policy('margin_average_days') }}
    where
        invoice_lines.invoice_line_id not in (select invoice_line_id from direct_pegs)
        and invoice_lines.invoice_line_id not in (select invoice_line_id from by_purchased_lot)
        and coalesce(invoice_lines.cost_accounting_method, 'bis_Standard') <> 'bis_MovingAverage'
),

work_order_pegs as (
    select
        invoice_line_id,
        work_order_entry,
        weight_qty,
        cost_link
    from direct_pegs
    union all
    select
        invoice_line_id,
        work_order_entry,
        weight_qty,
        cost_link
    from averages
),

{% set terms = [
    'material_amount', 'work_centre_amount', 'subcontract_amount', 'fixed_amount', 'scrap_amount',
    'standard_amount', 'purchase_price_amount', 'usage_amount', 'labour_rate_amount',
    'efficiency_amount', 'measured_hours', 'actual_hours'
] %}
from_work_orders as (
    select
        pegs.invoice_line_id,
        any_value(pegs.cost_link) as cost_link,
        sum(pegs.weight_qty) as linked_qty,
        count(distinct pegs.work_order_entry) as work_order_count,
        {% for term in terms %}
            sum(pegs.weight_qty * costs.{{ term }} / costs.completed_qty)
            / nullif(sum(pegs.weight_qty), 0) as unit_{{ term }},
        {% endfor %}
        bool_or(costs.is_open) as is_work_open
    from work_order_pegs as pegs
    inner join work_order_costs as costs on pegs.work_order_entry = costs.work_order_entry
    group by pegs.invoice_line_id
),

purchases as (
    select
        item_code,
        document_date,
        cast(net_amount as double) as net_amount,
        cast(inventory_qty as double) as received_qty
    from {{ ref('int_document_line') }}
    where
        document_kind = 'purchase_delivery_note'
        and is_live
        and inventory_qty > 0
        and net_amount > 0
),

purchase_averages as (
    select
        invoice_lines.invoice_line_id,
        sum(purchases.net_amount) / nullif(sum(purchases.received_qty), 0) as price
    from invoice_lines
    inner join purchases
        on
            invoice_lines.item_code = purchases.item_code
            and invoice_lines.invoice_date >= purchases.document_date
            and purchases.document_date
            > invoice_lines.invoice_date - {{ policy('margin_average_days') }}
    where not invoice_lines.is_made
    group by invoice_lines.invoice_line_id
),

delivery_costs as (
    select
        delivered_lines.invoice_line_id,
        sum(cast(line.stock_cost as double) * cast(line.inventory_qty as double))
        / nullif(sum(cast(line.inventory_qty as double)), 0) as price
    from delivered_lines
    inner join {{ ref('int_document_line') }} as line
        on
            line.document_kind = 'delivery_note'
            and delivered_lines.delivery_entry = line.document_entry
            and delivered_lines.delivery_line_number = line.line_number
    where line.stock_cost > 0
    group by delivered_lines.invoice_line_id
),

other_prices as (
    select
        invoice_lines.*,
        coalesce(by_purchased_lot.linked_qty, 0) as lot_linked_qty,
        cast(cost.unit_cost as double) as current_unit_cost,
        coalesce(
            cast(cost.fixed_unit_cost as double) / nullif(cast(cost.unit_cost as double), 0), 0
        ) as fixed_share,
        case
            when invoice_lines.tree_type = 'iSalesTree' then 'children'
            when by_purchased_lot.price > 0 then 'lot'
            when
                invoice_lines.cost_accounting_method = 'bis_MovingAverage'
                and coalesce(delivery_costs.price, cast(cost.unit_cost as double)) > 0
                then 'moving_average'
            when purchase_averages.price > 0 then 'average'
            when cost.unit_cost > 0 then 'standard'
            else 'none'
        end as cost_link,
        by_purchased_lot.price as lot_price,
        delivery_costs.price as delivery_price,
        purchase_averages.price as purchase_price
    from invoice_lines
    left join by_purchased_lot on invoice_lines.invoice_line_id = by_purchased_lot.invoice_line_id
    left join delivery_costs on invoice_lines.invoice_line_id = delivery_costs.invoice_line_id
    left join purchase_averages
        on invoice_lines.invoice_line_id = purchase_averages.invoice_line_id
    left join {{ ref('int_item_cost') }} as cost on invoice_lines.item_code = cost.item_code
),

priced_others as (
    select
        *,
        case cost_link
            when 'children' then 0
            when 'lot' then lot_price
            when 'moving_average' then coalesce(delivery_price, current_unit_cost)
            when 'average' then purchase_price
            when 'standard' then current_unit_cost
        end as unit_price
    from other_prices
),

final as (
    select
        other.invoice_line_id,
        coalesce(made.cost_link, other.cost_link) as cost_link,
        case
            when made.cost_link in ('sales_order', 'lot')
                then least(made.linked_qty, other.invoiced_qty)
            when made.cost_link is null and other.cost_link = 'lot'
                then least(other.lot_linked_qty, other.invoiced_qty)
            else 0
        end as linked_qty,
        coalesce(made.work_order_count, 0) as work_order_count,
        coalesce(made.is_work_open, false) as is_work_open,
        made.cost_link is not null as is_from_work_order,
        case
            when made.cost_link is not null then made.unit_material_amount else other.unit_price
        end
            as unit_material_amount,
        case
            when made.cost_link is not null then made.unit_work_centre_amount
            when other.unit_price is not null then 0
        end as unit_work_centre_amount,
        case
            when made.cost_link is not null then made.unit_subcontract_amount
            when other.unit_price is not null then 0
        end as unit_subcontract_amount,
        case
            when made.cost_link is not null then made.unit_fixed_amount
            else other.unit_price * other.fixed_share
        end as unit_fixed_amount,
        coalesce(made.unit_scrap_amount, 0) as unit_scrap_amount,
        case
            when made.cost_link is not null then made.unit_standard_amount
            when other.cost_link = 'standard' then other.unit_price
        end as unit_standard_amount,
        coalesce(made.unit_purchase_price_amount, 0) as unit_purchase_price_amount,
        coalesce(made.unit_usage_amount, 0) as unit_usage_amount,
        coalesce(made.unit_labour_rate_amount, 0) as unit_labour_rate_amount,
        coalesce(made.unit_efficiency_amount, 0) as unit_efficiency_amount,
        coalesce(made.unit_measured_hours, 0) as unit_measured_hours,
        coalesce(made.unit_actual_hours, 0) as unit_actual_hours
    from priced_others as other
    left join from_work_orders as made on other.invoice_line_id = made.invoice_line_id
)

select * from final
