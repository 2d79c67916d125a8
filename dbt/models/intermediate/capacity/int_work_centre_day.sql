with days as (
    select *
    from {{ ref('int_calendar_day') }}
    where day_number between 1 and {{ policy('placement_horizon_days') }}
),

kept as (
    select
        work_centre_code as work_centre,
        capacity_date as day,
        sum(capacity_qty) as available
    from {{ ref('stg_sap_b1__work_centre_capacity') }}
    where capacity_type = 'rctInternal'
    group by work_centre_code, capacity_date
),

weekday_numbers (weekday_code, place_in_week) as (
    values
    ('rdcwFirst', 1),
    ('rdcwSecond', 2),
    ('rdcwThird', 3),
    ('rdcwFourth', 4),
    ('rdcwFifth', 5),
    ('rdcwSixth', 6),
    ('rdcwSeventh', 7)
),

weekday_factors as (
    select
        factor.work_centre_code as work_centre,
        (weekday_numbers.place_in_week + {{ policy('work_centre_first_weekday') }} - 2) % 7
        + 1 as iso_weekday,
        sum(coalesce(
            factor.total_qty,
            coalesce(factor.factor_1, 0) * coalesce(nullif(factor.factor_2, 0), 1)
            * coalesce(nullif(factor.factor_3, 0), 1) * coalesce(nullif(factor.factor_4, 0), 1)
        )) as available
    from {{ ref('stg_sap_b1__work_centre_weekday') }} as factor
    inner join weekday_numbers on factor.weekday = weekday_numbers.weekday_code
    group by factor.work_centre_code, weekday_numbers.place_in_week
),

mapped_factors as (
    select
        work_centre,
        weekday as iso_weekday,
        available_qty as available
    from {{ ref('work_centre_calendar') }}
),

{# What a person has signed for these days; of several the one signed last. #}
signed as (
    select
        override.key as work_centre,
        days.day,
        arg_max(override.value, (override.signed_date, override.override_id)) as available
    from {{ ref('int_override') }} as override
    inner join days on days.day between override.from_date and override.until_date
    where override.kind = 'capacity' and override.status = 'in_force'
    group by override.key, days.day
),

laid_out as (
    select
        work_centre.work_centre,
        days.day,
        days.is_holiday,
        coalesce(days.day <= work_centre.horizon_date, false) as is_kept,
        signed.available as signed_available,
        kept.available as kept_available,
        coalesce(weekday_factors.available, mapped_factors.available) as weekday_available
    from {{ ref('int_work_centre') }} as work_centre
    cross join days
    left join signed
        on
            work_centre.work_centre = signed.work_centre
            and days.day = signed.day
    left join kept
        on
            work_centre.work_centre = kept.work_centre
            and days.day = kept.day
    left join weekday_factors
        on
            work_centre.work_centre = weekday_factors.work_centre
            and days.iso_weekday = weekday_factors.iso_weekday
    left join mapped_factors
        on
            work_centre.work_centre = mapped_factors.work_centre
            and days.iso_weekday = mapped_factors.iso_weekday
    where work_centre.is_active
),

final as (
    select
        work_centre,
        day,
        {{ quantity("""
            greatest(
                case
                    when signed_available is not null then signed_available
                    when is_kept then coalesce(kept_available, 0)
                    when is_holiday then 0
                    else coalesce(weekday_available, 0)
                end,
                0
            )
        """) }} as available,
        available > 0 as is_working,
        not is_kept as is_assumed
    from laid_out
)

select * from final
