with exposures as (
    select
        sum(receivables_amount) as receivables_amount,
        sum(own_exposure_amount) as exposure_amount,
        sum(delivered_not_invoiced_amount) as delivered_not_invoiced_amount,
        count(*) filter (where missing_rate_currency is not null) as no_rate_count,
        count(*) filter (where own_exposure_amount is null) as unknown_exposure_count,
        count(*) filter (where delivered_not_invoiced_amount is null) as unknown_delivered_count,
        count(*) filter (
            where is_payer and limit_treatment in ('number', 'blocked') and over_amount > 0
        )
            as over_count,
        count(*) filter (
            where is_payer and limit_treatment in ('number', 'blocked') and over_amount is not null
        )
            as limited_count,
        count(*) filter (
            where is_payer and (limit_treatment not in ('number', 'blocked') or over_amount is null)
        ) as unlimited_count
    from {{ ref('fct_exposure') }}
),

owed as (
    select
        sum(open_amount) filter (where days_overdue > 0) as overdue_amount,
        sum(open_amount) as owed_amount,
        count(*) filter (where not is_rate_known) as no_rate_count
    from {{ ref('fct_receivable') }}
    where ageing_bucket <> 'unapplied'
),

confirmations as (
    select
        sum(gross_amount) filter (where is_over_limit and not is_released) as over_amount,
        sum(gross_amount) filter (where is_limit_known) as confirmed_amount,
        count(*) filter (where not is_limit_known) as unlimited_count
    from {{ ref('fct_order_confirmation') }}
    where order_date > {{ as_of_date() }} - 365 and not is_intercompany
),

invoiced as (
    select sum(line.net_amount) as invoiced_amount
    from {{ ref('int_document_line') }} as line
    inner join {{ ref('int_customer') }} as customer on line.card_code = customer.card_code
    where
        line.document_kind = 'invoice'
        and line.is_live
        and line.document_date > {{ as_of_date() }} - 365
        and not customer.is_intercompany
),

corrections as (
    select
        sum(net_amount) filter (where is_invoicing_error) as error_amount,
        count(*) filter (where cause = 'unknown') as unknown_count
    from {{ ref('fct_credit_note') }}
    where document_date > {{ as_of_date() }} - 365 and not is_intercompany
),

collections as (
    select *
    from {{ ref('fct_dso') }}
    where payer_card_code = '*' and (period_kind = 'month' or is_current)
),

{% set stands = {
    'receivables_amount': ['exposures', 'receivables_amount', 'null', 'no_rate_count'],
    'exposure_amount': ['exposures', 'exposure_amount', 'null', 'unknown_exposure_count'],
    'delivered_not_invoiced_amount': [
        'exposures', 'delivered_not_invoiced_amount', 'null', 'unknown_delivered_count',
    ],
    'customers_over_limit_share': ['exposures', 'over_count', 'limited_count', 'unlimited_count'],
    'overdue_share': ['owed', 'coalesce(overdue_amount, 0)', 'owed_amount', 'no_rate_count'],
} %}

{% set by_period = {
    'dso': ['receivables_amount * period_days', 'credit_sales_amount'],
    'best_possible_dso': ['current_receivables_amount * period_days', 'credit_sales_amount'],
    'average_delinquent_days': ['overdue_receivables_amount * period_days', 'credit_sales_amount'],
    'collection_effectiveness': ['cei_numerator_amount', 'cei_denominator_amount'],
} %}

final as (
    {% for metric, parts in stands.items() %}
        select
            '{{ metric }}' as metric,
            {{ as_of_date() }} as period_start_date,
            {{ as_of_date() }} as period_end_date,
            cast({{ parts[1] }} as double) as numerator,
            cast({{ parts[2] }} as double) as denominator,
            {{ parts[3] }} as excluded_count
        from {{ parts[0] }}

        union all
    {% endfor %}
    {% for metric, parts in by_period.items() %}
        select
            '{{ metric }}' as metric,
            period_start_date,
            period_end_date,
            cast({{ parts[0] }} as double) as numerator,
            cast({{ parts[1] }} as double) as denominator,
            excluded_count
        from collections

        union all
    {% endfor %}
    select
        'over_limit_sales_share' as metric,
        {{ as_of_date() }} - 364 as period_start_date,
        {{ as_of_date() }} as period_end_date,
        coalesce(over_amount, 0) as numerator,
        confirmed_amount as denominator,
        unlimited_count as excluded_count
    from confirmations

    union all

    select
        'invoicing_error_share' as metric,
        {{ as_of_date() }} - 364 as period_start_date,
        {{ as_of_date() }} as period_end_date,
        coalesce(corrections.error_amount, 0) as numerator,
        invoiced.invoiced_amount as denominator,
        corrections.unknown_count as excluded_count
    from corrections
    cross join invoiced
)

select * from final
