with knowledge as (
    select * from {{ ref('int_credit_knowledge') }}
),

exposure_lines as (
    select * from {{ ref('int_exposure_line') }}
),

components as (
    select
        card_code,
        sum(amount) filter (where component = 'receivable') as receivables_amount,
        sum(amount) filter (where component in ('cheque', 'bill')) as cheques_and_bills_amount,
        sum(amount) filter (where component = 'delivered_not_invoiced') as delivered_amount,
        sum(amount) filter (where component = 'down_payment_on_delivery')
            as set_off_on_delivery_amount,
        sum(amount) filter (where component = 'open_order') as ordered_amount,
        sum(amount) filter (where component = 'down_payment_on_order') as set_off_on_order_amount,
        sum(amount) filter (where component = 'draft_order') as drafts_amount,
        sum(amount) filter (where component = 'unlinked_won_deal') as unlinked_deals_amount,
        sum(case when is_rate_known then amount - document_rate_amount end)
            as rate_difference_amount,
        min(currency) filter (where not is_rate_known) as missing_rate_currency
    from exposure_lines
    group by card_code
),

missing_rates as (
    select
        exposure_lines.card_code,
        sum(exposure_lines.amount_fc) as missing_rate_fc_amount,
        min(exposure_lines.document_number) as missing_rate_document
    from exposure_lines
    inner join components
        on
            exposure_lines.card_code = components.card_code
            and exposure_lines.currency = components.missing_rate_currency
    where not exposure_lines.is_rate_known
    group by exposure_lines.card_code
),

{# What a payer has promised to pay, and a person signed for, does not block him until that ends. #}
receivables as (
    select
        item.card_code,
        sum(item.open_amount) filter (
            where item.days_overdue > 0 and item.ageing_bucket <> 'unapplied'
        ) as overdue_amount,
        sum(item.open_amount) filter (where item.ageing_bucket = 'unapplied') as unapplied_amount,
        max(item.days_overdue) filter (where item.ageing_bucket <> 'unapplied')
            as oldest_overdue_days,
        sum(item.open_amount) filter (
            where item.ageing_bucket <> 'unapplied'
            and item.days_overdue > {{ policy('credit_block_overdue_days') }}
            and expected.override_id is null
        ) as long_overdue_amount
    from {{ ref('int_receivable_item') }} as item
    left join {{ ref('int_expected_payment') }} as expected
        on item.receivable_id = expected.receivable_id
    group by item.card_code
),

{# Partners of the ERP, and those whom only a document names (B18). #}
holders as (
    select
        card_code,
        payer_card_code,
        true as is_partner_known
    from {{ ref('int_customer') }}

    union all

    select distinct
        card_code,
        card_code as payer_card_code,
        false as is_partner_known
    from exposure_lines
    where not is_customer_known
),

own as (
    select
        customer.card_code,
        customer.payer_card_code,
        customer.is_partner_known,
        case
            when knowledge.is_ledger_known
                then coalesce(components.receivables_amount, 0)
        end as receivables_amount,
        case when knowledge.is_ledger_known then coalesce(receivables.overdue_amount, 0) end
            as overdue_amount,
        case when knowledge.is_ledger_known then coalesce(receivables.unapplied_amount, 0) end
            as unapplied_amount,
        case
            when knowledge.is_ledger_known
                then coalesce(receivables.oldest_overdue_days, 0)
        end as oldest_overdue_days,
        case
            when knowledge.is_ledger_known
                then coalesce(receivables.long_overdue_amount, 0)
        end as long_overdue_amount,
        case
            when knowledge.are_payments_known
                then coalesce(components.cheques_and_bills_amount, 0)
        end as cheques_and_bills_amount,
        case
            when knowledge.are_invoices_known
                then
                    coalesce(components.delivered_amount, 0)
                    + coalesce(components.set_off_on_delivery_amount, 0)
        end as delivered_not_invoiced_amount,
        coalesce(components.ordered_amount, 0) + coalesce(components.set_off_on_order_amount, 0)
            as open_orders_amount,
        coalesce(components.set_off_on_order_amount, 0)
        + coalesce(components.set_off_on_delivery_amount, 0)
            as down_payment_offset_amount,
        coalesce(components.drafts_amount, 0) as drafts_amount,
        coalesce(components.unlinked_deals_amount, 0) as unlinked_deals_amount,
        coalesce(components.rate_difference_amount, 0) as rate_difference_amount,
        components.missing_rate_currency,
        coalesce(missing_rates.missing_rate_fc_amount, 0) as missing_rate_fc_amount,
        missing_rates.missing_rate_document
    from holders as customer
    cross join knowledge
    left join components
        on customer.card_code = components.card_code
    left join missing_rates
        on customer.card_code = missing_rates.card_code
    left join receivables
        on customer.card_code = receivables.card_code
),

final as (
    select
        card_code,
        payer_card_code,
        is_partner_known,
        {{ money('receivables_amount') }} as receivables_amount,
        {{ money('overdue_amount') }} as overdue_amount,
        {{ money('unapplied_amount') }} as unapplied_amount,
        cast(oldest_overdue_days as bigint) as oldest_overdue_days,
        {{ money('long_overdue_amount') }} as long_overdue_amount,
        {{ money('cheques_and_bills_amount') }} as cheques_and_bills_amount,
        {{ money('delivered_not_invoiced_amount') }} as delivered_not_invoiced_amount,
        {{ money('open_orders_amount') }} as open_orders_amount,
        {{ money('down_payment_offset_amount') }} as down_payment_offset_amount,
        {{ money('drafts_amount') }} as drafts_amount,
        {{ money('unlinked_deals_amount') }} as unlinked_deals_amount,
        {{ money("""
            receivables_amount + cheques_and_bills_amount + delivered_not_invoiced_amount
            + open_orders_amount + drafts_amount + unlinked_deals_amount
        """) }} as own_exposure_amount,
        {{ money('rate_difference_amount') }} as rate_difference_amount,
        missing_rate_currency,
        {{ money('missing_rate_fc_amount') }} as missing_rate_fc_amount,
        missing_rate_document
    from own
)

select * from final
