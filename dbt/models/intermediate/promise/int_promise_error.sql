{# Only whole months count, so that the figure moves once a month and not with every delivery. #}
with months as (
    select
        date_trunc('month', {{ as_of_date() }}) as end_date,
        date_trunc('month', {{ as_of_date() }}) - to_months({{ policy('safe_date_window_months') }})
            as start_date
),

work_hours as (
    select
        operation.item_code,
        arg_max(
            operation.work_centre,
            (
                coalesce(operation.per_unit_load * cast(centre.hours_per_unit as double), 0),
                operation.stage_no,
                operation.work_centre
            )
        ) as work_centre
    from {{ ref('int_operation') }} as operation
    left join {{ ref('int_work_centre') }} as centre on operation.work_centre = centre.work_centre
    group by operation.item_code
),

items as (
    select
        item.item_code,
        coalesce(item.family, cast(item.item_group_code as varchar)) as family,
        work_hours.work_centre
    from {{ ref('int_item') }} as item
    left join work_hours on item.item_code = work_hours.item_code
),

lines as (
    select
        delivery.first_error_days,
        items.family,
        items.work_centre
    from {{ ref('fct_delivery_line') }} as delivery
    cross join months
    left join items on delivery.item_code = items.item_code
    where
        delivery.exclusion_reason is null
        and delivery.first_error_days is not null
        and delivery.delivered_date >= months.start_date
        and delivery.delivered_date < months.end_date
),

plant as (
    select
        cast(count(*) as bigint) as line_count,
        quantile_cont(first_error_days, 0.9) as error_p90_days
    from lines
),

work_centres as (
    select
        work_centre,
        cast(count(*) as bigint) as line_count,
        quantile_cont(first_error_days, 0.9) as error_p90_days
    from lines
    where work_centre is not null
    group by work_centre
),

families as (
    select
        family,
        cast(count(*) as bigint) as line_count,
        quantile_cont(first_error_days, 0.9) as error_p90_days
    from lines
    where family is not null
    group by family
),

by_item as (
    select
        items.item_code,
        items.family,
        items.work_centre,
        coalesce(families.line_count, 0) as family_line_count,
        families.error_p90_days as family_p90_days,
        coalesce(work_centres.line_count, 0) as work_centre_line_count,
        work_centres.error_p90_days as work_centre_p90_days,
        plant.line_count as plant_line_count,
        plant.error_p90_days as plant_p90_days
    from items
    cross join plant
    left join families on items.family = families.family
    left join work_centres on items.work_centre = work_centres.work_centre
),

final as (
    select
        *,
        {{ policy('safe_date_min_lines') }} as min_line_count,
        {{ policy('safe_date_prior_lines') }} as prior_line_count
    from by_item
)

select * from final
