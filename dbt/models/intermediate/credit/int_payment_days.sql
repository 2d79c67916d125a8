with settled_invoices as (
    select
        payer_card_code,
        last_settled_date - posting_date as days_to_pay
    from {{ ref('int_ledger_item') }}
    where
        document_kind = 'invoice'
        and original_amount > 0
        and ledger_open_amount = 0
        and last_settled_date
        between {{ as_of_date() }} - {{ policy('payment_days_window_days') }} and {{ as_of_date() }}
),

final as (
    select
        payer_card_code,
        cast(median(days_to_pay) as double) as payment_days,
        cast(count(*) as bigint) as settled_item_count
    from settled_invoices
    group by payer_card_code
)

select * from final
