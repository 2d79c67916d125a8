with payers as (
    select
        payer_card_code,
        exposure_amount,
        case
            when limit_treatment = 'number' then credit_limit_amount
            when limit_treatment = 'blocked' then 0
        end as limit_amount
    from {{ ref('int_payer_credit') }}
    where exposure_amount is not null and missing_rate_currency is null
),

weeks as (
    select
        cast(weeks_ahead.number as integer) as week_number,
        cast(date_trunc('week', {{ as_of_date() }}) as date) + 7 * week_number as week_start_date,
        cast(date_trunc('week', {{ as_of_date() }}) as date) + 7 * week_number + 6 as week_end_date
    from range(0, {{ policy('credit_horizon_weeks') }}) as weeks_ahead (number)
),

receipts as (
    select
        payer_card_code,
        cast(date_trunc('week', relief_date) as date) as week_start_date,
        sum(relief_amount) filter (where basis = 'habit') as expected_receipts_amount,
        sum(relief_amount) filter (where basis = 'cautious') as cautious_receipts_amount
    from {{ ref('int_credit_relief') }}
    where relief_date is not null
    group by all
),

invoicing as (
    select
        payer_card_code,
        cast(date_trunc('week', invoice_date) as date) as week_start_date,
        sum(gross_amount) as planned_invoicing_amount
    from {{ ref('int_credit_relief') }}
    where basis = 'habit' and invoice_date is not null
    group by all
),

undated as (
    select
        payer_card_code,
        sum(relief_amount) as undated_amount
    from {{ ref('int_credit_relief') }}
    where basis = 'habit' and relief_date is null
    group by payer_card_code
),

releases as (
    select
        release.payer_card_code,
        weeks.week_number,
        sum(release.released_amount) as released_amount
    from {{ ref('int_credit_release') }} as release
    inner join weeks
        on
            release.from_date <= weeks.week_end_date
            and release.until_date >= weeks.week_end_date
    where release.status in ('in_force', 'later')
    group by release.payer_card_code, weeks.week_number
),

planned as (
    select
        payers.payer_card_code,
        weeks.week_number,
        weeks.week_start_date,
        weeks.week_end_date,
        payers.exposure_amount as exposure_today_amount,
        payers.limit_amount,
        coalesce(releases.released_amount, 0) as released_amount,
        coalesce(receipts.expected_receipts_amount, 0) as expected_receipts_amount,
        coalesce(receipts.cautious_receipts_amount, 0) as cautious_receipts_amount,
        coalesce(invoicing.planned_invoicing_amount, 0) as planned_invoicing_amount,
        coalesce(undated.undated_amount, 0) as undated_amount
    from payers
    cross join weeks
    left join receipts
        on
            payers.payer_card_code = receipts.payer_card_code
            and weeks.week_start_date = receipts.week_start_date
    left join invoicing
        on
            payers.payer_card_code = invoicing.payer_card_code
            and weeks.week_start_date = invoicing.week_start_date
    left join undated on payers.payer_card_code = undated.payer_card_code
    left join releases
        on
            payers.payer_card_code = releases.payer_card_code
            and weeks.week_number = releases.week_number
),

cumulated as (
    select
        *,
        exposure_today_amount
        - sum(expected_receipts_amount) over (partition by payer_card_code order by week_number)
            as exposure_amount,
        exposure_today_amount
        - sum(cautious_receipts_amount) over (partition by payer_card_code order by week_number)
            as cautious_exposure_amount
    from planned
),

final as (
    select
        payer_card_code,
        cast(week_number as bigint) as week_number,
        week_start_date,
        week_end_date,
        {{ money('expected_receipts_amount') }} as expected_receipts_amount,
        {{ money('cautious_receipts_amount') }} as cautious_receipts_amount,
        {{ money('planned_invoicing_amount') }} as planned_invoicing_amount,
        {{ money('exposure_amount') }} as exposure_amount,
        {{ money('cautious_exposure_amount') }} as cautious_exposure_amount,
        {{ money('undated_amount') }} as undated_amount,
        {{ money('limit_amount') }} as credit_limit_amount,
        {{ money('released_amount') }} as released_amount,
        {{ money('limit_amount + released_amount - exposure_amount') }} as available_amount,
        {{ money('limit_amount + released_amount - cautious_exposure_amount') }}
            as cautious_available_amount
    from cumulated
)

select * from final
