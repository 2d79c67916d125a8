{%- set values = {
    'invoice': ['code', 'worded.document_number'],
    'due': ['day', 'worded.due_date'],
    'open': ['number', 'worded.open_amount'],
} -%}
{%- set language = var('language', 'es') %}

-- The fields keep the capitals of the API.
-- noqa: disable=CP02
with validity as (
    select * from {{ ref('int_signal_validity') }}
),

live as (
    select
        document_number,
        card_code,
        invoice_date,
        due_date,
        order_number,
        opportunity_id,
        gross_amount,
        open_amount,
        true as is_to_be_made
    from {{ ref('fct_invoice') }}
    where document_kind = 'invoice'
),

{# A cancelled invoice that stands in the CRM stays there, with nothing open; no new one is made of it. #}
cancelled as (
    select
        document_number,
        card_code,
        document_date as invoice_date,
        due_date,
        cast(null as bigint) as order_number,
        cast(null as varchar) as opportunity_id,
        {{ money('total_amount') }} as gross_amount,
        {{ money('0') }} as open_amount,
        false as is_to_be_made
    from {{ ref('int_document') }}
    where
        document_kind = 'invoice'
        and not is_live
        and not is_cancellation
        and not is_after_as_of
),

invoices as (
    select * from live
    union all
    select * from cancelled
),

{# The number is the key there; one that two series of the ERP share says nothing. #}
followed as (
    select *
    from invoices
    where
        document_number is not null
        and (
            invoice_date > {{ as_of_date() }} - {{ policy('invoice_days') }} or open_amount > 0
        )
    qualify count(*) over (partition by document_number) = 1
),

placed as (
    select
        account.account_id,
        deal.opportunity_id as deal_id,
        followed.*,
        case
            when not followed.is_to_be_made then 'INVOICE_CANCELLED'
            when followed.open_amount is null then 'INVOICE_NO_LEDGER'
            when followed.open_amount <= 0 then 'INVOICE_PAID'
            when followed.due_date < {{ as_of_date() }} then 'INVOICE_OVERDUE'
            else 'INVOICE_OPEN'
        end as sentence_code
    from followed
    inner join {{ ref('int_customer_account') }} as account
        on followed.card_code = account.card_code
    left join {{ ref('stg_salesforce__opportunity') }} as deal
        on followed.opportunity_id = deal.opportunity_id
    where account.is_matched
),

worded as (
    select
        placed.*,
        coalesce(reason.{{ language }}, placed.sentence_code) as template
    from placed
    left join {{ ref('reason_text') }} as reason on placed.sentence_code = reason.code
),

final as (
    select
        cast(null as varchar) as Id,
        worded.is_to_be_made,
        cast(worded.document_number as varchar) as Promesa_Number__c,
        cast(worded.document_number as varchar) as Name,
        worded.account_id as Promesa_Account__c,
        worded.invoice_date as Promesa_Date__c,
        worded.due_date as Promesa_Due_Date__c,
        cast(worded.gross_amount as decimal(18, 2)) as Promesa_Amount__c,
        cast(worded.open_amount as decimal(18, 2)) as Promesa_Open_Amount__c,
        cast(worded.order_number as varchar) as Promesa_Order_Number__c,
        worded.deal_id as Promesa_Deal__c,
        validity.as_of_at as Promesa_As_Of__c,
        validity.expires_at as Promesa_Expires__c,
        left({{ sentence('worded.template', values, language) }}, 255) as Promesa_Reason__c,
        validity.renew_after_at,
        validity.renew_live_before_at
    from worded
    cross join validity
)

select * from final
