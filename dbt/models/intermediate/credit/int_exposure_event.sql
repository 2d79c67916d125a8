{# Exposure of any past day, rebuilt: the ledger, plus what was ordered until it is delivered, plus what was
   delivered until it is invoiced or returned, plus cheques and bills until they fall due, less down payments. #}
with ledger as (
    select
        payer_card_code,
        event_date,
        amount
    from {{ ref('int_ledger_event') }}
),

document_lines as (
    select
        line.document_kind,
        line.card_code,
        line.document_date,
        line.closing_date,
        document.cancelled_date,
        line.base_type,
        line.base_entry,
        line.base_line,
        line.document_entry,
        line.line_number,
        cast(line.inventory_qty as double) as line_qty,
        round(
            cast(line.net_amount as double)
            * (1 + coalesce(cast(line.tax_pct as double), 0) / 100),
            2
        ) as gross_amount
    from {{ ref('int_document_line') }} as line
    inner join {{ ref('int_document') }} as document
        on
            line.document_kind = document.document_kind
            and line.document_entry = document.document_entry
    where
        line.document_kind in ('sales_order', 'delivery_note', 'invoice', 'return')
        and not line.is_after_as_of
        and not line.is_cancellation
),

ordered as (
    select
        card_code,
        document_entry as order_entry,
        document_date as event_date,
        cancelled_date,
        gross_amount as amount
    from document_lines
    where document_kind = 'sales_order'
),

{# Closed with a rest: it goes on the day its order closed; where no day is known it never counts. #}
given_up as (
    select
        line.card_code,
        line.document_entry as order_entry,
        coalesce(line.closing_date, line.document_date) as event_date,
        cast(null as date) as cancelled_date,
        -line.gross_amount * greatest(
            1 - cast(
                position.open_qty
                + greatest(position.delivered_qty, position.invoiced_qty) as double
            ) / nullif(cast(position.ordered_qty as double), 0),
            0
        ) as amount
    from document_lines as line
    inner join {{ ref('int_sales_order_line') }} as position
        on
            line.document_kind = 'sales_order'
            and line.document_entry = position.document_entry
            and line.line_number = position.line_number
    where
        position.open_qty + greatest(position.delivered_qty, position.invoiced_qty)
        < position.ordered_qty
),

{# What was ordered leaves at the value it was ordered at, whatever the rate or price of the paper that follows. #}
off_the_order as (
    select
        orders.card_code,
        orders.document_entry as order_entry,
        following.document_date as event_date,
        following.cancelled_date,
        -orders.gross_amount
        * coalesce(following.line_qty / nullif(orders.line_qty, 0), 1) as amount
    from document_lines as following
    inner join document_lines as orders
        on
            orders.document_kind = 'sales_order'
            and following.base_type = 17
            and following.base_entry = orders.document_entry
            and following.base_line = orders.line_number
    where following.document_kind in ('delivery_note', 'invoice')
),

delivered as (
    select
        card_code,
        cast(null as bigint) as order_entry,
        document_date as event_date,
        cancelled_date,
        gross_amount as amount
    from document_lines
    where document_kind = 'delivery_note' and coalesce(base_type, -1) <> 13
),

off_the_delivery as (
    select
        deliveries.card_code,
        cast(null as bigint) as order_entry,
        following.document_date as event_date,
        following.cancelled_date,
        -deliveries.gross_amount
        * coalesce(following.line_qty / nullif(deliveries.line_qty, 0), 1) as amount
    from document_lines as following
    inner join document_lines as deliveries
        on
            deliveries.document_kind = 'delivery_note'
            and following.base_type = 15
            and following.base_entry = deliveries.document_entry
            and following.base_line = deliveries.line_number
    where following.document_kind in ('invoice', 'return')
),

of_documents as (
    select * from ordered
    union all
    select * from given_up
    union all
    select * from off_the_order
    union all
    select * from delivered
    union all
    select * from off_the_delivery
),

{# A cancelled paper counts until the day it was cancelled (K27). #}
with_cancelled as (
    select
        card_code,
        order_entry,
        event_date,
        amount
    from of_documents

    union all

    select
        card_code,
        order_entry,
        cancelled_date as event_date,
        -amount as amount
    from of_documents
    where cancelled_date <= {{ as_of_date() }}
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

by_customer as (
    select * from with_cancelled

    union all

    select
        card_code,
        null as order_entry,
        event_date,
        amount
    from down_payments

    union all

    select
        card_code,
        null as order_entry,
        event_date,
        amount
    from paper_events
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
