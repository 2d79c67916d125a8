with bounds as (
    select
        least(
            {{ as_of_date() }} - interval 3 year,
            coalesce(
                min(case when document_date >= date '1990-01-01' then document_date end),
                {{ as_of_date() }}
            )
        )::date as first_day,
        ({{ as_of_date() }} + ({{ policy('placement_horizon_days') }} + 60)::integer)::date
            as last_day
    from {{ ref('int_document_line') }}
),

days as (
    select cast(unnest(generate_series(first_day, last_day, interval 1 day)) as date) as day
    from bounds
),

latest_calendar as (
    select
        weekend_from,
        weekend_to,
        coalesce(is_weekend_working, false) as is_weekend_working
    from {{ ref('stg_sap_b1__holiday_calendar') }}
    order by holiday_code desc
    limit 1
),

weekday_numbers (weekday_name, weekday_number) as (
    values
    ('sunday', 0),
    ('monday', 1),
    ('tuesday', 2),
    ('wednesday', 3),
    ('thursday', 4),
    ('friday', 5),
    ('saturday', 6)
),

weekend as (
    select
        coalesce(max(from_day.weekday_number), 6) as first_weekday,
        coalesce(max(to_day.weekday_number), 0) as last_weekday,
        coalesce(bool_or(latest_calendar.is_weekend_working), false) as is_weekend_working
    from latest_calendar
    left join weekday_numbers as from_day
        on
            lower(latest_calendar.weekend_from) in (
                from_day.weekday_name, 'g_e_' || from_day.weekday_name
            )
    left join weekday_numbers as to_day
        on lower(latest_calendar.weekend_to) in (to_day.weekday_name, 'g_e_' || to_day.weekday_name)
),

holidays as (
    select distinct
        cast(unnest(generate_series(
            holiday.start_date,
            greatest(holiday.start_date, coalesce(holiday.end_date, holiday.start_date)),
            interval 1 day
        )) as date) as day
    from {{ ref('stg_sap_b1__holiday_date') }} as holiday
    where holiday.start_date is not null
),

marked as (
    select
        days.day,
        isodow(days.day) as iso_weekday,
        cast(date_trunc('week', days.day) as date) as week_start_date,
        holidays.day is not null as is_holiday,
        case
            when weekend.is_weekend_working then false
            when weekend.first_weekday <= weekend.last_weekday
                then dayofweek(days.day) between weekend.first_weekday and weekend.last_weekday
            else
                dayofweek(days.day) >= weekend.first_weekday
                or dayofweek(days.day) <= weekend.last_weekday
        end as is_weekend
    from days
    cross join weekend
    left join holidays on days.day = holidays.day
),

final as (
    select
        day,
        cast(iso_weekday as integer) as iso_weekday,
        week_start_date,
        is_holiday,
        is_weekend,
        not is_holiday and not is_weekend as is_working,
        cast((count(*) filter (where not is_holiday and not is_weekend) over (order by day)) as integer)
            as working_day_number,
        cast(day - {{ as_of_date() }} as integer) as day_number
    from marked
)

select * from final
