{# Only the product itself: by-products and returned components come back on the same paper. #}
with receipts as (
    select
        receipt.base_entry as work_order_entry,
        receipt.inventory_qty,
        receipt.is_live,
        receipt.is_after_as_of and not receipt.is_cancellation as is_later,
        coalesce(line.transaction_type, 'botrntComplete') = 'botrntReject' as is_rejected
    from {{ ref('int_document_line') }} as receipt
    inner join {{ ref('stg_sap_b1__work_order') }} as work_order
        on
            receipt.base_entry = work_order.work_order_entry
            and receipt.item_code = work_order.item_code
    left join {{ ref('stg_sap_b1__goods_receipt_line') }} as line
        on
            receipt.document_entry = line.document_entry
            and receipt.line_number = line.line_number
    where receipt.document_kind = 'goods_receipt' and receipt.base_type = 202
),

booked_back as (
    select
        work_order_entry,
        sum(inventory_qty) filter (where is_live and not is_rejected) as by_as_of_qty,
        sum(inventory_qty) filter (where is_later and not is_rejected) as after_as_of_qty,
        sum(inventory_qty) filter (where is_live and is_rejected) as rejected_by_as_of_qty,
        sum(inventory_qty) filter (where is_later and is_rejected) as rejected_after_as_of_qty
    from receipts
    group by work_order_entry
),

moved as (
    select
        base_entry as work_order_entry,
        max(document_date) as last_moved_date
    from {{ ref('int_document_line') }}
    where document_kind in ('goods_receipt', 'goods_issue') and base_type = 202 and is_live
    group by base_entry
),

visible as (
    select
        work_order.*,
        coalesce(work_order.posting_date, work_order.created_date, work_order.start_date)
            as effective_date,
        work_order.work_order_status in ('boposClosed', 'boposCancelled')
        and coalesce(work_order.closing_date > {{ as_of_date() }}, false) as is_ended_later
    from {{ ref('stg_sap_b1__work_order') }} as work_order
    where coalesce(effective_date <= {{ as_of_date() }}, true)
),

at_as_of as (
    select
        visible.*,
        case
            when
                visible.work_order_status = 'boposCancelled' and not visible.is_ended_later
                then 'cancelled'
            when
                visible.work_order_status = 'boposClosed' and not visible.is_ended_later
                then 'closed'
            when visible.release_date > {{ as_of_date() }} then 'planned'
            when visible.work_order_status = 'boposPlanned' then 'planned'
            else 'released'
        end as status,
        case
            when visible.is_ended_later then coalesce(booked_back.by_as_of_qty, 0)
            else
                greatest(
                    coalesce(visible.completed_qty, 0) - coalesce(booked_back.after_as_of_qty, 0), 0
                )
        end as completed_at_as_of_qty,
        greatest(moved.last_moved_date, visible.release_date, visible.effective_date)
            as last_touched_date,
        case
            when visible.is_ended_later then coalesce(booked_back.rejected_by_as_of_qty, 0)
            else
                greatest(
                    coalesce(visible.rejected_qty, 0)
                    - coalesce(booked_back.rejected_after_as_of_qty, 0),
                    0
                )
        end as rejected_at_as_of_qty
    from visible
    left join booked_back on visible.work_order_entry = booked_back.work_order_entry
    left join moved on visible.work_order_entry = moved.work_order_entry
),

final as (
    select
        'WO-' || work_order_entry as work_order_id,
        work_order_entry,
        work_order_number,
        item_code,
        warehouse_code,
        customer_card_code,
        coalesce(work_order_type, 'bopotStandard') as work_order_type,
        coalesce(work_order_type = 'bopotDisassembly', false) as is_disassembly,
        origin,
        origin_entry,
        status,
        status in ('planned', 'released') as is_open,
        coalesce(priority, 100) as priority,
        {{ quantity('coalesce(planned_qty, 0)') }} as planned_qty,
        {{ quantity('completed_at_as_of_qty') }} as completed_qty,
        {{ quantity('rejected_at_as_of_qty') }} as rejected_qty,
        {{ quantity("""
            case
                when status in ('planned', 'released')
                    then greatest(
                        coalesce(planned_qty, 0) - completed_at_as_of_qty - rejected_at_as_of_qty, 0
                    )
                else 0
            end
        """) }} as remaining_qty,
        effective_date as posting_date,
        start_date,
        due_date,
        release_date,
        closing_date,
        is_ended_later,
        last_touched_date,
        status in ('planned', 'released')
        and coalesce({{ as_of_date() }} - due_date > {{ policy('receipt_stale_days') }}, false)
        and coalesce(
            {{ as_of_date() }} - last_touched_date > {{ policy('receipt_stale_days') }}, true
        ) as is_stale
    from at_as_of
)

select * from final
