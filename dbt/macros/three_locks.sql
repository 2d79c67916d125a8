{# Feasible, profitable, creditworthy: the verdict of each lock, the worst of them, and the lock that binds; of locks as
   bad as the verdict the first one binds: credit, then date, then margin. One rule for deals and for a question of the
   moment. Expects the columns of int_deal_verdict's `joined`; ends in the CTE `locks`. #}
{% macro three_locks(relation) -%}
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
            when is_estimated then 'ESTIMATED'
            when not is_capacity_checked then 'CAPACITY_NOT_CHECKED'
            when queue_date is null then 'QUEUE_NO_DATE'
            when queue_days_late > 0 then 'QUEUE_LATE'
            else 'ON_TIME'
        end as date_reason_code
    from {{ relation }}
),

three_locks as (
    select
        *,
        case
            when date_reason_code in ('ON_TIME', 'DATE_NOT_NEEDED') then 'Go'
            when
                date_reason_code in (
                    'QUEUE_LATE', 'QUEUE_NO_DATE', 'CAPACITY_NOT_CHECKED', 'ESTIMATED'
                )
                then 'Check'
            when date_reason_code in ('LATE_CAPACITY', 'LATE_MATERIAL', 'LATE')
                then
                    case
                        when days_late > {{ policy('late_stop_days') }} then 'Stop' else 'Check'
                    end
            else 'Unknown'
        end as date_verdict,
        case
            when not is_margin_asked then 'MARGIN_NOT_ASKED'
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
            when 'MARGIN_NOT_ASKED' then 'Go'
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

locks as (
    select
        * exclude (open_reason_code),
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
{%- endmacro %}

{# The code of the sentence that tells an open reason: a shorter one where there is no date to name. #}
{% macro spoken_reason(reason_code) -%}
    case
        when {{ reason_code }} = 'GO' and earliest_date is null then 'GO_NO_DATE'
        when {{ reason_code }} in ('LATE_CAPACITY', 'LATE_MATERIAL') and opened_by_date is null
            then {{ reason_code }} || '_FIXED'
        else {{ reason_code }}
    end
{%- endmacro %}

{# The values that a reason sentence may name, as columns of a relation; S8: codes and numbers only. #}
{% macro reason_values(relation) -%}
    {{ return({
        'date': ['day', relation ~ '.earliest_date'],
        'queue_date': ['day', relation ~ '.queue_date'],
        'wanted': ['day', relation ~ '.requested_date'],
        'opened': ['day', relation ~ '.opened_by_date'],
        'soonest': ['day', relation ~ '.estimate_low_date'],
        'latest': ['day', relation ~ '.estimate_high_date'],
        'expected': ['day', relation ~ '.expected_date'],
        'days': ['number', relation ~ '.days_late'],
        'queue_days': ['number', relation ~ '.queue_days_late'],
        'binding_days': ['number', relation ~ '.binding_days'],
        'key': ['code', relation ~ '.binding_key'],
        'code': ['code', relation ~ '.named_code'],
        'margin': ['share', relation ~ '.expected_margin_pct'],
        'floor': ['number', relation ~ '.margin_floor_pct'],
        'stop': ['number', relation ~ '.margin_stop_pct'],
        'net': ['number', relation ~ '.net_amount'],
        'needed': [
            'number',
            'ceil(' ~ relation ~ '.cost_amount * 10000.0 / (100 - ' ~ relation ~ '.margin_floor_pct)) / 100',
        ],
        'short': ['number', relation ~ '.short_amount'],
        'exposure': ['number', relation ~ '.exposure_amount'],
        'limit': ['number', relation ~ '.credit_limit_amount'],
        'released': ['number', relation ~ '.released_amount'],
        'until': ['day', relation ~ '.released_until_date'],
        'gross': ['number', relation ~ '.gross_amount'],
        'customer': ['code', relation ~ '.payer_card_code'],
        'overdue': ['number', relation ~ '.oldest_overdue_days'],
        'currency': ['code', relation ~ '.payer_missing_rate_currency'],
        'document': ['code', relation ~ '.missing_rate_document'],
        'order': ['code', relation ~ '.order_number'],
    }) }}
{%- endmacro %}

{# The values that the sentence on a missing safe date names. #}
{% macro safe_date_values(relation) -%}
    {{ return({
        'found': ['number', relation ~ '.plant_line_count'],
        'needed': ['number', relation ~ '.min_line_count'],
    }) }}
{%- endmacro %}
