{# Each deal is judged by odds reckoned without it, so that a small cell cannot praise itself. #}
with observations as (
    select
        *,
        cast(is_won as integer) as won
    from {{ ref('int_win_observation') }}
    where sales_stage is not null
),

policies as (
    select
        {{ policy('win_prior_deals', 'double') }} as prior,
        {{ policy('win_min_deals') }} as least_count
),

joined as (
    select
        observations.opportunity_id,
        observations.sales_stage,
        observations.won,
        (plant.won_count - observations.won) / (plant.closed_count - 1) as base_odds,
        case
            when stage.closed_count > policies.least_count
                then
                    (stage.won_count - observations.won + policies.prior * base_odds)
                    / (stage.closed_count - 1 + policies.prior)
            else base_odds
        end as stage_odds,
        case
            when family.closed_count > policies.least_count
                then
                    (family.won_count - observations.won + policies.prior * stage_odds)
                    / (family.closed_count - 1 + policies.prior)
            else stage_odds
        end as family_odds,
        case
            when age.closed_count > policies.least_count
                then
                    (age.won_count - observations.won + policies.prior * family_odds)
                    / (age.closed_count - 1 + policies.prior)
            else family_odds
        end as odds
    from observations
    cross join policies
    inner join {{ ref('int_win_odds') }} as plant
        on plant.level = 'plant' and plant.closed_count > 1
    inner join {{ ref('int_win_odds') }} as stage
        on stage.level = 'stage' and observations.sales_stage = stage.sales_stage
    inner join {{ ref('int_win_odds') }} as family
        on
            family.level = 'stage_family'
            and observations.sales_stage = family.sales_stage
            and observations.family is not distinct from family.family
    inner join {{ ref('int_win_odds') }} as age
        on
            age.level = 'stage_family_age'
            and observations.sales_stage = age.sales_stage
            and observations.family is not distinct from age.family
            and observations.age_band = age.age_band
),

scored as (
    select
        case when grouping(sales_stage) = 1 then '*' else sales_stage end as sales_stage,
        count(*) as judged_count,
        avg(won) as observed_win_share,
        avg(odds) as expected_win_share,
        avg((odds - won) ** 2) as brier_score,
        avg((base_odds - won) ** 2) as base_brier_score
    from joined
    group by grouping sets ((), (sales_stage))
    having count(*) > 0
),

final as (
    select
        sales_stage,
        cast(judged_count as integer) as judged_count,
        round(observed_win_share, 6) as observed_win_share,
        round(expected_win_share, 6) as expected_win_share,
        round(brier_score, 6) as brier_score,
        round(base_brier_score, 6) as base_brier_score,
        {{ ratio('base_brier_score - brier_score', 'base_brier_score') }} as skill_share
    from scored
)

select * from final
