with lines as (
    select
        line.*,
        customer.card_name
    from {{ ref('fct_delivery_line') }} as line
    left join {{ ref('int_customer') }} as customer on line.card_code = customer.card_code
),

scoped as (
    select
        'all' as scope_kind,
        'all' as scope_key,
        cast(null as varchar) as scope_name,
        lines.*
    from lines
    union all
    select
        'month' as scope_kind,
        cast(lines.target_month_date as varchar) as scope_key,
        cast(null as varchar) as scope_name,
        lines.*
    from lines
    where lines.target_month_date is not null
    union all
    select
        'customer' as scope_kind,
        lines.card_code as scope_key,
        lines.card_name as scope_name,
        lines.*
    from lines
    where lines.card_code is not null
),

final as (
    select
        scope_kind,
        scope_key,
        any_value(scope_name) as scope_name,
        cast(count(*) as bigint) as line_count,
        cast(count(*) filter (where exclusion_reason is null) as bigint) as counted_line_count,
        {% for reason in [
            'cancelled', 'intercompany', 'no_goods', 'no_quantity', 'customer_cancelled', 'impossible_date'
        ] -%}
            cast(count(*) filter (where exclusion_reason = '{{ reason }}') as bigint)
                as {{ reason }}_line_count,
        {% endfor -%}
        cast(
            count(*) filter (
                where exclusion_reason is null and otif_last_delivery is null
            ) as bigint
        ) as undecided_line_count,
        {% for event in ['departure', 'delivery'] -%}
            {% for target in ['requested', 'first', 'last'] -%}
                cast(coalesce(sum(otif_{{ target }}_{{ event }}), 0) as bigint)
                    as {{ target }}_{{ event }}_hit_count,
                cast(count(otif_{{ target }}_{{ event }}) as bigint) as {{ target }}_{{ event }}_line_count,
            {% endfor -%}
        {% endfor -%}
        cast(coalesce(sum(is_perfect), 0) as bigint) as perfect_hit_count,
        cast(count(is_perfect) as bigint) as perfect_line_count,
        cast(count(*) filter (where is_past_due) as bigint) as past_due_line_count,
        cast(count(*) filter (
            where exclusion_reason is null and is_closed_short and not is_closed_for_customer
        ) as bigint) as closed_short_line_count,
        cast(count(*) filter (
            where exclusion_reason is null and delivered_source in ('estimated', 'mixed')
        ) as bigint) as estimated_line_count,
        cast(count(*) filter (
            where exclusion_reason is null and promise_change_count = 0
        ) as bigint) as stable_line_count,
        cast(count(*) filter (where exclusion_reason is null) as bigint) as promised_line_count,
        cast(coalesce(sum(slip_days) filter (where exclusion_reason is null), 0) as bigint)
            as slip_days_sum,
        cast(coalesce(sum(first_error_days) filter (where exclusion_reason is null), 0) as bigint)
            as error_days_sum,
        cast(count(first_error_days) filter (where exclusion_reason is null) as bigint)
            as error_line_count,
        cast(quantile_cont(first_error_days, 0.5) filter (where exclusion_reason is null) as double)
            as error_p50_days,
        cast(quantile_cont(first_error_days, 0.9) filter (where exclusion_reason is null) as double)
            as error_p90_days
    from scoped
    group by scope_kind, scope_key
)

select * from final
