{# Receivables at any past day: what was posted by then less what was settled by then, each with
   its due date. #}
with items as (
    select *
    from {{ ref('int_ledger_item') }}
),

postings as (
    select
        payer_card_code,
        posting_date as event_date,
        due_date,
        original_amount as amount,
        original_amount > 0 as is_owed,
        document_kind in ('invoice', 'credit_note') as is_sale,
        is_intercompany
    from items
),

item_lines as (
    select
        journal_number,
        line_number,
        any_value(payer_card_code) as payer_card_code,
        max(due_date) as due_date,
        sum(original_amount) > 0 as is_owed,
        bool_or(is_intercompany) as is_intercompany
    from items
    group by journal_number, line_number
),

settlements as (
    select
        item_lines.payer_card_code,
        reconciliation.reconciliation_date as event_date,
        item_lines.due_date,
        case
            when matched.credit_or_debit in ('codCredit', 'C') then matched.reconciled_amount
            else -matched.reconciled_amount
        end as amount,
        item_lines.is_owed,
        false as is_sale,
        item_lines.is_intercompany
    from {{ ref('stg_sap_b1__internal_reconciliation_row') }} as matched
    inner join {{ ref('stg_sap_b1__internal_reconciliation') }} as reconciliation
        on matched.reconciliation_number = reconciliation.reconciliation_number
    left join {{ ref('stg_sap_b1__internal_reconciliation') }} as cancelling
        on reconciliation.cancelled_by_number = cancelling.reconciliation_number
    inner join item_lines
        on
            matched.journal_number = item_lines.journal_number
            and matched.journal_line_number = item_lines.line_number
    where
        reconciliation.reconciliation_date <= {{ as_of_date() }}
        and (
            coalesce(reconciliation.cancelled_by_number, 0) = 0
            or cancelling.reconciliation_date > {{ as_of_date() }}
        )
),

final as (
    select * from postings
    union all
    select * from settlements
)

select * from final
