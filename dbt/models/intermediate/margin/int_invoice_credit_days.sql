with items as (
    select
        document_entry,
        posting_date,
        cast(original_amount as double) as original_amount,
        cast(settled_amount as double) as settled_amount,
        cast(ledger_open_amount as double) as open_amount,
        last_settled_date
    from {{ ref('int_ledger_item') }}
    where document_kind = 'invoice' and original_amount > 0
),

final as (
    select
        items.document_entry,
        greatest(
            sum(
                items.settled_amount * coalesce(items.last_settled_date - items.posting_date, 0)
                + items.open_amount * ({{ as_of_date() }} - items.posting_date)
            ) / nullif(sum(items.original_amount), 0),
            0
        ) as credit_days
    from items
    cross join {{ ref('int_credit_knowledge') }} as knowledge
    where knowledge.are_payments_known
    group by items.document_entry
)

select * from final
