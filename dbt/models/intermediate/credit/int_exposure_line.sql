with open_orders as (
    select
        'open_order' as component,
        line.document_kind,
        'Orders' as object,
        line.document_entry,
        line.line_number,
        coalesce(
            cast(position.open_qty as double) / nullif(cast(position.ordered_qty as double), 0),
            case
                when line.line_status = 'bost_Open' and not line.is_closed_by_as_of then 1 else 0
            end
        ) as open_share
    from {{ ref('int_billing_line') }} as line
    inner join {{ ref('int_sales_order_line') }} as position
        on
            line.document_kind = 'sales_order'
            and line.document_entry = position.document_entry
            and line.line_number = position.line_number
),

drafts as (
    select
        'draft_order' as component,
        document_kind,
        'Drafts' as object,
        document_entry,
        line_number,
        case when coalesce(line_status, 'bost_Open') = 'bost_Open' then 1 else 0 end as open_share
    from {{ ref('int_billing_line') }}
    where
        document_kind = 'draft'
        and object_code in ('oOrders', '17')
        and authorization_status in ('dasPending', 'dasApproved', 'W', 'Y')
        and {{ policy('credit_drafts_count', 'varchar') }} = 'yes'
),

billed as (
    select
        base_entry,
        base_line,
        sum(inventory_qty) filter (where is_live) as by_as_of_qty,
        sum(inventory_qty) filter (where is_after_as_of and not is_cancellation) as after_as_of_qty
    from {{ ref('int_document_line') }}
    where document_kind in ('invoice', 'return') and base_type = 15
    group by base_entry, base_line
),

delivered as (
    select
        'delivered_not_invoiced' as component,
        line.document_kind,
        'DeliveryNotes' as object,
        line.document_entry,
        line.line_number,
        case
            when
                coalesce(line.line_status, 'bost_Open') <> 'bost_Open'
                and coalesce(billed.after_as_of_qty, 0) = 0
                then 0
            else
                coalesce(
                    greatest(
                        1 - cast(coalesce(billed.by_as_of_qty, 0) as double)
                        / nullif(cast(line.inventory_qty as double), 0),
                        0
                    ),
                    case when line.line_status = 'bost_Open' then 1 else 0 end
                )
        end as open_share
    from {{ ref('int_billing_line') }} as line
    left join billed
        on
            line.document_entry = billed.base_entry
            and line.line_number = billed.base_line
    where
        line.document_kind = 'delivery_note'
        and coalesce(line.base_type, -1) <> 13
),

open_documents as (
    select * from open_orders
    union all
    select * from drafts
    union all
    select * from delivered
),

