with received as (
    select
        base_entry,
        base_line,
        sum(inventory_qty) filter (where is_live) as by_as_of_qty,
        sum(inventory_qty) filter (where is_after_as_of and not is_cancellation) as later_qty
    from {{ ref('int_document_line') }}
    where document_kind = 'purchase_delivery_note' and base_type = 22
    group by base_entry, base_line
),

purchase_lines as (
    select
        line.*,
        greatest(line.inventory_qty - coalesce(received.by_as_of_qty, 0), 0) as unreceived_qty,
        coalesce(received.later_qty, 0) as later_qty,
        coalesce(line.line_status, 'bost_Open') <> 'bost_Open' as is_marked_closed,
        coalesce(line.closing_date, {{ as_of_date() }}) <= {{ as_of_date() }} as is_closing_known
    from {{ ref('int_document_line') }} as line
    left join received
        on
            line.document_entry = received.base_entry
            and line.line_number = received.base_line
    where line.document_kind = 'purchase_order' and line.is_live and line.item_code is not null
),

open_lines as (
    select
        *,
        {{ quantity("""
            case
                when (is_marked_closed or is_closed_by_as_of) and later_qty = 0 and is_closing_known then 0
                when is_marked_closed or open_inventory_qty is null then unreceived_qty
                else least(open_inventory_qty + later_qty, inventory_qty)
            end
        """) }} as still_open_qty,
        case
            when
                coalesce(
                    ship_date, document_due_date
                ) between date '1990-01-01' and date '2200-01-01'
                then coalesce(ship_date, document_due_date)
        end as expected_date
    from purchase_lines
),

placed as (
    select
        open_lines.*,
        item.home_set,
        warehouse.warehouse_set,
        warehouse.unusable_reason,
        {{ as_of_date() }} - open_lines.expected_date as overdue_days,
        coalesce(own_item.late_p50_days, own_supplier.late_p50_days) as measured_late_days,
        case
            when open_lines.is_drop_ship or coalesce(warehouse.is_drop_ship, false) then 'drop_ship'
            when warehouse.unusable_reason is not null then 'unusable_warehouse'
            when open_lines.expected_date is null then 'no_date'
            when
                {{ as_of_date() }} - open_lines.expected_date > {{ policy('receipt_stale_days') }}
                then 'stale'
            when open_lines.expected_date < {{ as_of_date() }} then 'moved'
            else 'counted'
        end as standing
    from open_lines
    inner join {{ ref('int_item') }} as item on open_lines.item_code = item.item_code
    left join
        {{ ref('int_warehouse') }} as warehouse
        on open_lines.warehouse_code = warehouse.warehouse_code
    left join {{ ref('int_supplier_lead_time') }} as own_item
        on
            open_lines.card_code = own_item.card_code
            and open_lines.item_code = own_item.item_code
            and not own_item.is_all_items
            and own_item.receipt_count >= {{ policy('supplier_lateness_receipts') }}
    left join {{ ref('int_supplier_lead_time') }} as own_supplier
        on
            open_lines.card_code = own_supplier.card_code
            and own_supplier.is_all_items
            and own_supplier.receipt_count >= {{ policy('supplier_lateness_receipts') }}
    where open_lines.still_open_qty > 0
),

final as (
    select
        'PO-' || document_entry || '-' || line_number as receipt_id,
        document_number,
        card_code,
        item_code,
        warehouse_code,
        case when home_set = '*' then '*' else coalesce(warehouse_set, home_set) end
            as warehouse_set,
        still_open_qty as open_qty,
        {{ money("""
            cast(net_amount as double) * cast(still_open_qty as double)
            / nullif(cast(inventory_qty as double), 0)
        """) }} as open_amount,
        expected_date as due_date,
        cast(overdue_days as integer) as overdue_days,
        cast(case
            when standing = 'counted' then expected_date
            when standing = 'moved'
                then {{ as_of_date() }} + greatest(
                    coalesce(measured_late_days, {{ policy('receipt_delay_days') }}), 1
                )
        end as date) as available_date,
        standing,
        cast(case
            when standing = 'moved'
                then greatest(coalesce(measured_late_days, {{ policy('receipt_delay_days') }}), 1)
        end as integer) as delay_days,
        case
            when standing = 'moved' and measured_late_days is not null then 'measured'
            when standing = 'moved' then 'policy'
        end as delay_origin
    from placed
)

select * from final
