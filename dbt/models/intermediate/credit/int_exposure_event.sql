{# Exposure of any past day, rebuilt: the ledger, plus what was ordered and not yet invoiced or
   returned, plus cheques and bills until they fall due, less down payments. #}
with ledger as (
    select
        payer_card_code,
        event_date,
        amount
    from {{ ref('int_ledger_event') }}
),

document_lines as (
    select
        document_kind,
        card_code,
        document_date,
        base_type,
        document_entry,
        line_number,
        cast(net_amount as double)
        * (1 + coalesce(cast(tax_pct as double), 0) / 100) as gross_amount
    from {{ ref('int_document_line') }}
    where is_live and document_kind in ('delivery_note', 'invoice', 'return')
),

ordered as (
    select
        order_line.card_code,
        order_line.document_entry as order_entry,
        order_line.order_date as event_date,
        cast(order_line.net_amount as double)
        * (1 + coalesce(cast(order_line.tax_pct as double), 0) / 100)
        * least(
            coalesce(
                cast(
                    order_line.open_qty
                    + greatest(order_line.delivered_qty, order_line.invoiced_qty) as double
                ) / nullif(cast(order_line.ordered_qty as double), 0),
                1
            ),
            1
        ) as amount
    from {{ ref('int_sales_order_line') }} as order_line
),

delivered_without_order as (
    select
        card_code,
        document_date as event_date,
        gross_amount as amount
    from document_lines
    where document_kind = 'delivery_note' and coalesce(base_type, -1) not in (13, 17)
),

taken_over as (
    select
        card_code,
        document_date as event_date,
        -gross_amount as amount
    from document_lines
    where
        (document_kind = 'invoice' and base_type in (15, 17))
        or (document_kind = 'return' and base_type = 15)
),

down_payments as (
    select
        card_code,
        document_date as event_date,
        -document_total_amount as amount
    from {{ ref('int_billing_line') }}
    where
        document_kind = 'down_payment'
        and down_payment_type in ('dptInvoice', 'Y')
        and base_type = 17
    qualify row_number() over (partition by document_entry order by line_number) = 1
),

papers as (
    select
        payment.card_code,
        payment.document_date,
        coalesce(cheque.due_date, payment.due_date, payment.document_date) as due_date,
        coalesce(cheque.check_amount, payment.bill_of_exchange_amount) as paper_amount
    from {{ ref('stg_sap_b1__incoming_payment') }} as payment
    left join {{ ref('stg_sap_b1__incoming_payment_check') }} as cheque
        on payment.document_entry = cheque.document_entry
    where
        not coalesce(payment.is_cancelled, false)
        and payment.document_date <= {{ as_of_date() }}
        and (cheque.check_amount > 0 or payment.bill_of_exchange_amount > 0)
),

paper_events as (
    select
        card_code,
        document_date as event_date,
        paper_amount as amount
    from papers

    union all

    select
        card_code,
        due_date + 1 as event_date,
        -paper_amount as amount
    from papers
    where due_date < {{ as_of_date() }}
),

others as (
    select * from delivered_without_order
    union all
    select * from taken_over
    union all
    select * from down_payments
    union all
    select * from paper_events
),

by_customer as (
    select * from ordered
    union all
    select
        card_code,
        null as order_entry,
        event_date,
        amount
    from others
),

final as (
    select
        payer_card_code,
        cast(null as bigint) as order_entry,
        event_date,
        {{ money('amount') }} as amount
    from ledger

    union all

    select
        coalesce(customer.payer_card_code, by_customer.card_code) as payer_card_code,
        by_customer.order_entry,
        by_customer.event_date,
        {{ money('by_customer.amount') }} as amount
    from by_customer
    left join {{ ref('int_customer') }} as customer
        on by_customer.card_code = customer.card_code
)

select * from final
