with figures as (
    select * from {{ ref('int_metric_pipeline') }}
    union all
    select * from {{ ref('int_metric_credit') }}
    union all
    select * from {{ ref('int_metric_plant') }}
    union all
    select * exclude (is_current) from {{ ref('int_metric_delivery') }}
    union all
    select * from {{ ref('int_metric_margin') }}
),

knowledge as (
    select * from {{ ref('int_credit_knowledge') }}
),

final as (
    select
        figures.metric,
        cast(figures.period_start_date as date) as period_start_date,
        cast(figures.period_end_date as date) as period_end_date,
        row_number() over (
            partition by figures.metric
            order by figures.period_end_date desc, figures.period_start_date asc
        ) = 1 as is_current,
        {# Sums of doubles depend on the order of rows in their last digits; the sixth decimal does not. #}
        round(cast(figures.numerator as double), 6) as numerator,
        round(cast(figures.denominator as double), 6) as denominator,
        cast(coalesce(figures.excluded_count, 0) as bigint) as excluded_count,
        case
            when metric.denominator_en is null then round(cast(figures.numerator as double), 6)
            when
                metric.unit = 'percent'
                then {{ ratio('figures.numerator * 100', 'figures.denominator') }}
            else {{ ratio('figures.numerator', 'figures.denominator') }}
        end as value,
        knowledge.erp_grade as grade
    from figures
    cross join knowledge
    inner join {{ ref('metric_definition') }} as metric
        on figures.metric = metric.metric
)

select * from final
