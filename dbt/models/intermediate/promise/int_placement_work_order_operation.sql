with final as (
    select
        line.work_order_id,
        line.stage_no,
        line.item_code as work_centre,
        cast(sum(line.remaining_qty) as double) as remaining_load,
        max(line.waiting_days) as waiting_days,
        cast(max(work_centre.single_run_qty) as double) as single_run_per_day
    from {{ ref('int_work_order_line') }} as line
    inner join
        {{ ref('int_placement_work_order') }} as work_order
        on line.work_order_id = work_order.work_order_id
    inner join
        {{ ref('int_work_centre') }} as work_centre
        on line.item_code = work_centre.work_centre
    where line.is_work_centre and line.remaining_qty > 0
    group by line.work_order_id, line.stage_no, line.item_code
)

select * from final
