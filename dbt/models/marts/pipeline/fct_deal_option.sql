{# In queue where it has a date there, else alone. #}
with answers as (
    select *
    from {{ ref('fct_promise_deal') }}
    where mode in ('alone', 'queue') and status = 'placed' and delivered_date is not null
    qualify row_number() over (partition by opportunity_id order by mode desc) = 1
),

deals as (
    select
        answers.opportunity_id,
        answers.mode,
        answers.requested_date,
        answers.delivered_date,
        answers.opened_by_date,
        answers.binding_key,
        answers.binding_kind = 'capacity' and answers.opened_by_date < answers.delivered_date
            as is_overtime_of_use,
        verdict.net_amount,
        verdict.contribution_amount,
        fit.added_amount,
        fit.part_amount as room_amount
    from answers
    inner join {{ ref('int_deal_verdict') }} as verdict
        on answers.opportunity_id = verdict.opportunity_id
    inner join {{ ref('fct_deal_fit') }} as fit
        on answers.opportunity_id = fit.opportunity_id
),

prices as (
    select * from {{ ref('option_price') }}
),

{# The first delivery takes all that can be there by the day wanted, else what can be there first. #}
splits as (
    select
        deals.opportunity_id,
        split.promise_line_id,
        split.split_date,
        split.cumulative_qty,
        line.asked_qty,
        deal_line.net_amount,
        coalesce(
            max(split.split_date) filter (where split.split_date <= deals.requested_date)
                over (partition by deals.opportunity_id),
            min(split.split_date) over (partition by deals.opportunity_id)
        ) as first_date
    from deals
    inner join {{ ref('fct_promise_line') }} as line
        on
            deals.opportunity_id = line.opportunity_id
            and deals.mode = line.mode
    inner join {{ ref('int_deal_line') }} as deal_line
        on line.line_item_id = deal_line.line_item_id
    inner join {{ ref('fct_promise_split') }} as split
        on
            line.promise_line_id = split.promise_line_id
            and line.mode = split.mode
),

first_parts as (
    select
        opportunity_id,
        promise_line_id,
        first_date,
        any_value(net_amount) * cast(max(cumulative_qty) as double) / cast(any_value(asked_qty) as double)
            as part_net_amount
    from splits
    where split_date <= first_date
    group by opportunity_id, promise_line_id, first_date
),

first_deliveries as (
    select
        opportunity_id,
        first_date,
        sum(part_net_amount) as part_net_amount
    from first_parts
    group by opportunity_id, first_date
),

{# Overtime is twice the hours of the centre that binds; what it saves in days is worked in the hours booked after. #}
bookings as (
    select
        deals.opportunity_id,
        booking.day,
        booking.booked_load * work_centre.hours_per_unit as hours,
        max(booking.day) over (partition by deals.opportunity_id)
        - cast(deals.delivered_date - deals.opened_by_date as integer) as last_day_with_overtime
    from deals
    inner join {{ ref('fct_promise_line') }} as line
        on
            deals.opportunity_id = line.opportunity_id
            and deals.mode = line.mode
    inner join {{ ref('fct_promise_booking') }} as booking
        on
            line.promise_line_id = booking.promise_line_id
            and line.mode = booking.mode
            and deals.binding_key = booking.work_centre
    inner join {{ ref('int_work_centre') }} as work_centre
        on booking.work_centre = work_centre.work_centre
    where deals.is_overtime_of_use
),

overtime as (
    select
        opportunity_id,
        sum(hours) filter (where day > last_day_with_overtime) as overtime_hours
    from bookings
    group by opportunity_id
),

ways as (
    select
        deals.*,
        'all_later' as option,
        1 as place,
        deals.delivered_date as first_date,
        deals.delivered_date as complete_date,
        deals.net_amount as first_net_amount,
        null as overtime_hours,
        cast(0 as decimal(18, 6)) as extra_cost_amount
    from deals

    union all

    select
        deals.*,
        'part_now' as option,
        2 as place,
        first_deliveries.first_date,
        deals.delivered_date as complete_date,
        first_deliveries.part_net_amount as first_net_amount,
        null as overtime_hours,
        prices.price_amount as extra_cost_amount
    from deals
    inner join first_deliveries
        on
            deals.opportunity_id = first_deliveries.opportunity_id
            and deals.delivered_date > first_deliveries.first_date
    left join prices
        on prices.option = 'part_now' and prices.key = '*'

    union all

    select
        deals.*,
        'overtime' as option,
        3 as place,
        deals.opened_by_date as first_date,
        deals.opened_by_date as complete_date,
        deals.net_amount as first_net_amount,
        overtime.overtime_hours,
        overtime.overtime_hours * coalesce(own.price_amount, general.price_amount) as extra_cost_amount
    from deals
    left join overtime
        on deals.opportunity_id = overtime.opportunity_id
    left join prices as own
        on own.option = 'overtime' and deals.binding_key = own.key
    left join prices as general
        on general.option = 'overtime' and general.key = '*'
    where deals.is_overtime_of_use
),

final as (
    select
        opportunity_id,
        option,
        cast(place as bigint) as option_place,
        mode,
        requested_date,
        first_date,
        complete_date,
        cast(greatest(complete_date - requested_date, 0) as bigint) as days_late,
        round({{ ratio('first_net_amount', 'net_amount') }} * 100, 4) as first_share_pct,
        {{ money('first_net_amount / nullif(net_amount, 0) * added_amount') }} as first_gross_amount,
        first_net_amount / nullif(net_amount, 0) * added_amount <= room_amount as is_first_within_credit,
        case when option = 'overtime' then binding_key end as work_centre,
        {{ quantity('overtime_hours') }} as overtime_hours,
        {{ money('extra_cost_amount') }} as extra_cost_amount,
        extra_cost_amount is not null as is_price_known,
        {{ money('contribution_amount - extra_cost_amount') }} as contribution_amount,
        round({{ ratio('contribution_amount - extra_cost_amount', 'net_amount') }} * 100, 4)
            as contribution_margin_pct,
        coalesce(complete_date <= requested_date, false)
        and extra_cost_amount is not null
        and row_number() over (
            partition by opportunity_id
            order by
                case when complete_date <= requested_date and extra_cost_amount is not null then 0 else 1 end,
                extra_cost_amount,
                complete_date,
                place
        ) = 1 as is_cheapest_in_time
    from ways
)

select * from final
