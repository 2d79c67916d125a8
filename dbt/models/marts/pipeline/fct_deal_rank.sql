with wanted as (
    select
        line.opportunity_id,
        booking.work_centre,
        cast(date_trunc('week', booking.day) as date) as week_start_date,
        sum(booking.booked_load * work_centre.hours_per_unit) as wanted_hours
    from {{ ref('fct_promise_line') }} as line
    inner join {{ ref('fct_promise_booking') }} as booking
        on
            line.promise_line_id = booking.promise_line_id
            and line.mode = booking.mode
    inner join {{ ref('int_work_centre') }} as work_centre
        on booking.work_centre = work_centre.work_centre
    where line.mode = 'alone' and line.opportunity_id is not null
    group by all
),

free as (
    select
        work_centre,
        period_date as week_start_date,
        greatest(available_load - firm_load - planned_load, 0) * hours_per_unit as free_hours
    from {{ ref('fct_capacity_load') }}
    where grain = 'week'
),

{# A bottleneck week: the deals together want more of a work centre than orders leave. #}
bottlenecks as (
    select
        wanted.work_centre,
        wanted.week_start_date,
        any_value(free.free_hours) as free_hours,
        sum(wanted.wanted_hours) as all_wanted_hours
    from wanted
    inner join free
        on
            wanted.work_centre = free.work_centre
            and wanted.week_start_date = free.week_start_date
    group by wanted.work_centre, wanted.week_start_date
    having sum(wanted.wanted_hours) > any_value(free.free_hours) + 0.000001
),

deal_hours as (
    select
        opportunity_id,
        work_centre,
        sum(wanted_hours) as deal_hours
    from wanted
    group by opportunity_id, work_centre
),

valued as (
    select
        wanted.*,
        bottlenecks.free_hours,
        bottlenecks.all_wanted_hours,
        deal.probability_pct,
        deal.contribution_amount,
        deal_hours.deal_hours,
        cast(deal.contribution_amount as double) / nullif(cast(deal_hours.deal_hours as double), 0)
            as contribution_per_hour
    from wanted
    inner join bottlenecks
        on
            wanted.work_centre = bottlenecks.work_centre
            and wanted.week_start_date = bottlenecks.week_start_date
    inner join {{ ref('int_deal_verdict') }} as deal
        on wanted.opportunity_id = deal.opportunity_id and deal.is_open
    inner join deal_hours
        on
            wanted.opportunity_id = deal_hours.opportunity_id
            and wanted.work_centre = deal_hours.work_centre
),

ranked as (
    select
        *,
        contribution_per_hour * cast(probability_pct as double) / 100 as value_per_hour,
        row_number() over week as place,
        sum(wanted_hours) over week as hours_so_far
    from valued
    window week as (
        partition by work_centre, week_start_date
        order by contribution_per_hour * cast(probability_pct as double) / 100 desc nulls last, opportunity_id
    )
),

{# Taken first, a deal leaves those out that were served before and now go beyond what is free. #}
displacements as (
    select
        taken.work_centre,
        taken.week_start_date,
        taken.opportunity_id,
        count(*) as displaced_count,
        string_agg(deal.name, ', ' order by other.place) as displaced_deals
    from ranked as taken
    inner join ranked as other
        on
            taken.work_centre = other.work_centre
            and taken.week_start_date = other.week_start_date
            and taken.opportunity_id <> other.opportunity_id
    inner join {{ ref('int_deal') }} as deal
        on other.opportunity_id = deal.opportunity_id
    where
        taken.hours_so_far > taken.free_hours
        and other.hours_so_far <= other.free_hours
        and other.hours_so_far + taken.wanted_hours > other.free_hours
    group by taken.work_centre, taken.week_start_date, taken.opportunity_id
),

final as (
    select
        ranked.work_centre,
        ranked.week_start_date,
        ranked.opportunity_id,
        cast(ranked.place as bigint) as rank_place,
        {{ quantity('ranked.free_hours') }} as free_hours,
        {{ quantity('ranked.all_wanted_hours') }} as all_wanted_hours,
        {{ quantity('ranked.wanted_hours') }} as wanted_hours,
        {{ quantity('ranked.deal_hours') }} as deal_hours,
        cast(ranked.probability_pct as decimal(18, 6)) as probability_pct,
        {{ money('ranked.contribution_amount') }} as contribution_amount,
        {{ money('ranked.contribution_per_hour') }} as contribution_per_hour_amount,
        {{ money('ranked.value_per_hour') }} as value_per_hour_amount,
        ranked.hours_so_far <= ranked.free_hours as is_served,
        coalesce(displacements.displaced_count, 0) as displaced_count,
        displacements.displaced_deals
    from ranked
    left join displacements
        on
            ranked.work_centre = displacements.work_centre
            and ranked.week_start_date = displacements.week_start_date
            and ranked.opportunity_id = displacements.opportunity_id
)

select * from final
