{# Before and after hang on the day on which Promesa read the ERP for the first time. #}
with start as (
    select
        cast(
            timezone('{{ var("time_zone") }}', timezone('UTC', min(first_seen_at))) as date
        ) as start_date
    from {{ ref('stg_promesa__extraction') }}
    where system = 'sap_b1'
),

periods as (
    select
        'baseline' as period,
        start_date - {{ policy('result_baseline_days') }} as period_start_date,
        start_date - 1 as period_end_date
    from start
    union all
    select
        'current' as period,
        start_date as period_start_date,
        {# Of a day that is not over, only what went well is decided. #}
        {{ as_of_date() }} - 1 as period_end_date
    from start
),

deliveries as (
    select
        'on_time_delivery' as result,
        periods.period,
        cast(sum(line.otif_first_delivery) as double) as numerator,
        cast(count(line.otif_first_delivery) as double) as denominator,
        count(*) filter (where line.otif_first_delivery is null) as excluded_count
    from periods
    inner join {{ ref('fct_delivery_line') }} as line
        on line.first_promise_date between periods.period_start_date and periods.period_end_date
    group by periods.period
),

responses as (
    select
        'response_time' as result,
        periods.period,
        cast(sum(record.response_hours) filter (where not record.is_sales_question) as double)
            as numerator,
        cast(count(record.response_hours) filter (where not record.is_sales_question) as double)
            as denominator,
        count(*) filter (where record.is_sales_question or record.response_hours is null)
            as excluded_count
    from periods
    inner join {{ ref('fct_case') }} as record
        on
            cast(
                timezone('{{ var("time_zone") }}', timezone('UTC', record.created_at)) as date
            ) between periods.period_start_date and periods.period_end_date
    group by periods.period
),

confirmations as (
    select
        'over_limit_sales' as result,
        periods.period,
        cast(coalesce(
            sum(confirmed.gross_amount) filter (
                where confirmed.is_over_limit and not confirmed.is_released
            ), 0
        ) as double) as numerator,
        cast(sum(confirmed.gross_amount) filter (where confirmed.is_limit_known) as double)
            as denominator,
        count(*) filter (where not confirmed.is_limit_known) as excluded_count
    from periods
    inner join {{ ref('fct_order_confirmation') }} as confirmed
        on confirmed.order_date between periods.period_start_date and periods.period_end_date
    where not confirmed.is_intercompany
    group by periods.period
),

excesses as (
    select
        'excess_stock' as result,
        'current' as period,
        cast(sum(excess_amount) as double) as numerator,
        cast(1 as double) as denominator,
        count(*) filter (where excess_amount is null) as excluded_count
    from {{ ref('fct_stock_cover') }}
),

measured as (
    select * from deliveries
    union all
    select * from responses
    union all
    select * from confirmations
    union all
    select * from excesses
),

results (result, result_no, unit, factor, reason_without_baseline) as (
    values
    ('on_time_delivery', 1, 'percent', 100, 'nothing_decided'),
    ('excess_stock', 2, 'company currency', 1, 'stock_not_kept'),
    ('response_time', 3, 'hours', 1, 'nothing_decided'),
    ('over_limit_sales', 4, 'percent', 100, 'nothing_decided'),
    ('hours_saved', 5, 'hours', 1, 'not_timed')
),

valued as (
    select
        results.result,
        results.result_no,
        results.unit,
        results.reason_without_baseline,
        periods.period,
        periods.period_start_date,
        periods.period_end_date,
        round(measured.numerator, 6) as numerator,
        round(measured.denominator, 6) as denominator,
        coalesce(measured.excluded_count, 0) as excluded_count,
        {{ ratio('measured.numerator * results.factor', 'measured.denominator') }} as figure
    from results
    cross join periods
    left join measured
        on results.result = measured.result and periods.period = measured.period
),

final as (
    select
        result,
        any_value(result_no) as result_no,
        any_value(unit) as unit,
        {% for period in ['baseline', 'current'] -%}
            max(period_start_date) filter (where period = '{{ period }}')
                as {{ period }}_start_date,
            max(period_end_date) filter (where period = '{{ period }}') as {{ period }}_end_date,
            max(numerator) filter (where period = '{{ period }}') as {{ period }}_numerator,
            max(denominator) filter (where period = '{{ period }}') as {{ period }}_denominator,
            cast(max(excluded_count) filter (where period = '{{ period }}') as bigint)
                as {{ period }}_excluded_count,
            max(figure) filter (where period = '{{ period }}') as {{ period }}_value,
        {% endfor -%}
        round(current_value - baseline_value, 6) as change_value,
        case
            when change_value is not null then null
            when baseline_value is null then any_value(reason_without_baseline)
            else 'nothing_decided'
        end as missing
    from valued
    group by result
)

select * from final
