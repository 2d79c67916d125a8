with promises as (
    select
        opportunity_id,
        max(line_count) as promise_line_count,
        max(requested_date) as requested_date,
        max(status) filter (where mode in ('alone', 'firm')) as status,
        max(reason_code) filter (where mode in ('alone', 'firm')) as promise_reason_code,
        max(reason_key) filter (where mode in ('alone', 'firm')) as promise_reason_key,
        max(delivered_date) filter (where mode in ('alone', 'firm')) as earliest_date,
        max(days_late) filter (where mode in ('alone', 'firm')) as days_late,
        max(binding_kind) filter (where mode in ('alone', 'firm')) as binding_kind,
        max(binding_key) filter (where mode in ('alone', 'firm')) as binding_key,
        max(binding_days) filter (where mode in ('alone', 'firm')) as binding_days,
        max(opened_by_date) filter (where mode in ('alone', 'firm')) as opened_by_date,
        max(delivered_date) filter (where mode in ('queue', 'firm')) as queue_date,
        max(days_late) filter (where mode in ('queue', 'firm')) as queue_days_late,
        max(binding_kind) filter (where mode in ('queue', 'firm')) as queue_binding_kind,
        max(binding_key) filter (where mode in ('queue', 'firm')) as queue_binding_key,
        bool_and(is_capacity_checked) as is_capacity_checked,
        bool_or(is_estimated) filter (where mode in ('alone', 'firm')) as is_estimated,
        max(estimate_low_date) filter (where mode in ('alone', 'firm')) as estimate_low_date,
        max(estimate_high_date) filter (where mode in ('alone', 'firm')) as estimate_high_date
    from {{ ref('fct_promise_deal') }}
    group by opportunity_id
),

margins as (
    select
        opportunity_id,
        count(*) as line_count,
        sum(net_amount) as net_amount,
        sum(variable_cost_amount) as cost_amount,
        sum(contribution_amount) as contribution_amount,
        bool_and(is_cost_known) as is_cost_known
    from {{ ref('int_deal_line_margin') }}
    group by opportunity_id
),

joined as (
    select
        deal.opportunity_id,
        not deal.is_closed as is_open,
        deal.is_won,
        coalesce(margins.line_count, 0) as line_count,
        coalesce(promises.promise_line_count, 0) as promise_line_count,
        coalesce(promises.requested_date, deal.requested_date) as requested_date,
        promises.* exclude (opportunity_id, promise_line_count, requested_date),
        margins.cost_amount,
        margins.contribution_amount,
        case
            when margins.is_cost_known
                then
                    round({{ ratio('margins.contribution_amount', 'margins.net_amount') }} * 100, 4)
        end as expected_margin_pct,
        coalesce(margins.is_cost_known, false) as is_cost_known,
        true as is_margin_asked,
        credit.* exclude (opportunity_id)
    from {{ ref('int_deal') }} as deal
    left join promises
        on deal.opportunity_id = promises.opportunity_id
    left join margins
        on deal.opportunity_id = margins.opportunity_id
    inner join {{ ref('int_deal_credit') }} as credit
        on deal.opportunity_id = credit.opportunity_id
),

{{ three_locks('joined') }},

final as (
    select
        opportunity_id,
        is_open,
        is_won,
        line_count,
        promise_line_count,
        requested_date,
        earliest_date,
        days_late,
        queue_date,
        queue_days_late,
        promise_reason_code,
        promise_reason_key,
        binding_kind,
        binding_key,
        binding_days,
        opened_by_date,
        is_capacity_checked,
        is_estimated,
        estimate_low_date,
        estimate_high_date,
        cost_amount,
        contribution_amount,
        expected_margin_pct,
        card_code,
        payer_card_code,
        tax_pct,
        net_amount,
        gross_amount,
        probability_pct,
        probability_source,
        exposure_amount,
        credit_limit_amount,
        available_amount,
        released_amount,
        released_until_date,
        oldest_overdue_days,
        payer_missing_rate_currency,
        missing_rate_document,
        other_deals_weighted_amount,
        short_amount,
        credit_level,
        date_verdict,
        margin_verdict,
        credit_verdict,
        verdict,
        reason_code,
        binding_lock
    from locks
)

select * from final
