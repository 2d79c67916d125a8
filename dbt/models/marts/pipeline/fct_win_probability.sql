with final as (
    select
        level,
        coalesce(sales_stage, '*') as sales_stage,
        case
            when level in ('plant', 'stage') then '*' else coalesce(family, '')
        end as family,
        coalesce(age_band, '*') as age_band,
        won_count as win_numerator,
        closed_count as win_denominator,
        {{ ratio('won_count', 'closed_count') }} as observed_win_share,
        round(parent_odds, 6) as parent_win_share,
        round(odds, 6) as win_share,
        round(low_odds, 6) as low_win_share,
        round(high_odds, 6) as high_win_share,
        is_enough,
        basis
    from {{ ref('int_win_odds') }}
)

select * from final
