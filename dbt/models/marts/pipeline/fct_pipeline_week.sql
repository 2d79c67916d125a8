with final as (
    select
        line.line_item_id,
        week.week_start_date,
        line.opportunity_id,
        line.campaign_id,
        line.item_code,
        round(week.close_share, 6) as close_share,
        week.basis as close_basis,
        cast(cast(line.units_qty as double) * week.close_share as decimal(18, 6)) as units_qty,
        cast(cast(line.weighted_units_qty as double) * week.close_share as decimal(18, 6))
            as weighted_units_qty
    from {{ ref('fct_pipeline_line') }} as line
    inner join {{ ref('int_deal_close_week') }} as week
        on line.opportunity_id = week.opportunity_id
)

select * from final
