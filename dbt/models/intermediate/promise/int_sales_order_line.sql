with order_lines as (
    select *
    from {{ ref('int_document_line') }}
    where document_kind = 'sales_order' and is_live
),

delivered as (
    select
        base_type,
        base_entry,
        base_line,
        sum(inventory_qty) filter (where is_live) as by_as_of_qty,
        sum(inventory_qty) filter (where is_after_as_of and not is_cancellation) as after_as_of_qty
    from {{ ref('int_document_line') }}
    where document_kind = 'delivery_note' and base_entry is not null
    group by base_type, base_entry, base_line
),

invoiced as (
    select
        base_type,
        base_entry,
        base_line,
        sum(inventory_qty) filter (where is_live) as by_as_of_qty,
        sum(inventory_qty) filter (where is_live and coalesce(is_reserve_invoice, false))
            as reserve_qty,
        sum(inventory_qty) filter (where is_after_as_of and not is_cancellation) as after_as_of_qty
    from {{ ref('int_document_line') }}
    where document_kind = 'invoice' and base_entry is not null
    group by base_type, base_entry, base_line
),

delivered_from_reserve as (
    select
        reserve_line.base_entry as document_entry,
        reserve_line.base_line as line_number,
        sum(delivered.by_as_of_qty) as by_as_of_qty
    from {{ ref('int_document_line') }} as reserve_line
    inner join delivered
        on
            delivered.base_type = 13
            and reserve_line.document_entry = delivered.base_entry
            and reserve_line.line_number = delivered.base_line
    where
        reserve_line.document_kind = 'invoice'
        and reserve_line.is_live
        and reserve_line.base_type = 17
        and reserve_line.is_reserve_invoice
    group by reserve_line.base_entry, reserve_line.base_line
),

returned as (
    select
        base_entry,
        base_line,
        sum(inventory_qty) as by_as_of_qty
    from {{ ref('int_document_line') }}
    where document_kind = 'return' and base_type = 15 and is_live
    group by base_entry, base_line
),

billed_deliveries as (
    select
        delivery_line.base_entry as document_entry,
        delivery_line.base_line as line_number,
        sum(invoiced.by_as_of_qty) as invoiced_qty,
        sum(returned.by_as_of_qty) as returned_qty
    from {{ ref('int_document_line') }} as delivery_line
    left join invoiced
        on
            invoiced.base_type = 15
            and delivery_line.document_entry = invoiced.base_entry
            and delivery_line.line_number = invoiced.base_line
    left join returned
        on
            delivery_line.document_entry = returned.base_entry
            and delivery_line.line_number = returned.base_line
    where
        delivery_line.document_kind = 'delivery_note'
        and delivery_line.is_live
        and delivery_line.base_type = 17
    group by delivery_line.base_entry, delivery_line.base_line
),

chained as (
    select
        order_lines.*,
        coalesce(delivered.by_as_of_qty, 0) as delivered_from_order_qty,
        coalesce(delivered_from_reserve.by_as_of_qty, 0) as delivered_from_reserve_qty,
        coalesce(invoiced.by_as_of_qty, 0) as invoiced_from_order_qty,
        coalesce(invoiced.reserve_qty, 0) as reserve_invoiced_qty,
        coalesce(billed_deliveries.invoiced_qty, 0) as invoiced_from_delivery_qty,
        coalesce(billed_deliveries.returned_qty, 0) as returned_qty,
        coalesce(delivered.after_as_of_qty, 0) + coalesce(invoiced.after_as_of_qty, 0) as later_qty
    from order_lines
    left join delivered
        on
            delivered.base_type = 17
            and order_lines.document_entry = delivered.base_entry
            and order_lines.line_number = delivered.base_line
    left join invoiced
        on
            invoiced.base_type = 17
            and order_lines.document_entry = invoiced.base_entry
            and order_lines.line_number = invoiced.base_line
    left join delivered_from_reserve
        on
            order_lines.document_entry = delivered_from_reserve.document_entry
            and order_lines.line_number = delivered_from_reserve.line_number
    left join billed_deliveries
        on
            order_lines.document_entry = billed_deliveries.document_entry
            and order_lines.line_number = billed_deliveries.line_number
),

