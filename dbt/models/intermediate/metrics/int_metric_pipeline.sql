with deals as (
    select *
    from {{ ref('fct_deal') }}
),

open_deals as (
    select
        count(*) as deal_count,
        coalesce(sum(net_amount), 0) as net_amount,
        coalesce(sum(weighted_net_amount), 0) as weighted_net_amount,
        count(*) filter (where net_amount is null) as no_amount_count,
        count(*) filter (where verdict = 'Go') as go_count,
        count(*) filter (where verdict = 'Unknown') as unknown_count,
        count(*) filter (where earliest_date <= requested_date) as in_time_count,
        count(*) filter (where earliest_date is not null and requested_date is not null)
            as dated_count,
        count(*) filter (where queue_date <= requested_date) as queue_in_time_count,
        count(*) filter (where queue_date is not null and requested_date is not null)
            as queue_dated_count
    from deals
    where is_open
),

decided_deals as (
    select
        count(*) filter (where is_won and is_in_window) as won_count,
        count(*) filter (where is_in_window) as decided_count,
        count(*) filter (where close_date is null) as no_date_count
    from (
        select
            *,
            close_date between {{ as_of_date() }}
            - {{ policy('win_window_days') }} and {{ as_of_date() }}
                as is_in_window
        from deals
        where not is_open
    )
),

targets as (
    select
        target.period_start_date,
        target.period_end_date,
        target.target_amount
        - coalesce(sum(deals.net_amount) filter (where deals.is_won), 0) as missing_amount,
        coalesce(sum(deals.net_amount) filter (where deals.is_open), 0) as open_amount,
        count(*) filter (where deals.is_open and deals.net_amount is null) as no_amount_count
    from {{ ref('sales_target') }} as target
    left join deals
        on
            target.period_start_date <= deals.close_date
            and target.period_end_date >= deals.close_date
    group by target.period_start_date, target.period_end_date, target.target_amount
),

accounts as (
    select count(*) filter (where not is_in_erp and is_in_crm) as unmatched_count
    from {{ ref('dim_customer') }}
),

issues as (
    select
        count(*) filter (where severity = 'stop') as stop_count,
        count(*) filter (where severity <> 'stop') as other_count
    from {{ ref('fct_data_issue') }}
),

final as (
    select
        'open_deals_amount' as metric,
        {{ as_of_date() }} as period_start_date,
        {{ as_of_date() }} as period_end_date,
        cast(net_amount as double) as numerator,
        cast(null as double) as denominator,
        no_amount_count as excluded_count
    from open_deals

    union all

    select
        'weighted_deals_amount' as metric,
        {{ as_of_date() }} as period_start_date,
        {{ as_of_date() }} as period_end_date,
        weighted_net_amount as numerator,
        null as denominator,
        no_amount_count as excluded_count
    from open_deals

    union all

    select
        'deals_go_share' as metric,
        {{ as_of_date() }} as period_start_date,
        {{ as_of_date() }} as period_end_date,
        go_count as numerator,
        deal_count as denominator,
        0 as excluded_count
    from open_deals

    union all

    select
        'deals_withheld_share' as metric,
        {{ as_of_date() }} as period_start_date,
        {{ as_of_date() }} as period_end_date,
        unknown_count as numerator,
        deal_count as denominator,
        0 as excluded_count
    from open_deals

    union all

    select
        'deals_in_time_share' as metric,
        {{ as_of_date() }} as period_start_date,
        {{ as_of_date() }} as period_end_date,
        in_time_count as numerator,
        dated_count as denominator,
        deal_count - dated_count as excluded_count
    from open_deals

    union all

    select
        'deals_in_time_queue_share' as metric,
        {{ as_of_date() }} as period_start_date,
        {{ as_of_date() }} as period_end_date,
        queue_in_time_count as numerator,
        queue_dated_count as denominator,
        deal_count - queue_dated_count as excluded_count
    from open_deals

    union all

    select
        'win_rate' as metric,
        {{ as_of_date() }} - {{ policy('win_window_days') }} as period_start_date,
        {{ as_of_date() }} as period_end_date,
        won_count as numerator,
        decided_count as denominator,
        no_date_count as excluded_count
    from decided_deals

    union all

    select
        'pipeline_coverage' as metric,
        period_start_date,
        period_end_date,
        open_amount as numerator,
        greatest(missing_amount, 0) as denominator,
        no_amount_count as excluded_count
    from targets

    union all

    select
        'unmatched_account_count' as metric,
        {{ as_of_date() }} as period_start_date,
        {{ as_of_date() }} as period_end_date,
        unmatched_count as numerator,
        null as denominator,
        0 as excluded_count
    from accounts

    union all

    select
        'data_issue_count' as metric,
        {{ as_of_date() }} as period_start_date,
        {{ as_of_date() }} as period_end_date,
        stop_count as numerator,
        null as denominator,
        other_count as excluded_count
    from issues
)

select * from final
