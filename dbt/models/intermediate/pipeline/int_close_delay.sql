{# Whole weeks between the close date that a won deal stated in a stage and the day it closed. #}
with won as (
    select
        sales_stage,
        cast(floor((close_date - stated_close_date) / 7.0) as integer) as delay_weeks
    from {{ ref('int_win_observation') }}
    where is_won and stated_close_date is not null
),

stages as (
    select
        sales_stage,
        count(*) as won_count
    from won
    group by sales_stage
    having count(*) >= {{ policy('win_min_deals') }}
),

unioned as (
    select
        won.sales_stage,
        won.delay_weeks,
        stages.won_count
    from won
    inner join stages on won.sales_stage = stages.sales_stage

    union all

    select
        '*' as sales_stage,
        delay_weeks,
        count(*) over () as won_count
    from won
),

final as (
    select
        sales_stage,
        delay_weeks,
        count(*) / any_value(won_count) as share
    from unioned
    group by sales_stage, delay_weeks
)

select * from final
