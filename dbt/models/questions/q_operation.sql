with final as (
    select
        item_code as stock_point,
        stage_no,
        work_centre,
        per_unit_load,
        fixed_load,
        waiting_days,
        single_run_per_day
    from {{ ref('int_placement_operation') }}
)

select * from final
