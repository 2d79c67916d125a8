{# How many of a made item a week can take at most: free of work orders, the tightest work centre. #}
with booked as (
    select
        booking.work_centre,
        booking.day,
        sum(booking.amount) as amount
    from {{ source('placement', 'booking') }} as booking
    inner join {{ ref('int_placement_work_order') }} as work_order
        on booking.demand_id = work_order.work_order_id
    where booking.mode = 'firm'
    group by booking.work_centre, booking.day
),

days as (
    select
        capacity.work_centre,
        week.week_no,
        greatest(cast(capacity.available - coalesce(booked.amount, 0) as double), 0) as free_load
    from {{ ref('int_placement_capacity') }} as capacity
    inner join {{ ref('int_requirement_week') }} as week
        on capacity.day between week.week_start_date and week.week_start_date + 6
    left join booked
        on
            capacity.work_centre = booked.work_centre
            and capacity.day = booked.day
),

per_operation as (
    select
        operation.item_code,
        operation.stage_no,
        operation.work_centre,
        days.week_no,
        greatest(
            sum(least(days.free_load, coalesce(operation.single_run_per_day, days.free_load)))
            - operation.fixed_load,
            0
        ) / operation.per_unit_load as make_qty
    from {{ ref('int_placement_operation') }} as operation
    inner join days on operation.work_centre = days.work_centre
    where operation.per_unit_load > 0
    group by
        operation.item_code,
        operation.stage_no,
        operation.work_centre,
        operation.fixed_load,
        operation.per_unit_load,
        days.week_no
),

final as (
    select
        item_code,
        week_no,
        min(make_qty) as make_qty
    from per_operation
    group by item_code, week_no
)

select * from final
