with knowledge as (
    select * from {{ ref('int_credit_knowledge') }}
),

documents as (
    select *
    from {{ ref('int_document') }}
    where document_kind in ('invoice', 'credit_note') and is_live
),

open_items as (
    select
        document_kind,
        document_entry,
        sum(open_amount) as open_amount
    from {{ ref('int_receivable_item') }}
    where document_kind in ('invoice', 'credit_note')
    group by document_kind, document_entry
),

orders as (
    select
        chain.document_entry,
        min(sales_order.document_number) as order_number,
        min(order_line.opportunity_id) as opportunity_id
    from {{ ref('int_invoice_line_chain') }} as chain
    inner join {{ ref('int_sales_order_line') }} as order_line
        on chain.sales_order_line_id = order_line.sales_order_line_id
    inner join {{ ref('int_document') }} as sales_order
        on
            order_line.document_entry = sales_order.document_entry
            and sales_order.document_kind = 'sales_order'
    group by chain.document_entry
),

{# A credit note takes back: its amounts stand below zero, as in the ledger. #}
signed as (
    select
        *,
        case when document_kind = 'credit_note' then -1 else 1 end as sign
    from documents
),

final as (
    select
        signed.document_kind,
        signed.document_entry,
        signed.document_number,
        signed.card_code,
        signed.document_date as invoice_date,
        signed.due_date,
        orders.order_number,
        orders.opportunity_id,
        signed.currency,
        {{ money('signed.sign * (signed.total_amount - coalesce(signed.vat_amount, 0))') }}
            as net_amount,
        {{ money('signed.sign * signed.total_amount') }} as gross_amount,
        case
            when knowledge.is_ledger_known then {{ money('coalesce(open_items.open_amount, 0)') }}
        end as open_amount
    from signed
    cross join knowledge
    left join open_items
        on
            signed.document_kind = open_items.document_kind
            and signed.document_entry = open_items.document_entry
    left join orders
        on signed.document_kind = 'invoice' and signed.document_entry = orders.document_entry
)

select * from final
