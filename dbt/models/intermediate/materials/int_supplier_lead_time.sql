with receipts as (
    select
        receipt.item_code,
        purchase.card_code,
        receipt.document_date - purchase.document_date as lead_days,
        receipt.document_date
        - coalesce(purchase.ship_date, purchase.document_due_date) as late_days
    from {{ ref('int_document_line') }} as receipt
    inner join {{ ref('int_document_line') }} as purchase
        on
            purchase.document_kind = 'purchase_order'
            and receipt.base_type = 22
            and receipt.base_entry = purchase.document_entry
            and receipt.base_line = purchase.line_number
    where
        receipt.document_kind = 'purchase_delivery_note'
        and receipt.is_live
        and receipt.document_date > {{ as_of_date() }} - interval 2 year
),

final as (
    select
        card_code,
        item_code,
        cast(count(*) as integer) as receipt_count,
        cast(ceil(quantile_cont(lead_days, 0.5)) as integer) as lead_p50_days,
        cast(ceil(quantile_cont(lead_days, 0.9)) as integer) as lead_p90_days,
        cast(ceil(quantile_cont(late_days, 0.5)) as integer) as late_p50_days,
        cast(ceil(quantile_cont(late_days, 0.9)) as integer) as late_p90_days,
        grouping(item_code) = 1 as is_all_items
    from receipts
    where lead_days >= 0
    group by grouping sets ((card_code, item_code), (card_code))
)

select * from final
