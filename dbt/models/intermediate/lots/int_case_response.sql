with opened as (
    select
        case_id,
        created_at,
        closed_at
    from {{ ref('stg_salesforce__case') }}
    where created_at <= {{ as_of_at() }}
),

{# What we note among ourselves is no answer. #}
answered as (
    select
        case_id,
        min(created_at) as answered_at
    from {{ ref('stg_salesforce__case_comment') }}
    where is_published and created_at <= {{ as_of_at() }}
    group by case_id
),

spans as (
    select
        opened.case_id,
        answered.answered_at,
        opened.created_at as from_at,
        coalesce(
            answered.answered_at,
            case when opened.closed_at <= {{ as_of_at() }} then opened.closed_at end,
            {{ as_of_at() }}
        ) as until_at
    from opened
    left join answered
        on opened.case_id = answered.case_id and opened.created_at <= answered.answered_at
),

{# In the plant's own time, where its working day has its hours. #}
local_spans as (
    select
        *,
        timezone('{{ var("time_zone") }}', timezone('UTC', from_at)) as from_local_at,
        timezone('{{ var("time_zone") }}', timezone('UTC', until_at)) as until_local_at
    from spans
),

days as (
    select
        local_spans.case_id,
        greatest(
            date_diff(
                'second',
                greatest(
                    local_spans.from_local_at,
                    calendar.day + to_hours({{ policy('service_day_start_hour') }})
                ),
                least(
                    local_spans.until_local_at,
                    calendar.day + to_hours({{ policy('service_day_end_hour') }})
                )
            ),
            0
        ) as worked_seconds
    from local_spans
    inner join {{ ref('int_calendar_day') }} as calendar
        on
            calendar.is_working
            and calendar.day between cast(local_spans.from_local_at as date)
            and cast(local_spans.until_local_at as date)
),

worked as (
    select
        case_id,
        {{ ratio('sum(worked_seconds)', '3600') }} as worked_hours
    from days
    group by case_id
),

final as (
    select
        spans.case_id,
        spans.answered_at,
        case when spans.answered_at is not null then coalesce(worked.worked_hours, 0) end
            as response_hours,
        case when spans.answered_at is null then coalesce(worked.worked_hours, 0) end as open_hours
    from spans
    left join worked on spans.case_id = worked.case_id
)

select * from final
