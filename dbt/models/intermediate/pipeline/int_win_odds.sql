with every_deal as (
    select
        opportunity_id,
        bool_or(is_won) as is_won
    from {{ ref('int_win_observation') }}
    group by opportunity_id
),

cells as (
    select
        sales_stage,
        family,
        age_band,
        case
            when grouping(family) = 1 then 'stage'
            when grouping(age_band) = 1 then 'stage_family'
            else 'stage_family_age'
        end as level,
        count(distinct opportunity_id) as closed_count,
        count(distinct opportunity_id) filter (where is_won) as won_count
    from {{ ref('int_win_observation') }}
    where sales_stage is not null
    group by grouping sets (
        (sales_stage), (sales_stage, family), (sales_stage, family, age_band)
    )
),

plant as (
    select
        cast(null as varchar) as sales_stage,
        cast(null as varchar) as family,
        cast(null as varchar) as age_band,
        'plant' as level,
        count(*) as closed_count,
        count(*) filter (where is_won) as won_count,
        cast(null as double) as parent_odds,
        count(*) filter (where is_won) / count(*) as odds,
        'plant' as basis,
        cast(count(*) as double) as weight
    from every_deal
    having count(*) >= {{ policy('win_min_deals') }}
),

stage as (
    {{ odds_of_level('stage', 'plant') }}
),

stage_family as (
    {{ odds_of_level('stage_family', 'stage', ['sales_stage']) }}
),

stage_family_age as (
    {{ odds_of_level('stage_family_age', 'stage_family', ['sales_stage', 'family']) }}
),

unioned as (
    select * from plant
    union all
    select * from stage
    union all
    select * from stage_family
    union all
    select * from stage_family_age
),

final as (
    select
        level,
        sales_stage,
        family,
        age_band,
        cast(closed_count as integer) as closed_count,
        cast(won_count as integer) as won_count,
        basis = level as is_enough,
        basis,
        parent_odds,
        odds,
        {{ wilson_end('odds', 'weight', '-') }} as low_odds,
        {{ wilson_end('odds', 'weight', '+') }} as high_odds
    from unioned
)

select * from final
