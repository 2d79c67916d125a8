with weekday_limits as (
    select
        work_centre_code,
        max(single_run_qty) as single_run_qty
    from {{ ref('stg_sap_b1__work_centre_weekday') }}
    group by work_centre_code
),

daily_limits as (
    select
        work_centre_code,
        max(single_run_qty) as single_run_qty,
        max(capacity_qty) as capacity_qty,
        max(capacity_date) as horizon_date
    from {{ ref('stg_sap_b1__work_centre_capacity') }}
    where capacity_type = 'rctInternal'
    group by work_centre_code
),

final as (
    select
        work_centre.work_centre_code as work_centre,
        work_centre.work_centre_name,
        work_centre.work_centre_type,
        work_centre.unit_of_measure,
        work_centre.issue_method,
        coalesce(work_centre.is_active, true) as is_active,
        cast(
            cast(work_centre.time_per_units_seconds as double)
            / nullif(cast(work_centre.units_per_time_qty as double), 0)
            / 3600 as decimal(18, 6)
        ) as hours_per_unit,
        {{ money("""
            coalesce(work_centre.cost_1_rate, 0) + coalesce(work_centre.cost_2_rate, 0)
            + coalesce(work_centre.cost_3_rate, 0) + coalesce(work_centre.cost_4_rate, 0)
            + coalesce(work_centre.cost_5_rate, 0) + coalesce(work_centre.cost_6_rate, 0)
            + coalesce(work_centre.cost_7_rate, 0) + coalesce(work_centre.cost_8_rate, 0)
            + coalesce(work_centre.cost_9_rate, 0) + coalesce(work_centre.cost_10_rate, 0)
        """) }} as unit_rate,
        nullif(coalesce(
            nullif(weekday_limits.single_run_qty, 0), daily_limits.single_run_qty
        ), 0) as single_run_qty,
        daily_limits.horizon_date
    from {{ ref('stg_sap_b1__work_centre') }} as work_centre
    left join weekday_limits on work_centre.work_centre_code = weekday_limits.work_centre_code
    left join daily_limits on work_centre.work_centre_code = daily_limits.work_centre_code
)

select * from final
