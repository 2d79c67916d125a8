with delivered as (
    select
        base_entry,
        base_line,
        sum(inventory_qty) filter (where is_live) as by_as_of_qty,
        sum(inventory_qty) filter (where is_after_as_of and not is_cancellation) as later_qty
    from {{ ref('int_document_line') }}
    where document_kind = 'delivery_note' and base_type = 13
    group by base_entry, base_line
),

reserve_lines as (
    select
        line.*,
        order_line.due_date as order_due_date,
        coalesce(delivered.later_qty, 0) as later_qty,
        greatest(line.inventory_qty - coalesce(delivered.by_as_of_qty, 0), 0) as undelivered_qty
    from {{ ref('int_document_line') }} as line
    left join delivered
        on
            line.document_entry = delivered.base_entry
            and line.line_number = delivered.base_line
    left join {{ ref('int_sales_order_line') }} as order_line
        on
            line.base_type = 17
            and line.base_entry = order_line.document_entry
            and line.base_line = order_line.line_number
    where
        line.document_kind = 'invoice'
        and line.is_live
        and line.is_reserve_invoice
),

final as (
    select
        'RI-' || document_entry || '-' || line_number as reserve_invoice_line_id,
        document_entry,
        document_number,
        line_number,
        card_code,
        deal_id,
        item_code,
        warehouse_code,
        uom_code,
        line_qty,
        inventory_qty,
        {{ quantity("""
            case
                when open_inventory_qty is null or later_qty > 0 then undelivered_qty
                else least(open_inventory_qty, undelivered_qty)
            end
        """) }} as open_qty,
        coalesce(order_due_date, ship_date, document_due_date) as due_date,
        tree_type,
        is_drop_ship,
        is_unit_unknown
    from reserve_lines
)

select * from final