opened as (
    select
        *,
        greatest(
            inventory_qty - delivered_from_order_qty - invoiced_from_order_qty, 0
        ) as undelivered_qty,
        coalesce(line_status, 'bost_Open') <> 'bost_Open'
        and later_qty = 0
        and coalesce(closing_date, {{ as_of_date() }}) <= {{ as_of_date() }} as is_line_closed
    from chained
),

measured as (
    select
        *,
        {{ quantity("""
            case
                when is_line_closed or is_closed_by_as_of and later_qty = 0 then 0
                when coalesce(line_status, 'bost_Open') <> 'bost_Open' then undelivered_qty
                when open_inventory_qty is null then undelivered_qty
                else least(open_inventory_qty + later_qty, inventory_qty)
            end
        """) }} as open_inventory_at_as_of_qty
    from opened
),

deal_links as (
    select
        order_header.document_entry,
        deal.opportunity_id,
        case
            when by_hand.opportunity_id is not null then 'mapping_file'
            when order_header.deal_id is not null then 'order_field'
            else 'deal_field'
        end as link_rule
    from {{ ref('int_document') }} as order_header
    left join {{ ref('deal_order') }} as by_hand
        on cast(order_header.document_number as varchar) = trim(by_hand.order_number)
    inner join {{ ref('int_deal') }} as deal
        on
            left(coalesce(by_hand.opportunity_id, order_header.deal_id), 15)
            = left(deal.opportunity_id, 15)
            or (
                by_hand.opportunity_id is null
                and order_header.deal_id is null
                and deal.promesa_order_number = cast(order_header.document_number as varchar)
            )
    where order_header.document_kind = 'sales_order'
    qualify row_number() over (
        partition by order_header.document_entry
        order by deal.opportunity_id
    ) = 1
),

final as (
    select
        'SO-' || measured.document_entry || '-' || measured.line_number as sales_order_line_id,
        measured.document_entry,
        measured.document_number,
        measured.line_number,
        measured.card_code,
        deal_links.opportunity_id,
        deal_links.link_rule,
        measured.item_code,
        measured.warehouse_code,
        measured.tree_type,
        measured.uom_code,
        measured.document_date as order_date,
        coalesce(measured.ship_date, measured.document_due_date) as due_date,
        measured.line_qty,
        measured.inventory_qty as ordered_qty,
        {{ quantity('measured.delivered_from_order_qty + measured.delivered_from_reserve_qty') }}
            as delivered_qty,
        {{ quantity('measured.invoiced_from_order_qty + measured.invoiced_from_delivery_qty') }}
            as invoiced_qty,
        {{ quantity('measured.reserve_invoiced_qty') }} as reserve_invoiced_qty,
        {{ quantity("""
            greatest(
                measured.delivered_from_order_qty
                - measured.invoiced_from_delivery_qty
                - measured.returned_qty,
                0
            )
        """) }} as delivered_not_invoiced_qty,
        measured.open_inventory_at_as_of_qty as open_qty,
        measured.currency,
        measured.document_rate,
        measured.net_amount,
        measured.tax_pct,
        {{ money("""
            cast(measured.net_amount as double)
            / nullif(cast(measured.inventory_qty as double), 0)
        """) }} as unit_net_amount,
        {{ money("""
            cast(measured.net_amount as double)
            * cast(measured.open_inventory_at_as_of_qty as double)
            / nullif(cast(measured.inventory_qty as double), 0)
        """) }} as open_net_amount,
        measured.is_drop_ship,
        measured.is_without_inventory_movement,
        measured.is_unit_unknown,
        measured.open_inventory_at_as_of_qty > 0 as is_open,
        coalesce(measured.document_type, '') <> 'dDocument_Service' as is_item_line
    from measured
    left join deal_links on measured.document_entry = deal_links.document_entry
)

select * from final
