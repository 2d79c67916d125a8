with closed_deals as (
    select
        opportunity_id,
        is_won,
        close_date,
        created_at
    from {{ ref('int_deal') }}
    where
        is_closed
        and close_date between {{ as_of_date() }} - {{ policy('win_window_days') }}
        and {{ as_of_date() }}
),

moves as (
    select
        history.opportunity_id,
        history.sales_stage,
        history.close_date as stated_close_date,
        history.created_at as since_at,
        lead(history.created_at) over (
            partition by history.opportunity_id
            order by history.created_at, history.history_id
        ) as until_at
    from {{ ref('stg_salesforce__opportunity_history') }} as history
    where history.created_at <= {{ as_of_at() }}
),

{# A stay of no length, or of a deal's last move, its closing, tells nothing about an open deal. #}
stays as (
    select
        moves.opportunity_id,
        moves.sales_stage,
        moves.stated_close_date,
        closed_deals.is_won,
        closed_deals.close_date,
        cast(moves.since_at as date) - cast(closed_deals.created_at as date) as age_from_days,
        cast(moves.until_at as date) - cast(closed_deals.created_at as date) as age_until_days
    from moves
    inner join closed_deals on moves.opportunity_id = closed_deals.opportunity_id
    where moves.until_at > moves.since_at
),

bands as (
    select
        unnest(['young', 'middle', 'old']) as age_band,
        unnest([
            0, {{ policy('win_young_days') }} + 1, {{ policy('win_middle_days') }} + 1
        ]) as from_days,
        unnest([
            {{ policy('win_young_days') }}, {{ policy('win_middle_days') }}, 1000000
        ]) as until_days
),

without_history as (
    select
        closed_deals.opportunity_id,
        cast(null as varchar) as sales_stage,
        cast(null as varchar) as age_band,
        closed_deals.is_won,
        cast(null as date) as stated_close_date,
        closed_deals.close_date
    from closed_deals
    anti join stays on closed_deals.opportunity_id = stays.opportunity_id
),

seen as (
    select
        stays.opportunity_id,
        stays.sales_stage,
        bands.age_band,
        stays.is_won,
        min(stays.stated_close_date) as stated_close_date,
        any_value(stays.close_date) as close_date
    from stays
    inner join bands
        on
            stays.age_from_days <= bands.until_days
            and stays.age_until_days >= bands.from_days
    group by stays.opportunity_id, stays.sales_stage, bands.age_band, stays.is_won

    union all

    select *
    from without_history
),

final as (
    select
        seen.opportunity_id,
        seen.sales_stage,
        deal_family.family,
        seen.age_band,
        seen.is_won,
        seen.stated_close_date,
        seen.close_date
    from seen
    left join {{ ref('int_deal_family') }} as deal_family
        on seen.opportunity_id = deal_family.opportunity_id
)

select * from final
