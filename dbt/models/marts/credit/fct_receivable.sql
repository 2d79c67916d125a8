with knowledge as (
    select * from {{ ref('int_credit_knowledge') }}
),

final as (
    select
        item.receivable_id,
        item.card_code,
        item.payer_card_code,
        coalesce(customer.card_name, item.card_code) as customer_name,
        item.document_kind,
        item.document_number,
        item.document_entry,
        item.installment_id,
        item.journal_number,
        item.posting_date,
        item.due_date,
        item.currency,
        item.original_amount,
        item.settled_amount,
        item.ledger_open_amount,
        item.open_fc_amount,
        item.open_amount,
        {{ money('item.open_amount - item.ledger_open_amount') }} as rate_difference_amount,
        item.is_rate_known,
        item.days_overdue,
        item.ageing_bucket,
        expected.expected_date,
        expected.expected_origin,
        expected.override_id,
        knowledge.erp_grade as grade
    from {{ ref('int_receivable_item') }} as item
    cross join knowledge
    left join {{ ref('int_expected_payment') }} as expected
        on item.receivable_id = expected.receivable_id
    left join {{ ref('int_customer') }} as customer
        on item.card_code = customer.card_code
)

select * from final
