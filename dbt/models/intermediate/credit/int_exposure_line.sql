with receivables as (
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
        due_date,
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
        cast(null as date) as due_date,
        currency,
        open_line_qty,
        amount_fc,
        document_rate_amount,
        amount,
        is_rate_known
    from {{ ref('int_exposure_document') }}

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
        null as due_date,
        {{ policy('company_currency', 'varchar') }} as currency,
        null as open_line_qty,
        amount as amount_fc,
        amount as document_rate_amount,
        amount,
        true as is_rate_known
    from {{ ref('int_exposure_set_off') }}

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
        due_date,
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
        due_date,
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
        null as due_date,
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
        all_lines.due_date,
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
