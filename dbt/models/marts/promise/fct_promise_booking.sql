with final as (
    select
        coalesce(demand.demand_line_id, booking.demand_id) as promise_line_id,
        booking.demand_id,
        booking.mode,
        coalesce(point.item_code, booking.item_code) as item_code,
        cast(booking.stage_no as integer) as stage_no,
        booking.work_centre,
        cast(booking.day as date) as day,
        {{ quantity('sum(booking.amount)') }} as booked_load,
        any_value(work_centre.unit_of_measure) as unit_of_measure
    from {{ source('placement', 'booking') }} as booking
    left join {{ ref('int_demand') }} as demand on booking.demand_id = demand.demand_id
    left join {{ ref('int_stock_point') }} as point on booking.item_code = point.stock_point
    left join
        {{ ref('int_work_centre') }} as work_centre
        on booking.work_centre = work_centre.work_centre
    where booking.amount > 0.0000005
    group by all
)

select * from final
