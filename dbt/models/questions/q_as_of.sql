with final as (
    select
        {{ as_of_at() }} as as_of_at,
        {{ as_of_date() }} as as_of_date,
        '{{ var("time_zone") }}' as time_zone,
        {{ policy('transit_days') }} as default_transit_days,
        (select max(day) from {{ ref('int_placement_capacity') }}) as horizon_date
)

select * from final
