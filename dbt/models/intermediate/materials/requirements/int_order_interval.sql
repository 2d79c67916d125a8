{# The ERP's intervals; a row of the file goes before the ERP's of the same code. #}
with periods as (
    select
        cast(cycle_code as varchar) as order_interval,
        greatest(coalesce(repeat_every, 1), 1) as repeat_every,
        day_number,
        frequency,
        case frequency
            when 'bof_Daily' then 1
            when 'bof_Weekly' then 7
            when 'bof_Every4Weeks' then 28
            when 'bof_Monthly' then 30
            when 'bof_Quarterly' then 91
            when 'bof_HalfYearly' then 182
            when 'bof_Annually' then 365
        end as period_days
    from {{ ref('stg_sap_b1__inventory_cycle') }}
),

{# That "Interval" counts periods is read from its name; what X days are is documented (Day). #}
of_erp as (
    select
        order_interval,
        case
            when frequency = 'bof_EveryXDays' then day_number
            else period_days * repeat_every
        end as interval_days
    from periods
),

of_file as (
    select
        order_interval,
        days as interval_days
    from {{ ref('order_interval') }}
),

of_both as (
    select * from of_file
    union all by name
    select * from of_erp
    anti join of_file on of_erp.order_interval = of_file.order_interval
),

{# Needs are planned by the week: a month is the four weeks it is nearest to. #}
final as (
    select
        order_interval,
        cast(interval_days as integer) as interval_days,
        cast(greatest(round(interval_days / 7.0), 1) as integer) as interval_weeks
    from of_both
    where interval_days > 0
)

select * from final
