with final as (
    select
        work_centre,
        day,
        available,
        is_working,
        is_assumed
    from {{ ref('int_work_centre_day') }}
)

select * from final
