with booked as (
    select
        booking.work_centre,
        booking.day,
        sum(booking.amount) filter (
            where booking.mode = 'firm' and work_order.status = 'released'
        ) as firm_load,
        sum(booking.amount) filter (
            where booking.mode = 'firm' and coalesce(work_order.status, '') <> 'released'
        ) as planned_load,
        sum(
            booking.amount * coalesce(
                cast(stage.win_probability_pct as double),
                cast(deal_line.probability_pct as double),
                0
            ) / 100
        ) filter (where booking.mode = 'queue') as pipeline_load,
        sum(booking.amount) filter (where booking.mode = 'queue') as pipeline_unweighted_load
    from {{ source('placement', 'booking') }} as booking
    left join
        {{ ref('int_work_order') }} as work_order
        on booking.demand_id = work_order.work_order_id
    left join {{ ref('int_demand') }} as demand on booking.demand_id = demand.demand_id
    left join
        {{ ref('int_deal_line') }} as deal_line
        on demand.demand_line_id = 'DL-' || deal_line.line_item_id
    left join {{ ref('stage_probability') }} as stage on deal_line.sales_stage = stage.sales_stage
    group by booking.work_centre, booking.day
),

work_order_days as (
    select
        operation.work_order_id,
        operation.work_centre,
        operation.remaining_load,
        capacity.day,
        count(*) over (partition by operation.work_order_id, operation.work_centre) as day_count
    from (
        select
            work_order_id,
            work_centre,
            sum(remaining_load) as remaining_load
        from {{ ref('int_placement_work_order_operation') }}
        group by work_order_id, work_centre
    ) as operation
    inner join {{ ref('int_placement_work_order') }} as work_order
        on operation.work_order_id = work_order.work_order_id
    inner join {{ ref('int_placement_capacity') }} as capacity
        on
            operation.work_centre = capacity.work_centre
            and capacity.is_working
            and capacity.day between greatest(work_order.start_day, {{ as_of_date() }} + 1)
            and greatest(work_order.due_day, {{ as_of_date() }} + 7)
),

required as (
    select
        work_centre,
        day,
        sum(remaining_load / day_count) as required_load
    from work_order_days
    group by work_centre, day
),

committed as (
    select
        work_centre_code as work_centre,
        capacity_date as day,
        abs(sum(capacity_qty)) as erp_committed_load
    from {{ ref('stg_sap_b1__work_centre_capacity') }}
    where capacity_type = 'rctCommitted'
    group by work_centre_code, capacity_date
),

days as (
    select
        'day' as grain,
        capacity.work_centre,
        capacity.day as period_date,
        cast(date_trunc('week', capacity.day) as date) as week_start_date,
        capacity.available as available_load,
        coalesce(booked.firm_load, 0) as firm_load,
        coalesce(booked.planned_load, 0) as planned_load,
        coalesce(booked.pipeline_load, 0) as pipeline_load,
        coalesce(booked.pipeline_unweighted_load, 0) as pipeline_unweighted_load,
        coalesce(required.required_load, 0) as required_load,
        coalesce(committed.erp_committed_load, 0) as erp_committed_load,
        capacity.is_assumed
    from {{ ref('int_placement_capacity') }} as capacity
    left join booked
        on
            capacity.work_centre = booked.work_centre
            and capacity.day = booked.day
    left join required
        on
            capacity.work_centre = required.work_centre
            and capacity.day = required.day
    left join committed
        on
            capacity.work_centre = committed.work_centre
            and capacity.day = committed.day
),

weeks as (
    select
        'week' as grain,
        work_centre,
        week_start_date as period_date,
        week_start_date,
        sum(available_load) as available_load,
        sum(firm_load) as firm_load,
        sum(planned_load) as planned_load,
        sum(pipeline_load) as pipeline_load,
        sum(pipeline_unweighted_load) as pipeline_unweighted_load,
        sum(required_load) as required_load,
        sum(erp_committed_load) as erp_committed_load,
        bool_or(is_assumed) as is_assumed
    from days
    group by work_centre, week_start_date
),

periods as (
    select * from days
    union all
    select * from weeks
),

rounded as (
    select
        periods.grain,
        periods.work_centre,
        periods.period_date,
        work_centre.unit_of_measure,
        work_centre.hours_per_unit,
        {{ quantity('periods.available_load') }} as available_load,
        {{ quantity('periods.firm_load') }} as firm_load,
        {{ quantity('periods.planned_load') }} as planned_load,
        {{ quantity('periods.pipeline_load') }} as pipeline_load,
        {{ quantity('periods.pipeline_unweighted_load') }} as pipeline_unweighted_load,
        {{ quantity('periods.required_load') }} as required_load,
        {{ quantity('greatest(periods.required_load - periods.available_load, 0)') }}
            as overload_load,
        {{ quantity('periods.erp_committed_load') }} as erp_committed_load,
        periods.is_assumed
    from periods
    inner join
        {{ ref('int_work_centre') }} as work_centre
        on periods.work_centre = work_centre.work_centre
),

final as (
    select
        grain,
        work_centre,
        period_date,
        unit_of_measure,
        hours_per_unit,
        available_load,
        firm_load,
        planned_load,
        pipeline_load,
        pipeline_unweighted_load,
        required_load,
        overload_load,
        {{ product('overload_load', 'hours_per_unit') }} as overload_hours,
        {{ quantity('firm_load + planned_load') }} as utilisation_numerator,
        available_load as utilisation_denominator,
        {{ ratio('firm_load + planned_load', 'available_load') }} as utilisation_share,
        erp_committed_load,
        is_assumed
    from rounded
)

select * from final
