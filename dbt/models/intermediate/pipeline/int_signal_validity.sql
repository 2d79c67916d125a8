with as_of_day as (
    select working_day_number
    from {{ ref('int_calendar_day') }}
    where day = {{ as_of_date() }}
),

last_day as (
    select min(calendar.day) as day
    from {{ ref('int_calendar_day') }} as calendar
    cross join as_of_day
    where
        calendar.is_working
        and calendar.working_day_number
        = as_of_day.working_day_number + {{ policy('signal_expiry_working_days') }}
),

{# The end of that day in the plant's zone, as an instant in UTC. #}
ends as (
    select
        {{ as_of_at() }} as as_of_at,
        timezone(
            'UTC',
            timezone('{{ var("time_zone") }}', cast(day + interval 1 day as timestamp))
        ) - interval 1 second as expires_at
    from last_day
),

final as (
    select
        as_of_at,
        expires_at,
        date_trunc('second', expires_at - (expires_at - as_of_at) / 4) as renew_after_at,
        date_trunc('second', as_of_at + (expires_at - as_of_at) / 4) as renew_live_before_at
    from ends
)

select * from final
