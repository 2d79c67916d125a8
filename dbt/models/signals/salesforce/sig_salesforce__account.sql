{%- set values = {
    'short': ['number', 'worded.over_amount'],
    'exposure': ['number', 'worded.exposure_amount'],
    'limit': ['number', 'worded.credit_limit_amount'],
    'released': ['number', 'worded.released_amount'],
    'until': ['day', 'worded.released_until_date'],
    'gross': ['number', '0'],
    'customer': ['code', 'worded.payer_card_code'],
    'payer': ['code', 'worded.payer_card_code'],
    'overdue': ['number', 'worded.oldest_overdue_days'],
    'currency': ['code', 'worded.missing_rate_currency'],
    'document': ['code', 'worded.missing_rate_document'],
} -%}
{%- set language = var('language', 'es') %}

-- The fields keep the capitals of the API.
-- noqa: disable=CP02
with validity as (
    select * from {{ ref('int_signal_validity') }}
),

matched as (
    select
        account.account_id,
        exposure.*,
        case
            when exposure.credit_reason_code in ('CREDIT_OVER', 'CREDIT_NEAR')
                then exposure.credit_reason_code || '_ACCOUNT'
            else exposure.credit_reason_code
        end as sentence_code
    from {{ ref('int_customer_account') }} as account
    inner join {{ ref('fct_exposure') }} as exposure
        on account.card_code = exposure.card_code
    where account.is_matched
),

worded as (
    select
        matched.*,
        coalesce(reason.{{ language }}, matched.sentence_code)
        || case when matched.is_payer then '' else ' ' || coalesce(at_payer.{{ language }}, '') end
            as template
    from matched
    left join {{ ref('reason_text') }} as reason
        on matched.sentence_code = reason.code
    left join {{ ref('reason_text') }} as at_payer
        on at_payer.code = 'ACCOUNT_CREDIT_AT_PAYER'
),

final as (
    select
        worded.account_id as Id,
        validity.as_of_at as Promesa_As_Of__c,
        validity.expires_at as Promesa_Expires__c,
        left({{ sentence('worded.template', values, language) }}, 255) as Promesa_Reason__c,
        left(worded.card_code, 15) as Promesa_Partner_Code__c,
        cast(worded.credit_limit_amount as decimal(18, 2)) as Promesa_Credit_Limit__c,
        case
            when
                worded.missing_rate_currency is null and worded.is_tied
                then cast(worded.receivables_amount as decimal(18, 2))
        end as Promesa_Receivables__c,
        case
            when
                worded.missing_rate_currency is null and worded.is_tied
                then cast(worded.overdue_amount as decimal(18, 2))
        end as Promesa_Overdue__c,
        case
            when
                worded.missing_rate_currency is null and worded.is_tied
                then cast(worded.open_orders_amount as decimal(18, 2))
        end as Promesa_Open_Orders__c,
        case
            when
                worded.missing_rate_currency is null and worded.is_tied
                then cast(worded.exposure_amount as decimal(18, 2))
        end as Promesa_Exposure__c,
        cast(worded.available_amount as decimal(18, 2)) as Promesa_Credit_Available__c,
        cast(worded.oldest_overdue_days as decimal(18, 0)) as Promesa_Oldest_Overdue_Days__c,
        cast(worded.payment_days as decimal(18, 0)) as Promesa_Payment_Days__c,
        cast(year.on_time_pct as decimal(18, 2)) as Promesa_On_Time__c,
        validity.renew_after_at,
        validity.renew_live_before_at
    from worded
    cross join validity
    left join {{ ref('fct_customer_year') }} as year
        on worded.card_code = year.card_code
)

select * from final
