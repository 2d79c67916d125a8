with payers as (
    select
        credit.*,
        case
            when not credit.is_partner_known then 'CREDIT_NO_PARTNER'
            when credit.is_frozen then 'CREDIT_FROZEN'
            when credit.limit_treatment = 'blocked' and coalesce(credit.released_amount, 0) = 0
                then 'CREDIT_LIMIT_ZERO'
            when credit.is_long_overdue then 'CREDIT_LONG_OVERDUE'
            when credit.limit_treatment = 'unlimited' then 'CREDIT_UNLIMITED'
            when credit.limit_treatment = 'untied' then 'CREDIT_NOT_TIED'
            when not knowledge.is_ledger_known or credit.exposure_amount is null then 'CREDIT_NO_LEDGER'
            when credit.missing_rate_currency is not null then 'CREDIT_NO_RATE'
            when credit.limit_treatment = 'unknown' then 'CREDIT_NO_LIMIT'
        end as fixed_reason_code,
        case when credit.limit_treatment = 'number' then credit.credit_limit_amount else 0 end as limit_amount
    from {{ ref('int_payer_credit') }} as credit
    cross join {{ ref('int_credit_knowledge') }} as knowledge
),

{# Amounts are kept to the millionth: over the limit begins one millionth above it. #}
bounds as (
    select
        payer_card_code,
        {{ product('limit_amount', policy('credit_near_pct', 'decimal(18, 6)')) }} / 100 - exposure_amount
            as near_from,
        limit_amount - exposure_amount + 0.000001 as over_from,
        limit_amount + coalesce(released_amount, 0) - exposure_amount + 0.000001 as unreleased_from
    from payers
    where fixed_reason_code is null
),

bands as (
    select
        payer_card_code,
        'CREDIT_WITHIN' as reason_code,
        null as from_amount,
        least(near_from, over_from) as to_amount
    from bounds

    union all

    select
        payer_card_code,
        'CREDIT_NEAR' as reason_code,
        least(near_from, over_from) as from_amount,
        over_from as to_amount
    from bounds

    union all

    select
        payer_card_code,
        'CREDIT_RELEASED' as reason_code,
        over_from as from_amount,
        unreleased_from as to_amount
    from bounds

    union all

    select
        payer_card_code,
        'CREDIT_OVER' as reason_code,
        unreleased_from as from_amount,
        null as to_amount
    from bounds

    union all

    select
        payer_card_code,
        fixed_reason_code as reason_code,
        null as from_amount,
        null as to_amount
    from payers
    where fixed_reason_code is not null
),

final as (
    select
        payer_card_code,
        {{ money('from_amount') }} as from_amount,
        {{ money('to_amount') }} as to_amount,
        reason_code as credit_reason_code,
        case
            when reason_code in ('CREDIT_FROZEN', 'CREDIT_LIMIT_ZERO', 'CREDIT_LONG_OVERDUE') then 'Blocked'
            when reason_code in ('CREDIT_UNLIMITED', 'CREDIT_WITHIN') then 'None'
            when reason_code = 'CREDIT_OVER' then 'Over'
            when reason_code in ('CREDIT_NEAR', 'CREDIT_RELEASED') then 'Near'
            else 'Unknown'
        end as credit_level
    from bands
    where from_amount is null or to_amount is null or from_amount < to_amount
)

select * from final
