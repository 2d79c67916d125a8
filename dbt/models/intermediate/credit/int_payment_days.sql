with settled_invoices as (
    select
        item.payer_card_code,
        item.last_settled_date - item.posting_date as days_to_pay
    from {{ ref('int_ledger_item') }} as item
    inner join {{ ref('int_document') }} as invoice
        on
            item.document_kind = invoice.document_kind
            and item.document_entry = invoice.document_entry
    where
        item.document_kind = 'invoice'
        and invoice.is_live
        and item.original_amount > 0
        and item.ledger_open_amount = 0
        and item.last_settled_date
        between {{ as_of_date() }} - {{ policy('payment_days_window_days') }} and {{ as_of_date() }}
),

final as (
    select
        payer_card_code,
        cast(median(days_to_pay) as double) as payment_days,
        cast(quantile_cont(days_to_pay, 0.9) as double) as p90_payment_days,
        cast(count(*) as bigint) as settled_item_count
    from settled_invoices
    group by payer_card_code
)

select * from final
