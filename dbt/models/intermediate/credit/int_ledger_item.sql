with ledger_lines as (
    select
        line.journal_number,
        line.line_number,
        line.short_name as ledger_card_code,
        entry.original_journal,
        entry.original_entry,
        entry.reference,
        entry.posting_date,
        coalesce(line.due_date, entry.due_date, entry.posting_date) as due_date,
        line.fc_currency,
        {{ money('coalesce(line.debit_amount, 0) - coalesce(line.credit_amount, 0)') }} as amount,
        {{ money('coalesce(line.fc_debit_amount, 0) - coalesce(line.fc_credit_amount, 0)') }}
            as fc_amount
    from {{ ref('stg_sap_b1__journal_entry_line') }} as line
    inner join {{ ref('stg_sap_b1__journal_entry') }} as entry
        on line.journal_number = entry.journal_number
    inner join {{ ref('int_customer') }} as customer
        on line.short_name = customer.card_code
    where entry.posting_date <= {{ as_of_date() }}
),

live_reconciliations as (
    select
        reconciliation.reconciliation_number,
        reconciliation.reconciliation_date
    from {{ ref('stg_sap_b1__internal_reconciliation') }} as reconciliation
    left join {{ ref('stg_sap_b1__internal_reconciliation') }} as cancelling
        on reconciliation.cancelled_by_number = cancelling.reconciliation_number
    where
        reconciliation.reconciliation_date <= {{ as_of_date() }}
        and (
            coalesce(reconciliation.cancelled_by_number, 0) = 0
            or cancelling.reconciliation_date > {{ as_of_date() }}
        )
),

settlements as (
    select
        matched.journal_number,
        matched.journal_line_number as line_number,
        {{ money("""
            sum(case
                when matched.credit_or_debit in ('codCredit', 'C') then -matched.reconciled_amount
                else matched.reconciled_amount
            end)
        """) }} as settled_amount,
        max(live_reconciliations.reconciliation_date) as last_settled_date
    from {{ ref('stg_sap_b1__internal_reconciliation_row') }} as matched
    inner join live_reconciliations
        on matched.reconciliation_number = live_reconciliations.reconciliation_number
    group by matched.journal_number, matched.journal_line_number
),

named as (
    select
        ledger_lines.*,
        case
            when ledger_lines.original_journal in ('ttARInvoice', '13') then 'invoice'
            when ledger_lines.original_journal in ('ttARCredItnote', '14') then 'credit_note'
            when ledger_lines.original_journal in ('ttDownPayment', '203') then 'down_payment'
            when ledger_lines.original_journal in ('ttReceipt', '24') then 'payment'
            when ledger_lines.original_journal in ('ttVendorPayment', '46') then 'refund'
            when ledger_lines.original_journal in ('ttOpeningBalance', '-2') then 'opening_balance'
            else 'journal_entry'
        end as document_kind,
        count(*)
            over (partition by ledger_lines.journal_number, ledger_lines.ledger_card_code)
            as line_count,
        row_number() over (
            partition by ledger_lines.journal_number, ledger_lines.ledger_card_code
            order by ledger_lines.line_number
        ) as line_position,
        coalesce(settlements.settled_amount, 0) as settled_amount,
        settlements.last_settled_date
    from ledger_lines
    left join settlements
        on
            ledger_lines.journal_number = settlements.journal_number
            and ledger_lines.line_number = settlements.line_number
    where ledger_lines.amount <> 0
),

installments as (
    select
        document_entry,
        installment_id,
        due_date,
        total_amount,
        count(*) over (partition by document_entry) as installment_count,
        sum(total_amount) over (partition by document_entry) as installments_amount,
        sum(total_amount) over (
            partition by document_entry
            order by due_date, installment_id
            rows between unbounded preceding and current row
        ) - total_amount as amount_before
    from {{ ref('stg_sap_b1__invoice_installment') }}
),

{# One ledger line for several instalments: each takes what is settled in order of due date. #}
split as (
    select
        named.* exclude (amount, fc_amount, settled_amount, due_date),
        coalesce(installments.installment_id, named.line_position) as installment_id,
        coalesce(installments.due_date, named.due_date) as due_date,
        {{ money('coalesce(installments.total_amount, named.amount)') }} as amount,
        {{ money("""
            coalesce(
                cast(named.fc_amount as double) * cast(installments.total_amount as double)
                / nullif(cast(named.amount as double), 0),
                named.fc_amount
            )
        """) }} as fc_amount,
        {{ money("""
            case
                when installments.installment_id is null then named.settled_amount
                else least(
                    greatest(named.settled_amount - installments.amount_before, 0),
                    installments.total_amount
                )
            end
        """) }} as settled_amount,
        installments.installment_id is not null as is_split
    from named
    left join installments
        on
            named.document_kind = 'invoice'
            and named.original_entry = installments.document_entry
            and named.line_count = 1
            and installments.installment_count > 1
            and named.amount = installments.installments_amount
),

documents as (
    select
        document_kind,
        document_entry,
        document_number,
        card_code
    from {{ ref('int_document') }}
    where document_kind in ('invoice', 'credit_note', 'down_payment')

    union all

    select
        'payment' as document_kind,
        document_entry,
        document_number,
        card_code
    from {{ ref('stg_sap_b1__incoming_payment') }}
),

final as (
    select
        'JE-' || split.journal_number || '-' || split.line_number
        || case when split.is_split then '-' || split.installment_id else '' end as ledger_item_id,
        split.journal_number,
        split.line_number,
        split.ledger_card_code,
        coalesce(documents.card_code, split.ledger_card_code) as card_code,
        customer.payer_card_code,
        customer.is_intercompany,
        split.document_kind,
        split.original_entry as document_entry,
        coalesce(cast(documents.document_number as varchar), split.reference) as document_number,
        cast(split.installment_id as bigint) as installment_id,
        split.posting_date,
        split.due_date,
        coalesce(
            case when split.fc_amount <> 0 then split.fc_currency end,
            {{ policy('company_currency', 'varchar') }}
        ) as currency,
        split.amount as original_amount,
        case when split.fc_amount <> 0 then split.fc_amount else split.amount end
            as original_fc_amount,
        split.settled_amount,
        {{ money('split.amount - split.settled_amount') }} as ledger_open_amount,
        split.last_settled_date
    from split
    inner join {{ ref('int_customer') }} as customer
        on split.ledger_card_code = customer.card_code
    left join documents
        on
            split.document_kind = documents.document_kind
            and split.original_entry = documents.document_entry
)

select * from final
