with ages as (
    select
        deal.opportunity_id,
        deal.sales_stage,
        deal.probability_pct,
        deal_family.family,
        {{ as_of_date() }} - cast(deal.created_at as date) as age_days,
        case
            when age_days <= {{ policy('win_young_days') }} then 'young'
            when age_days <= {{ policy('win_middle_days') }} then 'middle'
            else 'old'
        end as age_band
    from {{ ref('int_deal') }} as deal
    left join {{ ref('int_deal_family') }} as deal_family
        on deal.opportunity_id = deal_family.opportunity_id
    where not deal.is_closed
),

measured as (
    select
        ages.*,
        odds.odds,
        odds.low_odds,
        odds.high_odds,
        odds.basis
    from ages
    left join {{ ref('int_win_odds') }} as odds
        on
            ages.sales_stage = odds.sales_stage
            and (
                odds.level = 'stage'
                or odds.level = 'stage_family' and ages.family is not distinct from odds.family
                or odds.level = 'stage_family_age'
                and ages.family is not distinct from odds.family
                and ages.age_band = odds.age_band
            )
            and odds.is_enough
    qualify
        row_number() over (
            partition by ages.opportunity_id order by length(odds.level) desc nulls last
        ) = 1
),

final as (
    select
        measured.opportunity_id,
        measured.sales_stage,
        measured.family,
        measured.age_band,
        coalesce(
            measured.odds,
            cast(stage.win_probability_pct as double) / 100,
            cast(measured.probability_pct as double) / 100,
            0
        ) as win_odds,
        measured.low_odds,
        measured.high_odds,
        case
            when measured.odds is not null then measured.basis
            when stage.sales_stage is not null then 'stage_table'
            else 'org'
        end as basis
    from measured
    left join {{ ref('stage_probability') }} as stage
        on measured.sales_stage = stage.sales_stage
)

select * from final
