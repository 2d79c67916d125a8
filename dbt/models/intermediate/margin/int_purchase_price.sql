with receipts as (
    select
        item_code,
        sum(net_amount) as net_amount,
        sum(inventory_qty) as received_qty,
        max(document_date) as last_receipt_date
    from {{ ref('int_document_line') }}
    where
        document_kind = 'purchase_delivery_note'
        and is_live
        and item_code is not null
        and inventory_qty > 0
        and net_amount > 0
        and document_date > {{ as_of_date() }} - {{ policy('margin_average_days') }}
    group by item_code
),

final as (
    select
        item_code,
        {{ money("""
            cast(net_amount as double) / nullif(cast(received_qty as double), 0)
        """) }} as average_price,
        {{ quantity('received_qty') }} as received_qty,
        last_receipt_date
    from receipts
)

select * from final
