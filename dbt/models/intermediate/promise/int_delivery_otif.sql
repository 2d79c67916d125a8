with lines as (
    select *
    from {{ ref('int_delivery_line') }}
    where exclusion_reason is null
),

targets as (
    select
        sales_order_line_id,
        'requested' as target,
        requested_date as target_date
    from lines
    union all
    select
        sales_order_line_id,
        'first' as target,
        first_promise_date as target_date
    from lines
    union all
    select
        sales_order_line_id,
        'last' as target,
        last_promise_date as target_date
    from lines
    union all
    select
        lines.sales_order_line_id,
        'replayed' as target,
        replay.promised_date as target_date
    from lines
    inner join {{ ref('int_replay_promise') }} as replay
        on lines.sales_order_line_id = replay.sales_order_line_id
),

events as (
    select
        sales_order_line_id,
        'departure' as event,
        departed_date as event_date,
        inventory_qty
    from {{ ref('int_delivery_event') }}
    union all
    select
        sales_order_line_id,
        'delivery' as event,
        delivered_date as event_date,
        inventory_qty
    from {{ ref('int_delivery_event') }}
    where delivered_date <= {{ as_of_date() }}
),

variants as (
    select
        targets.sales_order_line_id,
        targets.target,
        kinds.event,
        targets.target_date,
        lines.due_qty * (1 - lines.quantity_tolerance_pct / 100) as wanted_qty,
        targets.target_date + lines.late_days as window_end_date,
        case when lines.early_days is not null then targets.target_date - lines.early_days end
            as window_start_date,
        lines.open_qty,
        lines.arrived_qty,
        lines.delivered_qty
    from targets
    inner join lines on targets.sales_order_line_id = lines.sales_order_line_id
    cross join (values ('departure'), ('delivery')) as kinds (event)
    where
        targets.target_date is not null
        and (
            kinds.event = 'delivery'
            or lines.is_all_actual
            or (lines.delivered_qty = 0 and lines.is_arrival_kept)
        )
),

in_window as (
    select
        variants.sales_order_line_id,
        variants.target,
        variants.event,
        sum(events.inventory_qty) as window_qty
    from variants
    inner join events
        on
            variants.sales_order_line_id = events.sales_order_line_id
            and variants.event = events.event
            and variants.window_end_date >= events.event_date
            and (
                variants.window_start_date is null
                or variants.window_start_date <= events.event_date
            )
    group by variants.sales_order_line_id, variants.target, variants.event
),

final as (
    select
        variants.sales_order_line_id,
        variants.target,
        variants.event,
        case
            when coalesce(in_window.window_qty, 0) >= variants.wanted_qty then 1
            when variants.window_end_date < {{ as_of_date() }} then 0
            when variants.open_qty = 0 and variants.arrived_qty >= variants.delivered_qty then 0
        end as is_hit
    from variants
    left join in_window
        on
            variants.sales_order_line_id = in_window.sales_order_line_id
            and variants.target = in_window.target
            and variants.event = in_window.event
)

select * from final
