with final as (
    select
        work_centre,
        work_centre_name,
        work_centre_type,
        unit_of_measure,
        hours_per_unit,
        unit_rate,
        {{ quantity('single_run_qty') }} as single_run_qty,
        horizon_date,
        is_active
    from {{ ref('int_work_centre') }}
)

select * from final
