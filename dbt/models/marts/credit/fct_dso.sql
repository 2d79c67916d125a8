with events as (
    select * from {{ ref('int_ledger_event') }}
    where not is_intercompany
),

excluded as (
    select cast(count(*) as bigint) as excluded_count
    from {{ ref('int_ledger_item') }}
    where is_intercompany
),

first_event as (
    select min(event_date) as first_date from events
),

month_periods as (
    select
        cast(month_start as date) as period_start_date,
        cast(last_day(month_start) as date) as period_end_date,
        true as is_complete_month
    from (
        select
            unnest(generate_series(
                date_trunc('month', greatest(first_date, {{ as_of_date() }} - interval 3 year)),
                date_trunc('month', {{ as_of_date() }}),
                interval 1 month
            )) as month_start
        from first_event
        where first_date is not null
    )
    where last_day(month_start) < {{ as_of_date() }}
),

as_of_period as (
    select
        {{ as_of_date() }} - {{ policy('dso_window_days') }} + 1 as period_start_date,
        {{ as_of_date() }} as period_end_date,
        false as is_complete_month
    from first_event
    where first_date is not null
),

periods as (
    select * from month_periods
    union all
    select * from as_of_period
),

sums as (
    select
        periods.period_start_date,
        periods.period_end_date,
        periods.is_complete_month,
        periods.period_end_date - periods.period_start_date + 1 as period_days,
        sum(events.amount) filter (where events.event_date < periods.period_start_date) as opening_amount,
        sum(events.amount) as closing_amount,
        sum(events.amount) filter (where events.due_date >= periods.period_end_date) as current_amount,
        sum(events.amount) filter (
            where events.is_sale and events.event_date >= periods.period_start_date
        ) as sales_amount
    from periods
    inner join events
        on periods.period_end_date >= events.event_date
    group by periods.period_start_date, periods.period_end_date, periods.is_complete_month
),

blocks as (
    select
        periods.period_end_date,
        block.block_number,
        coalesce(sum(events.amount), 0) as sales_amount
    from periods
    cross join (select unnest(range(0, 36)) as block_number) as block
    left join events
        on
            events.is_sale
            and events.event_date > periods.period_end_date - cast(30 * (block.block_number + 1) as integer)
            and events.event_date <= periods.period_end_date - cast(30 * block.block_number as integer)
    group by periods.period_end_date, block.block_number
),

{# Count back: blocks of 30 days of sales, latest first, until the receivables are used up. #}
counted_back as (
    select
        blocks.period_end_date,
        sum(
            case
                when sums.closing_amount <= coalesce(blocks.sales_before, 0) then 0
                when blocks.sales_amount <= 0 then 30
                else 30 * least(
                    cast(sums.closing_amount - coalesce(blocks.sales_before, 0) as double)
                    / cast(blocks.sales_amount as double),
                    1
                )
            end
        ) as countback_days,
        max(coalesce(blocks.sales_before, 0) + blocks.sales_amount) >= max(sums.closing_amount) as is_covered
    from (
        select
            *,
            sum(sales_amount) over (
                partition by period_end_date
                order by block_number
                rows between unbounded preceding and 1 preceding
            ) as sales_before
        from blocks
    ) as blocks
    inner join sums
        on blocks.period_end_date = sums.period_end_date
    group by blocks.period_end_date
),

final as (
    select
        sums.period_end_date,
        sums.period_start_date,
        cast(sums.period_days as bigint) as period_days,
        sums.is_complete_month,
        {{ money('coalesce(sums.opening_amount, 0)') }} as opening_receivables_amount,
        {{ money('coalesce(sums.closing_amount, 0)') }} as receivables_amount,
        {{ money('coalesce(sums.current_amount, 0)') }} as current_receivables_amount,
        {{ money('coalesce(sums.closing_amount, 0) - coalesce(sums.current_amount, 0)') }}
            as overdue_receivables_amount,
        {{ money('coalesce(sums.sales_amount, 0)') }} as credit_sales_amount,
        {{ ratio('sums.closing_amount', 'sums.sales_amount') }} * sums.period_days as dso_days,
        {{ ratio('sums.current_amount', 'sums.sales_amount') }} * sums.period_days as best_possible_dso_days,
        {{ ratio('sums.closing_amount - coalesce(sums.current_amount, 0)', 'sums.sales_amount') }}
        * sums.period_days as average_delinquent_days,
        case when counted_back.is_covered then round(counted_back.countback_days, 6) end as countback_dso_days,
        {{ money("""
            coalesce(sums.opening_amount, 0) + coalesce(sums.sales_amount, 0) - coalesce(sums.closing_amount, 0)
        """) }} as cei_numerator_amount,
        {{ money("""
            coalesce(sums.opening_amount, 0) + coalesce(sums.sales_amount, 0) - coalesce(sums.current_amount, 0)
        """) }} as cei_denominator_amount,
        {{ ratio(
            'coalesce(sums.opening_amount, 0) + coalesce(sums.sales_amount, 0) - coalesce(sums.closing_amount, 0)',
            'coalesce(sums.opening_amount, 0) + coalesce(sums.sales_amount, 0) - coalesce(sums.current_amount, 0)'
        ) }} * 100 as cei_pct,
        excluded.excluded_count
    from sums
    inner join counted_back
        on sums.period_end_date = counted_back.period_end_date
    cross join excluded
)

select * from final
