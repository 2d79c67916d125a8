with by_wanted_week as (
    select
        campaign_id,
        cast(date_trunc('week', wanted_date) as date) as week_start_date,
        sum(inventory_qty) filter (where is_open) as open_units_qty,
        sum(cast(inventory_qty as double) * win_odds) filter (where is_open)
            as weighted_units_qty,
        sum(inventory_qty) filter (where is_won) as won_units_qty,
        sum(in_time_qty) as in_time_units_qty,
        0 as closing_units_qty
    from {{ ref('int_campaign_line') }}
    where is_campaign_item and wanted_date is not null and (is_open or is_won)
    group by campaign_id, cast(date_trunc('week', wanted_date) as date)
),

by_close_week as (
    select
        line.campaign_id,
        week.week_start_date,
        0 as open_units_qty,
        0 as weighted_units_qty,
        0 as won_units_qty,
        0 as in_time_units_qty,
        sum(week.weighted_units_qty) as closing_units_qty
    from {{ ref('int_campaign_line') }} as line
    inner join {{ ref('fct_pipeline_week') }} as week
        on line.line_item_id = week.line_item_id
    where line.is_campaign_item and line.is_open
    group by line.campaign_id, week.week_start_date
),

unioned as (
    select * from by_wanted_week
    union all
    select * from by_close_week
),

final as (
    select
        campaign_id,
        week_start_date,
        {{ quantity('coalesce(sum(open_units_qty), 0)') }} as open_units_qty,
        {{ quantity('coalesce(sum(weighted_units_qty), 0)') }} as weighted_units_qty,
        {{ quantity('coalesce(sum(won_units_qty), 0)') }} as won_units_qty,
        {{ quantity('coalesce(sum(in_time_units_qty), 0)') }} as in_time_units_qty,
        {{ quantity('coalesce(sum(closing_units_qty), 0)') }} as closing_units_qty
    from unioned
    group by campaign_id, week_start_date
)

select * from final
