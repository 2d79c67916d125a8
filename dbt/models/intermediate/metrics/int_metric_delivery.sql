with bounds as (
    select coalesce(min(order_date), {{ as_of_date() }}) as first_date
    from {{ ref('fct_delivery_line') }}
),

accuracies as (
    select
        accuracy.*,
        case
            when accuracy.scope_kind = 'month' then cast(accuracy.scope_key as date)
            else bounds.first_date
        end as period_start_date,
        case
            when accuracy.scope_kind = 'month'
                then
                    least(
                        cast(last_day(cast(accuracy.scope_key as date)) as date), {{ as_of_date() }}
                    )
            else {{ as_of_date() }}
        end as period_end_date
    from {{ ref('fct_promise_accuracy') }} as accuracy
    cross join bounds
    where accuracy.scope_kind = 'all' or try_cast(accuracy.scope_key as date) <= {{ as_of_date() }}
),

{% set figures = {
    'otif_requested': ['requested_delivery_hit_count', 'requested_delivery_line_count'],
    'otif_first': ['first_delivery_hit_count', 'first_delivery_line_count'],
    'otif_last': ['last_delivery_hit_count', 'last_delivery_line_count'],
    'promise_bias': ['error_days_sum', 'error_line_count'],
    'promise_stability': ['stable_line_count', 'promised_line_count'],
    'perfect_order': ['perfect_hit_count', 'perfect_line_count'],
} %}

final as (
    {% for metric, parts in figures.items() %}
        select
            '{{ metric }}' as metric,
            period_start_date,
            period_end_date,
            scope_kind = 'all' as is_current,
            cast({{ parts[0] }} as double) as numerator,
            cast({{ parts[1] }} as double) as denominator,
            line_count - counted_line_count as excluded_count
        from accuracies
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
