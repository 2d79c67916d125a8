with errors as (
    select * from {{ ref('int_promise_error') }}
),

plant as (
    select
        *,
        case when plant_line_count >= min_line_count then plant_p90_days end as plant_drawn_days
    from errors
),

work_centre as (
    select
        *,
        case
            when work_centre_line_count >= min_line_count
                then (
                    work_centre_line_count * work_centre_p90_days
                    + prior_line_count * plant_drawn_days
                ) / (work_centre_line_count + prior_line_count)
            else plant_drawn_days
        end as work_centre_drawn_days
    from plant
),

family as (
    select
        *,
        case
            when family_line_count >= min_line_count
                then (
                    family_line_count * family_p90_days + prior_line_count * work_centre_drawn_days
                ) / (family_line_count + prior_line_count)
            else work_centre_drawn_days
        end as drawn_days
    from work_centre
),

final as (
    select
        item_code,
        family,
        work_centre,
        case
            when drawn_days is null then null
            when family_line_count >= min_line_count then 'family'
            when work_centre_line_count >= min_line_count then 'work_centre'
            else 'plant'
        end as error_level,
        family_line_count,
        round(family_p90_days, 6) as family_p90_days,
        work_centre_line_count,
        round(work_centre_p90_days, 6) as work_centre_p90_days,
        plant_line_count,
        round(plant_p90_days, 6) as plant_p90_days,
        cast(min_line_count as bigint) as min_line_count,
        round(drawn_days, 6) as error_p90_days,
        case
            when drawn_days is not null
                then cast(greatest(ceil(round(drawn_days, 6)), 0) as integer)
        end as safe_days
    from family
)

select * from final
