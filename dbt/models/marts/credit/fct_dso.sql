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
    select min(event_date) as first_date
    from events
    having count(*) > 0
),

payers as (
    select distinct payer_card_code from events
),

months as (
    select
        unnest(generate_series(
            date_trunc('month', greatest(first_date, {{ as_of_date() }} - interval 3 year)),
            date_trunc('month', {{ as_of_date() }}),
            interval 1 month
        )) as month_start
    from first_event
),

as_of_windows as (
    select cast(unnest([30, 90, 365, {{ policy('dso_window_days') }}]) as integer) as window_days
),

periods as (
    select
        '*' as payer_card_code,
        'month' as period_kind,
        cast(month_start as date) as period_start_date,
        cast(last_day(month_start) as date) as period_end_date
    from months
    where last_day(month_start) < {{ as_of_date() }}

    union

    select
        '*' as payer_card_code,
        'as_of' as period_kind,
        {{ as_of_date() }} - as_of_windows.window_days + 1 as period_start_date,
        {{ as_of_date() }} as period_end_date
    from as_of_windows
    cross join first_event

    union

    select
        payers.payer_card_code,
        'as_of' as period_kind,
        {{ as_of_date() }} - as_of_windows.window_days + 1 as period_start_date,
        {{ as_of_date() }} as period_end_date
    from as_of_windows
    cross join payers
),

sums as (
    select
        periods.payer_card_code,
        periods.period_kind,
        periods.period_start_date,
        periods.period_end_date,
        periods.period_end_date - periods.period_start_date + 1 as period_days,
        coalesce(sum(events.amount) filter (where events.event_date < periods.period_start_date), 0)
            as opening_amount,
        coalesce(sum(events.amount), 0) as closing_amount,
        coalesce(sum(events.amount) filter (
            where events.is_owed and events.due_date >= periods.period_end_date
        ), 0) as current_amount,
        coalesce(sum(events.amount) filter (
            where events.is_sale and events.event_date >= periods.period_start_date
        ), 0) as sales_amount
    from periods
    left join events
        on
            (periods.payer_card_code = '*' or periods.payer_card_code = events.payer_card_code)
            and periods.period_end_date >= events.event_date
    group by
        periods.payer_card_code,
        periods.period_kind,
        periods.period_start_date,
        periods.period_end_date
),

ends as (
    select distinct
        payer_card_code,
        period_end_date,
        closing_amount
    from sums
),

sales_blocks as (
    select
        ends.payer_card_code,
        ends.period_end_date,
        cast((ends.period_end_date - events.event_date) // 30 as integer) as block_number,
        sum(events.amount) as sales_amount
    from ends
    inner join events
        on
            (ends.payer_card_code = '*' or ends.payer_card_code = events.payer_card_code)
            and events.is_sale
            and ends.period_end_date >= events.event_date
    group by ends.payer_card_code, ends.period_end_date, block_number
),

block_numbers as (
    select unnest(range(0, 36)) as block_number
),

blocks as (
    select
        ends.payer_card_code,
        ends.period_end_date,
        ends.closing_amount,
        block.block_number,
        coalesce(sales_blocks.sales_amount, 0) as sales_amount,
        coalesce(sum(sales_blocks.sales_amount) over (
            partition by ends.payer_card_code, ends.period_end_date
            order by block.block_number
            rows between unbounded preceding and 1 preceding
        ), 0) as sales_before
    from ends
    cross join block_numbers as block
    left join sales_blocks
        on
            ends.payer_card_code = sales_blocks.payer_card_code
            and ends.period_end_date = sales_blocks.period_end_date
            and block.block_number = sales_blocks.block_number
),

{# Count back: blocks of 30 days of sales, latest first, until the receivables are used up. #}
counted_back as (
    select
        payer_card_code,
        period_end_date,
        sum(
            case
                when closing_amount <= sales_before then 0
                when sales_amount <= 0 then 30
                else 30 * least(
                    cast(closing_amount - sales_before as double) / cast(sales_amount as double), 1
                )
            end
        ) as countback_days,
        max(sales_before + sales_amount) >= max(closing_amount) as is_covered
    from blocks
    group by payer_card_code, period_end_date
),

final as (
    select
        sums.payer_card_code,
        sums.period_kind,
        sums.period_start_date,
        sums.period_end_date,
        cast(sums.period_days as bigint) as period_days,
        sums.period_kind = 'as_of'
        and sums.period_days = {{ policy('dso_window_days') }} as is_current,
        {{ money('sums.opening_amount') }} as opening_receivables_amount,
        {{ money('sums.closing_amount') }} as receivables_amount,
        {{ money('sums.current_amount') }} as current_receivables_amount,
        {{ money('sums.closing_amount - sums.current_amount') }} as overdue_receivables_amount,
        {{ money('sums.sales_amount') }} as credit_sales_amount,
        {{ ratio('sums.closing_amount * sums.period_days', 'sums.sales_amount') }} as dso_days,
        {{ ratio('sums.current_amount * sums.period_days', 'sums.sales_amount') }}
            as best_possible_dso_days,
        {{ ratio(
            '(sums.closing_amount - sums.current_amount) * sums.period_days', 'sums.sales_amount'
        ) }}
            as average_delinquent_days,
        case when counted_back.is_covered then round(counted_back.countback_days, 6) end
            as countback_dso_days,
        {{ money('sums.opening_amount + sums.sales_amount - sums.closing_amount') }}
            as cei_numerator_amount,
        {{ money('sums.opening_amount + sums.sales_amount - sums.current_amount') }}
            as cei_denominator_amount,
        {{ ratio(
            '100 * (sums.opening_amount + sums.sales_amount - sums.closing_amount)',
            'sums.opening_amount + sums.sales_amount - sums.current_amount'
        ) }} as cei_pct,
        excluded.excluded_count
    from sums
    inner join counted_back
        on
            sums.payer_card_code = counted_back.payer_card_code
            and sums.period_end_date = counted_back.period_end_date
    cross join excluded
)

select * from final
