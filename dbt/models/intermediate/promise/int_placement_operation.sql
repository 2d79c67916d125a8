with final as (
    select
        point.stock_point as item_code,
        operation.stage_no,
        operation.work_centre,
        cast(operation.per_unit_load as double) as per_unit_load,
        cast(operation.fixed_load as double) as fixed_load,
        operation.waiting_days,
        cast(work_centre.single_run_qty as double) as single_run_per_day
    from {{ ref('int_operation') }} as operation
    inner join {{ ref('int_stock_point') }} as point on operation.item_code = point.item_code
    inner join {{ ref('int_item') }} as item on operation.item_code = item.item_code
    inner join
        {{ ref('int_work_centre') }} as work_centre
        on operation.work_centre = work_centre.work_centre
    where item.source = 'make'
)

select * from final
