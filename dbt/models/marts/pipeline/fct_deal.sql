{%- set values = dict(
    reason_values('worded'),
    late=['number', 'worded.late_days'],
    late_key=['code', 'worded.late_key'],
    late_binding_days=['number', 'worded.late_binding_days'],
    deposit=['number', 'worded.deposit_amount'],
    fits=['day', 'worded.fits_from_date'],
) -%}
{%- set offered = {
    'date': ['day', 'coalesce(worded.queue_date, worded.earliest_date)'],
    'expected': ['day', 'worded.expected_date'],
    'order': ['code', 'worded.order_number'],
} -%}
{%- set history = safe_date_values('worded') -%}
{%- set status_en = ['text', 'worded.status_en'] -%}
{%- set status_es = ['text', 'worded.status_es'] -%}
{%- set values_en = dict(values, status=status_en) -%}
{%- set values_es = dict(values, status=status_es) -%}
{%- set offered_en = dict(offered, status=status_en) -%}
{%- set offered_es = dict(offered, status=status_es) -%}

with judged as (
    select
        verdict.*,
        deal.name,
        deal.account_id,
        deal.owner_user_id,
        deal.sales_stage,
        deal.created_at,
        deal.close_date,
        deal.promised_date,
        way.order_entry,
        way.order_number,
        way.order_status,
        way.progress_pct,
        way.expected_date,
        delay.late_days,
        delay.late_kind,
        delay.late_key,
        delay.late_binding_days,
        real_margin.real_margin_pct,
        real_margin.is_provisional as is_real_margin_provisional,
        safe.safe_date,
        safe.safe_date_reason_code,
        safe.plant_line_count,
        safe.min_line_count,
        fit.deposit_amount,
        fit.fits_from_date,
        override.sentence_en as override_sentence_en,
        override.sentence_es as override_sentence_es,
        account.match_value,
        account.candidate_card_code,
        customer.customer_key,
        customer.customer_name,
        coalesce(customer.language, 'en') as customer_language
    from {{ ref('int_deal_verdict') }} as verdict
    inner join {{ ref('int_deal') }} as deal
        on verdict.opportunity_id = deal.opportunity_id
    left join {{ ref('int_deal_order') }} as way
        on verdict.opportunity_id = way.opportunity_id
    left join {{ ref('int_deal_delay') }} as delay
        on verdict.opportunity_id = delay.opportunity_id
    left join {{ ref('int_deal_real_margin') }} as real_margin
        on verdict.opportunity_id = real_margin.opportunity_id
    left join {{ ref('int_deal_safe_date') }} as safe
        on verdict.opportunity_id = safe.opportunity_id
    left join {{ ref('fct_deal_fit') }} as fit
        on verdict.opportunity_id = fit.opportunity_id
    left join {{ ref('int_deal_override') }} as override
        on verdict.opportunity_id = override.opportunity_id
    left join {{ ref('int_customer_account') }} as account
        on deal.account_id = account.account_id
    left join {{ ref('dim_customer') }} as customer
        on deal.account_id = customer.account_id
),

coded as (
    select
        * exclude (reason_code),
        case
            when is_open and reason_code = 'CREDIT_OVER'
                then case
                    when deposit_amount is not null and fits_from_date is not null then 'CREDIT_OVER_DEPOSIT_FITS'
                    when deposit_amount is not null then 'CREDIT_OVER_DEPOSIT'
                    when fits_from_date is not null then 'CREDIT_OVER_FITS'
                    else 'CREDIT_OVER'
                end
            when is_open then {{ spoken_reason('reason_code') }}
            when is_won and order_number is null then 'WON_UNLINKED'
            when
                is_won
                and expected_date is not null
                and order_status not in ('Shipped', 'Invoiced')
                then case
                    when coalesce(late_days, 0) = 0 then 'WON_EXPECTED'
                    when late_kind = 'capacity' then 'WON_LATE_CAPACITY'
                    when late_kind in ('material', 'lead_time') then 'WON_LATE_MATERIAL'
                    else 'WON_LATE'
                end
            when is_won then 'WON_ORDERED'
            else 'LOST'
        end as reason_code,
        case
            when reason_code in ('ACCOUNT_UNMATCHED', 'PARTNER_AMBIGUOUS', 'PARTNER_TAKEN')
                then coalesce(candidate_card_code, match_value)
            else promise_reason_key
        end as named_code,
        case
            when not is_won or real_margin_pct is null then null
            when is_real_margin_provisional then 'REAL_MARGIN_PROVISIONAL'
            else 'REAL_MARGIN_FINAL'
        end as margin_sentence_code,
        case
            when
                is_open
                and verdict in ('Go', 'Check')
                and coalesce(queue_date, earliest_date) is not null
                then 'CUSTOMER_OFFER'
            when order_number is null then null
            when order_status in ('Shipped', 'Invoiced') and expected_date is null then null
            when order_status in ('Shipped', 'Invoiced') and expected_date > {{ as_of_date() }}
                then 'CUSTOMER_SHIPPED'
            when order_status in ('Shipped', 'Invoiced') then 'CUSTOMER_DELIVERED'
            when expected_date is not null then 'CUSTOMER_EXPECTED'
            else 'CUSTOMER_ORDERED'
        end as customer_text_code
    from judged
),