{# Open part = remaining quantity x price x (1 + tax), line by line (K18). #}
valued as (
    select
        open_documents.component,
        open_documents.object,
        line.document_entry,
        line.document_number,
        line.line_number,
        line.card_code,
        line.item_code,
        line.document_date,
        line.currency,
        line.is_rate_known,
        line.as_of_rate,
        line.rate_of_document,
        {{ quantity('coalesce(line.line_qty, 1) * open_documents.open_share') }} as open_line_qty,
        line.net_price_fc,
        line.tax_pct
    from open_documents
    inner join {{ ref('int_billing_line') }} as line
        on
            open_documents.document_kind = line.document_kind
            and open_documents.document_entry = line.document_entry
            and open_documents.line_number = line.line_number
    where open_documents.open_share > 0
),

with_tax as (
    select
        *,
        {{ product(product('open_line_qty', 'net_price_fc'), '1 + tax_pct / 100') }} as gross_fc
    from valued
),

document_lines as (
    select
        component,
        'sap_b1' as system,
        object,
        cast(document_entry as varchar) as record_key,
        document_entry,
        cast(document_number as varchar) as document_number,
        line_number,
        card_code,
        item_code,
        document_date,
        currency,
        open_line_qty,
        {{ money('round(gross_fc, 2)') }} as amount_fc,
        {{ money(
            'round(' ~ product('gross_fc', 'coalesce(rate_of_document, as_of_rate, 0)') ~ ', 2)'
        ) }}
            as document_rate_amount,
        case
            when rate_of_document = 1 then {{ money('round(gross_fc, 2)') }}
            else {{ money('round(' ~ product('gross_fc', 'as_of_rate') ~ ', 2)') }}
        end as amount,
        is_rate_known
    from with_tax
),

order_values as (
    select
        document_entry as sales_order_entry,
        sum(document_rate_amount) as open_order_amount
    from document_lines
    where component = 'open_order'
    group by document_entry
),

delivered_order_values as (
    select
        delivery.base_entry as sales_order_entry,
        sum(document_lines.document_rate_amount) as delivered_amount
    from document_lines
    inner join {{ ref('int_document_line') }} as delivery
        on
            document_lines.component = 'delivered_not_invoiced'
            and delivery.document_kind = 'delivery_note'
            and document_lines.document_entry = delivery.document_entry
            and document_lines.line_number = delivery.line_number
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

down_payment_set_offs as (
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
),

receivables as (
    select
        'receivable' as component,
        'sap_b1' as system,
        'JournalEntries' as object,
        cast(journal_number as varchar) as record_key,
        document_number,
        receivable_id,
        card_code,
        payer_card_code,
        posting_date,
        currency,
        open_fc_amount,
        ledger_open_amount,
        open_amount,
        is_rate_known
    from {{ ref('int_receivable_item') }}
),

papers as (
    select
        'cheque' as component,
        payment.document_entry,
        payment.document_number,
        payment.card_code,
        payment.document_date,
        cheque.line_number,
        cheque.check_amount as paper_amount,
        coalesce(nullif(cheque.currency, '##'), {{ policy('company_currency', 'varchar') }})
            as currency,
        coalesce(cheque.due_date, payment.due_date, payment.document_date) as due_date
    from {{ ref('stg_sap_b1__incoming_payment') }} as payment
    inner join {{ ref('stg_sap_b1__incoming_payment_check') }} as cheque
        on payment.document_entry = cheque.document_entry
    where not coalesce(payment.is_cancelled, false)

    union all

    select
        'bill' as component,
        document_entry,
        document_number,
        card_code,
        document_date,
        -1 as line_number,
        bill_of_exchange_amount as paper_amount,
        {{ policy('company_currency', 'varchar') }} as currency,
        coalesce(due_date, document_date) as due_date
    from {{ ref('stg_sap_b1__incoming_payment') }}
    where
        not coalesce(is_cancelled, false)
        and bill_of_exchange_amount > 0
        and coalesce(bill_of_exchange_status, '') not in ('boes_Cancelled', 'boes_Failed')
),

papers_at_risk as (
    select
        papers.*,
        rates.as_of_rate
    from papers
    left join {{ ref('int_currency_rate') }} as rates
        on papers.currency = rates.currency
    where
        papers.document_date <= {{ as_of_date() }}
        and papers.due_date >= {{ as_of_date() }} - {{ policy('credit_bill_risk_days') }}
),

unlinked_deals as (
    select
        deal.opportunity_id,
        account.card_code,
        deal.close_date,
        sum(line.net_amount) as net_amount
    from {{ ref('int_deal') }} as deal
    inner join {{ ref('int_customer_account') }} as account
        on deal.account_id = account.account_id
    inner join {{ ref('int_deal_line') }} as line
        on deal.opportunity_id = line.opportunity_id
    where
        account.is_matched
        and line.demand_class = 'won'
        and deal.opportunity_id not in (select opportunity_id from {{ ref('int_deal_draft') }})
    group by deal.opportunity_id, account.card_code, deal.close_date
),

all_lines as (
    select
        component || ':' || record_key || ':' || line_number as exposure_line_id,
        component,
        card_code,
        cast(null as varchar) as payer_card_code,
        system,
        object,
        record_key,
        document_number,
        line_number,
        item_code,
        document_date,
        currency,
        open_line_qty,
        amount_fc,
        document_rate_amount,
        amount,
        is_rate_known
    from document_lines

    union all

    select
        component || ':' || record_key || ':' || line_number as exposure_line_id,
        component,
        card_code,
        null as payer_card_code,
        system,
        object,
        record_key,
        document_number,
        null as line_number,
        null as item_code,
        document_date,
        {{ policy('company_currency', 'varchar') }} as currency,
        null as open_line_qty,
        amount as amount_fc,
        amount as document_rate_amount,
        amount,
        true as is_rate_known
    from down_payment_set_offs
    where amount <> 0

    union all

    select
        component || ':' || receivable_id as exposure_line_id,
        component,
        card_code,
        payer_card_code,
        system,
        object,
        record_key,
        document_number,
        null as line_number,
        null as item_code,
        posting_date as document_date,
        currency,
        null as open_line_qty,
        open_fc_amount as amount_fc,
        ledger_open_amount as document_rate_amount,
        open_amount as amount,
        is_rate_known
    from receivables

    union all

    select
        component || ':' || document_entry || ':' || line_number as exposure_line_id,
        component,
        card_code,
        null as payer_card_code,
        'sap_b1' as system,
        'IncomingPayments' as object,
        cast(document_entry as varchar) as record_key,
        cast(document_number as varchar) as document_number,
        line_number,
        null as item_code,
        document_date,
        currency,
        null as open_line_qty,
        paper_amount as amount_fc,
        {{ product('paper_amount', 'coalesce(as_of_rate, 0)') }} as document_rate_amount,
        {{ product('paper_amount', 'as_of_rate') }} as amount,
        as_of_rate is not null as is_rate_known
    from papers_at_risk

    union all

    select
        'unlinked_won_deal:' || deal.opportunity_id as exposure_line_id,
        'unlinked_won_deal' as component,
        deal.card_code,
        null as payer_card_code,
        'salesforce' as system,
        'Opportunity' as object,
        deal.opportunity_id as record_key,
        null as document_number,
        null as line_number,
        null as item_code,
        deal.close_date as document_date,
        {{ policy('company_currency', 'varchar') }} as currency,
        null as open_line_qty,
        round(
            {{ product('deal.net_amount', '1 + coalesce(customer.tax_pct, 0) / 100') }}, 2
        ) as amount_fc,
        round(
            {{ product('deal.net_amount', '1 + coalesce(customer.tax_pct, 0) / 100') }}, 2
        ) as document_rate_amount,
        round(
            {{ product('deal.net_amount', '1 + coalesce(customer.tax_pct, 0) / 100') }}, 2
        ) as amount,
        true as is_rate_known
    from unlinked_deals as deal
    inner join {{ ref('int_customer') }} as customer
        on deal.card_code = customer.card_code
),

final as (
    select
        all_lines.exposure_line_id,
        all_lines.component,
        coalesce(all_lines.card_code, 'unknown') as card_code,
        coalesce(
            all_lines.payer_card_code, customer.payer_card_code, all_lines.card_code, 'unknown'
        ) as payer_card_code,
        all_lines.system,
        all_lines.object,
        all_lines.record_key,
        all_lines.document_number,
        cast(all_lines.line_number as bigint) as line_number,
        all_lines.item_code,
        all_lines.document_date,
        all_lines.currency,
        all_lines.open_line_qty,
        {{ money('all_lines.amount_fc') }} as amount_fc,
        {{ money('all_lines.document_rate_amount') }} as document_rate_amount,
        {{ money('all_lines.amount') }} as amount,
        all_lines.is_rate_known,
        customer.card_code is not null as is_customer_known
    from all_lines
    left join {{ ref('int_customer') }} as customer
        on all_lines.card_code = customer.card_code
)

select * from final
