with final as (
    select
        residual.mode,
        residual.work_centre,
        residual.day,
        residual.available,
        capacity.available as capacity,
        capacity.is_working,
        capacity.is_assumed
    from {{ source('placement', 'residual_capacity') }} as residual
    inner join {{ ref('int_placement_capacity') }} as capacity
        on
            residual.work_centre = capacity.work_centre
            and residual.day = capacity.day
)

select * from final
