with order_values as (
    select
        document_entry as sales_order_entry,
        sum(document_rate_amount) as open_order_amount
    from {{ ref('int_exposure_document') }}
    where component = 'open_order'
    group by document_entry
),

delivered_order_values as (
    select
        delivery.base_entry as sales_order_entry,
        sum(document.document_rate_amount) as delivered_amount
    from {{ ref('int_exposure_document') }} as document
    inner join {{ ref('int_document_line') }} as delivery
        on
            document.component = 'delivered_not_invoiced'
            and delivery.document_kind = 'delivery_note'
            and document.document_entry = delivery.document_entry
            and document.line_number = delivery.line_number
    where delivery.base_type = 17
    group by delivery.base_entry
),

down_payment_lines as (
    select
        line.document_entry,
        line.document_number,
        line.card_code,
        line.document_date,
        line.base_entry as sales_order_entry,
        line.document_total_amount,
        {{ product('line.line_qty', 'line.net_price_fc') }} as weight
    from {{ ref('int_billing_line') }} as line
    where
        line.document_kind = 'down_payment'
        and line.down_payment_type in ('dptInvoice', 'Y')
        and line.base_type = 17
),

down_payments_by_order as (
    select
        document_entry,
        any_value(document_number) as document_number,
        any_value(card_code) as card_code,
        any_value(document_date) as document_date,
        sales_order_entry,
        any_value(document_total_amount) as total_amount,
        sum(weight) as weight,
        sum(sum(weight)) over (partition by document_entry) as total_weight
    from down_payment_lines
    group by document_entry, sales_order_entry
),

drawn as (
    select
        chain.sales_order_entry,
        sum(chain.down_payment_amount) as drawn_amount
    from (
        select distinct
            invoice.document_entry,
            invoice.down_payment_amount,
            coalesce(delivery.base_entry, invoice_line.base_entry) as sales_order_entry
        from {{ ref('int_document') }} as invoice
        inner join {{ ref('int_document_line') }} as invoice_line
            on
                invoice.document_kind = 'invoice'
                and invoice_line.document_kind = 'invoice'
                and invoice.document_entry = invoice_line.document_entry
        left join {{ ref('int_document_line') }} as delivery
            on
                delivery.document_kind = 'delivery_note'
                and invoice_line.base_type = 15
                and invoice_line.base_entry = delivery.document_entry
                and invoice_line.base_line = delivery.line_number
        where invoice.is_live and invoice.down_payment_amount > 0
    ) as chain
    group by chain.sales_order_entry
),

credited_down_payments as (
    select
        line.base_entry as document_entry,
        {{ money('sum(line.net_amount * (1 + coalesce(line.tax_pct, 0) / 100))') }}
            as credited_amount
    from {{ ref('int_document_line') }} as line
    where line.document_kind = 'credit_note' and line.is_live and line.base_type = 203
    group by line.base_entry
),

down_payments_left as (
    select
        payment.document_entry,
        payment.document_number,
        payment.card_code,
        payment.document_date,
        payment.sales_order_entry,
        cast(greatest(
            cast(payment.total_amount as double)
            * coalesce(
                cast(payment.weight as double) / nullif(cast(payment.total_weight as double), 0), 1
            )
            - cast(coalesce(drawn.drawn_amount, 0) as double)
            - cast(coalesce(credited.credited_amount, 0) as double),
            0
        ) as decimal(18, 2)) as left_amount,
        coalesce(order_values.open_order_amount, 0) as open_order_amount,
        coalesce(delivered.delivered_amount, 0) as delivered_amount
    from down_payments_by_order as payment
    left join drawn
        on payment.sales_order_entry = drawn.sales_order_entry
    left join credited_down_payments as credited
        on payment.document_entry = credited.document_entry
    left join order_values
        on payment.sales_order_entry = order_values.sales_order_entry
    left join delivered_order_values as delivered
        on payment.sales_order_entry = delivered.sales_order_entry
),

queued_down_payments as (
    select
        *,
        coalesce(sum(left_amount) over (
            partition by sales_order_entry
            order by document_entry
            rows between unbounded preceding and 1 preceding
        ), 0) as left_before
    from down_payments_left
),

{# A down payment invoice is a receivable of its own: it nets against its order (K19). #}
set_off as (
    select
        *,
        least(left_amount, greatest(open_order_amount - left_before, 0)) as on_order_amount,
        least(
            left_amount - least(left_amount, greatest(open_order_amount - left_before, 0)),
            greatest(delivered_amount - greatest(left_before - open_order_amount, 0), 0)
        ) as on_delivery_amount
    from queued_down_payments
),

final as (
    select
        side.component,
        'sap_b1' as system,
        'DownPayments' as object,
        cast(set_off.document_entry as varchar) as record_key,
        cast(set_off.document_number as varchar) as document_number,
        set_off.sales_order_entry as line_number,
        set_off.card_code,
        set_off.document_date,
        {{ money("""
            case
                when side.component = 'down_payment_on_order' then -set_off.on_order_amount
                else -set_off.on_delivery_amount
            end
        """) }} as amount
    from set_off
    cross join (values ('down_payment_on_order'), ('down_payment_on_delivery')) as side (component)
    where case
        when side.component = 'down_payment_on_order' then set_off.on_order_amount
        else set_off.on_delivery_amount
    end <> 0
)

select * from final
