{# Load, material and the days behind the work are medians; what those orders waited in a queue counts once more in
   ours, so an estimate errs late. #}
with a_day as (
    select
        work_centre,
        median(available) as available
    from {{ ref('int_work_centre_day') }}
    where available > 0
    group by work_centre
),

stage_work as (
    select
        similar_order.item_code,
        similar_order.work_order_entry,
        line.stage_no,
        max(ceil(
            cast(greatest(line.issued_qty, line.planned_qty) as double)
            / cast(a_day.available as double)
        )) as work_days
    from {{ ref('int_estimate_order') }} as similar_order
    inner join
        {{ ref('int_work_order_line') }} as line
        on similar_order.work_order_entry = line.work_order_entry
    inner join a_day on line.item_code = a_day.work_centre
    where line.is_work_centre
    group by similar_order.item_code, similar_order.work_order_entry, line.stage_no
),

work as (
    select
        item_code,
        work_order_entry,
        sum(work_days) as work_days
    from stage_work
    group by item_code, work_order_entry
),

final as (
    select
        similar_order.item_code,
        any_value(similar_order.basis_kind) as basis_kind,
        any_value(similar_order.basis_code) as basis_code,
        cast(count(*) as integer) as order_count,
        cast(ceil(median(similar_order.lead_days)) as integer) as lead_days,
        min(similar_order.lead_days) as shortest_lead_days,
        max(similar_order.lead_days) as longest_lead_days,
        cast(
            ceil(median(greatest(similar_order.lead_days - coalesce(work.work_days, 0), 0)))
            as integer
        ) as waiting_days
    from {{ ref('int_estimate_order') }} as similar_order
    left join work
        on
            similar_order.item_code = work.item_code
            and similar_order.work_order_entry = work.work_order_entry
    group by similar_order.item_code
)

select * from final
