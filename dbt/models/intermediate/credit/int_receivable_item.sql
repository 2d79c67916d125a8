with open_items as (
    select *
    from {{ ref('int_ledger_item') }}
    where ledger_open_amount <> 0
),

in_document_currency as (
    select
        open_items.*,
        rates.as_of_rate,
        {{ money("""
            cast(open_items.original_fc_amount as double)
            * cast(open_items.ledger_open_amount as double)
            / nullif(cast(open_items.original_amount as double), 0)
        """) }} as open_fc_amount
    from open_items
    left join {{ ref('int_currency_rate') }} as rates
        on open_items.currency = rates.currency
),

final as (
    select
        ledger_item_id as receivable_id,
        card_code,
        ledger_card_code,
        payer_card_code,
        is_intercompany,
        document_kind,
        document_number,
        document_entry,
        installment_id,
        journal_number,
        posting_date,
        due_date,
        currency,
        original_amount,
        settled_amount,
        ledger_open_amount,
        open_fc_amount,
        case
            when original_fc_amount = original_amount then ledger_open_amount
            else {{ money('round(' ~ product('open_fc_amount', 'as_of_rate') ~ ', 2)') }}
        end as open_amount,
        as_of_rate is not null or original_fc_amount = original_amount as is_rate_known,
        cast(greatest({{ as_of_date() }} - due_date, 0) as bigint) as days_overdue,
        case
            when ledger_open_amount < 0 then 'unapplied'
            when due_date >= {{ as_of_date() }} then 'current'
            when {{ as_of_date() }} - due_date <= 30 then '1-30'
            when {{ as_of_date() }} - due_date <= 60 then '31-60'
            when {{ as_of_date() }} - due_date <= 90 then '61-90'
            else '90+'
        end as ageing_bucket
    from in_document_currency
)

select * from final
