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
        bool_and(is_capacity_checked) as is_capacity_checked
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
        credit.* exclude (opportunity_id)
    from {{ ref('int_deal') }} as deal
    left join promises
        on deal.opportunity_id = promises.opportunity_id
    left join margins
        on deal.opportunity_id = margins.opportunity_id
    inner join {{ ref('int_deal_credit') }} as credit
        on deal.opportunity_id = credit.opportunity_id
),

date_locks as (
    select
        *,
        case
            when status = 'not_needed' then 'DATE_NOT_NEEDED'
            when
                status is null or status = 'no_lines'
                then coalesce(promise_reason_code, 'NO_LINES')
            when status <> 'placed' then coalesce(promise_reason_code, 'NO_DATE')
            when days_late > 0 and binding_kind = 'capacity' then 'LATE_CAPACITY'
            when days_late > 0 and binding_kind in ('material', 'lead_time') then 'LATE_MATERIAL'
            when days_late > 0 then 'LATE'
            when not is_capacity_checked then 'CAPACITY_NOT_CHECKED'
            when queue_date is null then 'QUEUE_NO_DATE'
            when queue_days_late > 0 then 'QUEUE_LATE'
            else 'ON_TIME'
        end as date_reason_code
    from joined
),

three_locks as (
    select
        *,
        case
            when date_reason_code in ('ON_TIME', 'DATE_NOT_NEEDED') then 'Go'
            when
                date_reason_code in ('QUEUE_LATE', 'QUEUE_NO_DATE', 'CAPACITY_NOT_CHECKED')
                then 'Check'
            when date_reason_code in ('LATE_CAPACITY', 'LATE_MATERIAL', 'LATE')
                then
                    case
                        when days_late > {{ policy('late_stop_days') }} then 'Stop' else 'Check'
                    end
            else 'Unknown'
        end as date_verdict,
        case
            when expected_margin_pct is null then 'MARGIN_UNKNOWN'
            when
                expected_margin_pct < {{ policy('margin_stop_pct', 'double') }}
                then 'MARGIN_BELOW_STOP'
            when
                expected_margin_pct < {{ policy('margin_floor_pct', 'double') }}
                then 'MARGIN_BELOW_FLOOR'
            else 'MARGIN_SOUND'
        end as margin_reason_code,
        case credit_level
            when 'None' then 'Go'
            when 'Near' then 'Check'
            when 'Unknown' then 'Unknown'
            else 'Stop'
        end as credit_verdict
    from date_locks
),

with_margin as (
    select
        *,
        case margin_reason_code
            when 'MARGIN_SOUND' then 'Go'
            when 'MARGIN_BELOW_FLOOR' then 'Check'
            when 'MARGIN_BELOW_STOP' then 'Stop'
            else 'Unknown'
        end as margin_verdict
    from three_locks
),

judged as (
    select
        *,
        case
            when 'Stop' in (date_verdict, margin_verdict, credit_verdict) then 'Stop'
            when 'Unknown' in (date_verdict, margin_verdict, credit_verdict) then 'Unknown'
            when 'Check' in (date_verdict, margin_verdict, credit_verdict) then 'Check'
            else 'Go'
        end as verdict
    from with_margin
),

{# Of the locks as bad as the verdict the first one binds: credit, then date, then margin. #}
bound as (
    select
        *,
        case
            when verdict = 'Go' then 'GO'
            when credit_verdict = verdict then credit_reason_code
            when date_verdict = verdict then date_reason_code
            else margin_reason_code
        end as open_reason_code
    from judged
),

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
        case
            when is_open then open_reason_code
            when is_won then 'WON'
            else 'LOST'
        end as reason_code,
        case
            when verdict = 'Go' then 'None'
            when verdict = 'Unknown' then 'Data'
            when open_reason_code = 'CREDIT_FROZEN' then 'Hold'
            when credit_verdict = verdict then 'Credit'
            when date_verdict = verdict
                then case
                    when
                        open_reason_code in ('LATE_CAPACITY', 'CAPACITY_NOT_CHECKED')
                        then 'Capacity'
                    when open_reason_code = 'LATE_MATERIAL' then 'Material'
                    when
                        open_reason_code = 'QUEUE_LATE' and queue_binding_kind = 'capacity'
                        then 'Capacity'
                    when
                        open_reason_code = 'QUEUE_LATE'
                        and queue_binding_kind in ('material', 'lead_time')
                        then 'Material'
                    else 'Date'
                end
            else 'Margin'
        end as binding_lock
    from bound
)

select * from final
