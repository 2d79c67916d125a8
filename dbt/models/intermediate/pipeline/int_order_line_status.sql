with order_lines as (
    select *
    from {{ ref('int_sales_order_line') }}
),

work_order_links as (
    select
        work_order_entry,
        sales_order_entry,
        sales_order_line_number
    from {{ ref('stg_sap_b1__work_order_sales_order_line') }}

    union

    select
        work_order.work_order_entry,
        order_line.document_entry as sales_order_entry,
        order_line.line_number as sales_order_line_number
    from {{ ref('int_work_order') }} as work_order
    inner join order_lines as order_line
        on
            work_order.origin = 'bopooSalesOrder'
            and work_order.origin_entry = order_line.document_entry
            and work_order.item_code = order_line.item_code
),

issues as (
    select
        work_order_id,
        bool_or(issued_qty > 0) as has_issue
    from {{ ref('int_work_order_line') }}
    group by work_order_id
),

production as (
    select
        links.sales_order_entry,
        links.sales_order_line_number,
        sum(work_order.planned_qty) as planned_qty,
        sum(work_order.completed_qty) as completed_qty,
        bool_and(
            work_order.completed_qty >= work_order.planned_qty or work_order.status = 'closed'
        ) as is_made,
        bool_or(
            work_order.status in ('released', 'closed')
            and (
                work_order.completed_qty > 0
                or work_order.rejected_qty > 0
                or coalesce(issues.has_issue, false)
            )
        ) as is_begun
    from work_order_links as links
    inner join {{ ref('int_work_order') }} as work_order
        on links.work_order_entry = work_order.work_order_entry
    left join issues
        on work_order.work_order_id = issues.work_order_id
    where work_order.status <> 'cancelled' and work_order.planned_qty > 0
    group by links.sales_order_entry, links.sales_order_line_number
),

stock_pegs as (
    select
        demand_id,
        sum(qty) as stock_qty
    from {{ source('placement', 'peg') }}
    where mode = 'firm' and is_top and (supply_id like 'STOCK-%' or supply_id like 'LOT-%')
    group by demand_id
),

ready_lines as (
    select
        demand.demand_line_id,
        bool_and(coalesce(stock_pegs.stock_qty, 0) >= demand.demand_qty) as is_ready
    from {{ ref('int_demand') }} as demand
    left join stock_pegs
        on demand.demand_id = stock_pegs.demand_id
    group by demand.demand_line_id
),

answers as (
    select
        demand_line_id,
        case when bool_and(status = 'placed') then max(delivered_day) end as delivered_date
    from {{ ref('int_promise_demand') }}
    where mode = 'firm'
    group by demand_line_id
),

{# A delivery rests on the order, or on the reserve invoice that replaced it. #}
deliveries as (
    select
        delivery.card_code,
        delivery.document_date,
        delivery.actual_delivery_date,
        coalesce(reserve_line.base_entry, delivery.base_entry) as document_entry,
        coalesce(reserve_line.base_line, delivery.base_line) as line_number
    from {{ ref('int_document_line') }} as delivery
    left join {{ ref('int_document_line') }} as reserve_line
        on
            delivery.base_type = 13
            and reserve_line.document_kind = 'invoice'
            and reserve_line.is_live
            and reserve_line.base_type = 17
            and delivery.base_entry = reserve_line.document_entry
            and delivery.base_line = reserve_line.line_number
    where
        delivery.document_kind = 'delivery_note'
        and delivery.is_live
        and (delivery.base_type = 17 or reserve_line.base_entry is not null)
),

arrivals as (
    select
        deliveries.document_entry,
        deliveries.line_number,
        max(coalesce(
            deliveries.actual_delivery_date,
            deliveries.document_date + coalesce(transit.transit_days, {{ policy('transit_days') }})
        )) as arrived_date
    from deliveries
    left join {{ ref('transit_days') }} as transit
        on deliveries.card_code = transit.card_code
    group by deliveries.document_entry, deliveries.line_number
),

judged as (
    select
        order_lines.sales_order_line_id,
        order_lines.document_entry,
        order_lines.document_number,
        order_lines.line_number,
        order_lines.opportunity_id,
        production.planned_qty,
        production.completed_qty,
        order_lines.delivered_qty >= order_lines.ordered_qty
        or (
            order_lines.open_qty = 0
            and order_lines.delivered_qty > 0
            and order_lines.reserve_invoiced_qty <= order_lines.delivered_qty
        ) as is_shipped,
        order_lines.invoiced_qty >= order_lines.delivered_qty as is_invoiced,
        order_lines.open_qty = 0
        and order_lines.delivered_qty = 0
        and order_lines.reserve_invoiced_qty = 0 as is_dropped,
        coalesce(ready_lines.is_ready, false) as is_ready,
        coalesce(production.is_made, false) as is_made,
        coalesce(production.is_begun, false) as is_begun,
        answers.delivered_date,
        arrivals.arrived_date
    from order_lines
    left join production
        on
            order_lines.document_entry = production.sales_order_entry
            and order_lines.line_number = production.sales_order_line_number
    left join ready_lines
        on order_lines.sales_order_line_id = ready_lines.demand_line_id
    left join answers
        on order_lines.sales_order_line_id = answers.demand_line_id
    left join arrivals
        on
            order_lines.document_entry = arrivals.document_entry
            and order_lines.line_number = arrivals.line_number
),

final as (
    select
        sales_order_line_id,
        document_entry,
        document_number,
        line_number,
        opportunity_id,
        planned_qty,
        completed_qty,
        case
            when is_dropped then null
            when is_shipped and is_invoiced then 'Invoiced'
            when is_shipped then 'Shipped'
            when is_ready then 'Ready to ship'
            when is_made then 'Made'
            when is_begun then 'In production'
            else 'Ordered'
        end as order_status,
        case when is_shipped then arrived_date else delivered_date end as expected_date
    from judged
)

select * from final
