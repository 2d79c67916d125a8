with at_the_payer as (
    select
        payer_card_code,
        bool_and(is_partner_known) as is_partner_known,
        case
            when count(own_exposure_amount) = count(*)
                then sum(own_exposure_amount)
        end as exposure_amount,
        sum(rate_difference_amount) as rate_difference_amount,
        sum(long_overdue_amount) as long_overdue_amount,
        max(oldest_overdue_days) as oldest_overdue_days,
        min(missing_rate_currency) as missing_rate_currency,
        arg_min(missing_rate_document, missing_rate_currency) as missing_rate_document,
        arg_min(missing_rate_fc_amount, missing_rate_currency) as missing_rate_fc_amount
    from {{ ref('int_customer_exposure') }}
    group by payer_card_code
),

balances as (
    select
        customer.payer_card_code,
        sum(coalesce(partner.account_balance_amount, 0)) as account_balance_amount,
        sum(coalesce(partner.open_delivery_notes_amount, 0)) as open_delivery_notes_amount,
        sum(coalesce(partner.open_orders_amount, 0)) as open_orders_amount
    from {{ ref('int_customer') }} as customer
    inner join {{ ref('stg_sap_b1__business_partner') }} as partner
        on customer.card_code = partner.card_code
    group by customer.payer_card_code
),

untied as (
    select distinct customer.payer_card_code
    from {{ ref('fct_tie_out') }} as tie_out
    inner join {{ ref('int_customer') }} as customer
        on tie_out.record_key = customer.card_code
    where tie_out.object = 'BusinessPartners' and tie_out.status = 'unexplained'
),

releases as (
    select
        payer_card_code,
        sum(released_amount) as released_amount,
        min(until_date) as released_until_date
    from {{ ref('int_credit_release') }}
    where status = 'in_force'
    group by payer_card_code
),

limits as (
    select
        at_the_payer.*,
        coalesce(releases.released_amount, 0) as released_amount,
        releases.released_until_date,
        untied.payer_card_code is null as is_tied,
        payer.credit_limit_amount,
        coalesce(payer.is_frozen, false) as is_frozen,
        case
            when payer.credit_limit_amount is null then 'null'
            when payer.credit_limit_amount = 0 then 'zero'
            else 'number'
        end as limit_policy,
        case
            when not at_the_payer.is_partner_known then 'unknown'
            when payer.credit_limit_amount is null then {{ policy('credit_limit_null', 'varchar') }}
            when payer.credit_limit_amount = 0 then {{ policy('credit_limit_zero', 'varchar') }}
            when untied.payer_card_code is not null then 'untied'
            else 'number'
        end as limit_treatment,
        balances.account_balance_amount
        + case
            when {{ policy('sap_check_includes_deliveries', 'varchar') }} = 'yes'
                then balances.open_delivery_notes_amount
            else 0
        end
        + case
            when {{ policy('sap_check_includes_orders', 'varchar') }} = 'yes'
                then balances.open_orders_amount
            else 0
        end as sap_exposure_amount
    from at_the_payer
    left join {{ ref('int_customer') }} as payer
        on at_the_payer.payer_card_code = payer.card_code
    left join untied
        on at_the_payer.payer_card_code = untied.payer_card_code
    left join balances
        on at_the_payer.payer_card_code = balances.payer_card_code
    left join releases
        on at_the_payer.payer_card_code = releases.payer_card_code
),

final as (
    select
        payer_card_code,
        is_partner_known,
        {{ money('exposure_amount') }} as exposure_amount,
        credit_limit_amount,
        limit_policy,
        limit_treatment,
        is_tied,
        case
            when missing_rate_currency is not null then null
            when limit_treatment = 'number'
                then {{ money('credit_limit_amount - exposure_amount') }}
            when limit_treatment = 'blocked' then {{ money('0 - exposure_amount') }}
        end as available_amount,
        {{ money('released_amount') }} as released_amount,
        released_until_date,
        is_frozen,
        coalesce(oldest_overdue_days, 0) as oldest_overdue_days,
        {{ money('coalesce(long_overdue_amount, 0)') }} as long_overdue_amount,
        coalesce(long_overdue_amount, 0)
        > {{ policy('credit_block_overdue_min', 'decimal(18, 6)') }} as is_long_overdue,
        missing_rate_currency,
        missing_rate_document,
        missing_rate_fc_amount,
        {{ money('coalesce(rate_difference_amount, 0)') }} as rate_difference_amount,
        {{ money('coalesce(sap_exposure_amount, 0)') }} as sap_exposure_amount,
        case
            when limit_policy <> 'number' then 'no limit'
            when sap_exposure_amount > credit_limit_amount then 'over'
            else 'within'
        end as sap_would_say
    from limits
)

select * from final
