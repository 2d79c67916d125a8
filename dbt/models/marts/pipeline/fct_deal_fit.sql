with deals as (
    select
        credit.*,
        payer.limit_treatment,
        payer.sap_exposure_amount,
        payer.limit_policy,
        coalesce(credit.credit_limit_amount, 0) as limit_amount
    from {{ ref('int_deal') }} as deal
    inner join {{ ref('int_deal_credit') }} as credit
        on deal.opportunity_id = credit.opportunity_id
    left join {{ ref('int_payer_credit') }} as payer
        on credit.payer_card_code = payer.payer_card_code
    where not deal.is_closed
),

{# How much is over the limit today, releases in force counted; only where that is what binds. #}
over_today as (
    select
        *,
        case
            when credit_reason_code = 'CREDIT_OVER'
                then exposure_amount + added_amount - limit_amount - released_amount
            when credit_reason_code in ('CREDIT_WITHIN', 'CREDIT_NEAR', 'CREDIT_RELEASED', 'CREDIT_UNLIMITED')
                then 0
        end as over_amount,
        case when over_amount <= added_amount then over_amount end as deposit_amount,
        case when over_amount is not null then greatest(added_amount - over_amount, 0) end as part_amount
    from deals
),

payers as (
    select distinct payer_card_code
    from over_today
    where over_amount > 0
),

relief_days as (
    select
        relief.payer_card_code,
        relief.basis,
        relief.relief_date as day,
        sum(sum(relief.relief_amount)) over (
            partition by relief.payer_card_code, relief.basis order by relief.relief_date
        ) as received_amount
    from {{ ref('int_credit_relief') }} as relief
    inner join payers on relief.payer_card_code = payers.payer_card_code
    where relief.relief_date is not null
    group by relief.payer_card_code, relief.basis, relief.relief_date
),

{# A release counts on the days it holds, so a day far off may not lean on one that has ended by then. #}
rooms as (
    select
        relief_days.payer_card_code,
        relief_days.basis,
        relief_days.day,
        relief_days.received_amount,
        coalesce(sum(release.released_amount), 0) as released_amount
    from relief_days
    left join {{ ref('int_credit_release') }} as release
        on
            relief_days.payer_card_code = release.payer_card_code
            and release.status in ('in_force', 'later')
            and relief_days.day between release.from_date and release.until_date
    group by relief_days.payer_card_code, relief_days.basis, relief_days.day, relief_days.received_amount
),

fitting as (
    select
        over_today.opportunity_id,
        min(rooms.day) filter (where rooms.basis = 'habit') as habit_date,
        min(rooms.day) filter (where rooms.basis = 'cautious') as cautious_date
    from over_today
    inner join rooms
        on
            over_today.payer_card_code = rooms.payer_card_code
            and rooms.received_amount + rooms.released_amount
            >= over_today.exposure_amount + over_today.added_amount - over_today.limit_amount
    where over_today.over_amount > 0
    group by over_today.opportunity_id
),

final as (
    select
        over_today.opportunity_id,
        over_today.payer_card_code,
        {{ money('over_today.added_amount') }} as added_amount,
        case
            when over_today.over_amount is null then 'held'
            when over_today.over_amount = 0 then 'fits'
            when over_today.over_amount <= over_today.added_amount then 'deposit'
            else 'wait'
        end as fit_code,
        over_today.credit_reason_code,
        {{ money('over_today.over_amount') }} as over_amount,
        {{ money('over_today.deposit_amount') }} as deposit_amount,
        round({{ ratio('over_today.deposit_amount', 'over_today.added_amount') }} * 100, 4) as deposit_pct,
        {{ money('over_today.part_amount') }} as part_amount,
        round({{ ratio('over_today.part_amount', 'over_today.added_amount') }} * 100, 4) as part_pct,
        case when over_today.over_amount = 0 then {{ as_of_date() }} else fitting.habit_date end
            as fits_from_date,
        case when over_today.over_amount = 0 then {{ as_of_date() }} else fitting.cautious_date end
            as fits_from_cautious_date,
        over_today.released_amount,
        over_today.released_until_date,
        {{ money('over_today.sap_exposure_amount + over_today.added_amount') }} as sap_exposure_after_amount,
        case
            when over_today.limit_policy is null then 'no limit'
            when over_today.limit_policy <> 'number' then 'no limit'
            when over_today.sap_exposure_amount + over_today.added_amount > over_today.credit_limit_amount
                then 'over'
            else 'within'
        end as sap_would_say
    from over_today
    left join fitting
        on over_today.opportunity_id = fitting.opportunity_id
)

select * from final
