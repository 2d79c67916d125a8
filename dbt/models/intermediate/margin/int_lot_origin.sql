with receipt_lots as (
    select
        'work_order' as origin,
        receipt.base_entry as work_order_entry,
        lot.item_code,
        lot.lot_number,
        lot.lot_qty,
        cast(null as double) as price,
        receipt.document_date
    from {{ ref('stg_sap_b1__goods_receipt_line_lot') }} as lot
    inner join {{ ref('int_document_line') }} as receipt
        on
            receipt.document_kind = 'goods_receipt'
            and lot.document_entry = receipt.document_entry
            and lot.line_number = receipt.line_number
    left join {{ ref('stg_sap_b1__work_order_line') }} as work_line
        on
            receipt.base_entry = work_line.work_order_entry
            and receipt.base_line = work_line.line_number
            and receipt.item_code = work_line.item_code
    where
        receipt.is_live
        and receipt.base_type = 202
        -- A component that was not used comes back on the same paper, with a planned quantity.
        and coalesce(work_line.planned_qty, 0) <= 0

    union all

    select
        'purchase' as origin,
        cast(null as bigint) as work_order_entry,
        lot.item_code,
        lot.lot_number,
        lot.lot_qty,
        cast(receipt.net_amount as double)
        / nullif(cast(receipt.inventory_qty as double), 0) as price,
        receipt.document_date
    from {{ ref('stg_sap_b1__purchase_delivery_note_line_lot') }} as lot
    inner join {{ ref('int_document_line') }} as receipt
        on
            receipt.document_kind = 'purchase_delivery_note'
            and lot.document_entry = receipt.document_entry
            and lot.line_number = receipt.line_number
    where receipt.is_live
),

final as (
    select
        item_code,
        lot_number,
        origin,
        work_order_entry,
        sum(cast(lot_qty as double)) as received_qty,
        sum(cast(lot_qty as double) * price) / nullif(sum(cast(lot_qty as double)), 0) as price,
        sum(cast(lot_qty as double))
        / nullif(sum(sum(cast(lot_qty as double))) over (partition by item_code, lot_number), 0)
            as origin_share
    from receipt_lots
    where lot_number is not null and lot_qty > 0
    group by item_code, lot_number, origin, work_order_entry
)

select * from final
