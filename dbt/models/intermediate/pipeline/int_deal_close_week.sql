with open_deals as (
    select
        deal.opportunity_id,
        deal.close_date,
        coalesce(stages.sales_stage, '*') as delay_stage
    from {{ ref('int_deal') }} as deal
    left join (
        select distinct sales_stage
        from {{ ref('int_close_delay') }}
        where sales_stage <> '*'
    ) as stages on deal.sales_stage = stages.sales_stage
    where not deal.is_closed and deal.close_date is not null
),

{# Weeks gone by are no longer possible: what is left is the whole. #}
possible as (
    select
        open_deals.opportunity_id,
        cast(
            date_trunc('week', open_deals.close_date + 7 * delay.delay_weeks) as date
        ) as week_start_date,
        sum(delay.share) as share
    from open_deals
    inner join {{ ref('int_close_delay') }} as delay
        on open_deals.delay_stage = delay.sales_stage
    where
        date_trunc('week', open_deals.close_date + 7 * delay.delay_weeks)
        >= date_trunc('week', {{ as_of_date() }})
    group by all
),

as_stated as (
    select
        open_deals.opportunity_id,
        cast(
            date_trunc('week', greatest(open_deals.close_date, {{ as_of_date() }})) as date
        ) as week_start_date,
        1 as share
    from open_deals
    anti join possible on open_deals.opportunity_id = possible.opportunity_id
),

final as (
    select
        opportunity_id,
        week_start_date,
        share / sum(share) over (partition by opportunity_id) as close_share,
        'measured' as basis
    from possible

    union all

    select
        opportunity_id,
        week_start_date,
        share as close_share,
        'stated' as basis
    from as_stated
)

select * from final