worded as (
    select
        coded.*,
        coalesce(reason.en, 'No answer: {code}') as reason_en_template,
        coalesce(reason.es, 'Sin respuesta: {code}') as reason_es_template,
        safe_reason.en as safe_reason_en_template,
        safe_reason.es as safe_reason_es_template,
        coalesce(margin_sentence.en, '') as margin_sentence_en,
        coalesce(margin_sentence.es, '') as margin_sentence_es,
        coalesce(status.en, '') as status_en,
        coalesce(status.es, '') as status_es,
        customer_text.en as customer_en_template,
        customer_text.es as customer_es_template,
        {{ policy('margin_floor_pct', 'double') }} as margin_floor_pct,
        {{ policy('margin_stop_pct', 'double') }} as margin_stop_pct
    from coded
    left join {{ ref('reason_text') }} as reason
        on coded.reason_code = reason.code
    left join {{ ref('reason_text') }} as margin_sentence
        on coded.margin_sentence_code = margin_sentence.code
    left join {{ ref('reason_text') }} as safe_reason
        on coded.safe_date_reason_code = safe_reason.code
    left join {{ ref('reason_text') }} as status
        on 'STATUS_' || upper(replace(coded.order_status, ' ', '_')) = status.code
    left join {{ ref('reason_text') }} as customer_text
        on coded.customer_text_code = customer_text.code
),

spoken as (
    select
        worded.*,
        left(
            {{ sentence('worded.reason_en_template', values_en, 'en') }}
            || worded.margin_sentence_en,
            255 - length(coalesce(worded.override_sentence_en, ''))
        ) || coalesce(worded.override_sentence_en, '') as reason_en,
        left(
            {{ sentence('worded.reason_es_template', values_es, 'es') }}
            || worded.margin_sentence_es,
            255 - length(coalesce(worded.override_sentence_es, ''))
        ) || coalesce(worded.override_sentence_es, '') as reason_es,
        {{ sentence('worded.safe_reason_en_template', history, 'en') }} as safe_date_reason_en,
        {{ sentence('worded.safe_reason_es_template', history, 'es') }} as safe_date_reason_es,
        case
            when worded.customer_language = 'es'
                then {{ sentence('worded.customer_es_template', offered_es, 'es') }}
            else {{ sentence('worded.customer_en_template', offered_en, 'en') }}
        end as customer_text
    from worded
),

final as (
    select
        opportunity_id,
        name as deal_name,
        account_id,
        card_code,
        customer_key,
        customer_name,
        owner_user_id,
        sales_stage,
        is_open,
        is_won,
        cast(timezone('{{ var("time_zone") }}', timezone('UTC', created_at)) as date)
            as created_date,
        close_date,
        net_amount,
        tax_pct,
        gross_amount,
        probability_pct,
        probability_source,
        {{ product('net_amount', 'probability_pct / 100') }} as weighted_net_amount,
        cast(line_count as bigint) as line_count,
        cast(promise_line_count as bigint) as promise_line_count,
        requested_date,
        promised_date,
        earliest_date,
        queue_date,
        case when is_open then safe_date end as safe_date,
        case when is_open then safe_date_reason_code end as safe_date_reason_code,
        case when is_open then safe_date_reason_en end as safe_date_reason_en,
        case when is_open then safe_date_reason_es end as safe_date_reason_es,
        cast(days_late as bigint) as days_late,
        cast(queue_days_late as bigint) as queue_days_late,
        promise_reason_code,
        binding_kind,
        binding_key,
        cast(binding_days as bigint) as binding_days,
        opened_by_date,
        {{ money('contribution_amount') }} as contribution_amount,
        {{ money('cost_amount') }} as cost_amount,
        cast(expected_margin_pct as double) as expected_margin_pct,
        cast(real_margin_pct as double) as real_margin_pct,
        is_real_margin_provisional,
        credit_limit_amount,
        exposure_amount as credit_exposure_amount,
        available_amount as credit_available_amount,
        credit_level,
        short_amount as credit_short_amount,
        released_amount as credit_released_amount,
        other_deals_weighted_amount,
        case when is_open then date_verdict end as date_verdict,
        case when is_open then margin_verdict end as margin_verdict,
        case when is_open then credit_verdict end as credit_verdict,
        case when is_open then verdict end as verdict,
        case when is_open then binding_lock end as binding_lock,
        reason_code,
        reason_en,
        reason_es,
        net_amount as for_amount,
        order_entry,
        order_number,
        order_status,
        progress_pct,
        expected_date,
        is_won and order_number is null as is_unlinked_won,
        customer_language,
        customer_text,
        is_open
        and coalesce(is_capacity_checked, false)
        and queue_date is not null
        and coalesce(queue_days_late, 0) = 0 as is_capacity_confirmed
    from spoken
)

select * from final
