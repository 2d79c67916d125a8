{%- set language = var('language', 'es') %}
{%- set values = {
    'order': ['code', 'worded.order_number'],
    'status': ['text', 'worded.status_text'],
    'expected': ['day', 'worded.expected_date'],
    'before': ['day', 'worded.told_expected_date'],
    'late': ['number', 'worded.late_days'],
    'key': ['code', 'worded.late_key'],
    'binding_days': ['number', 'worded.late_binding_days'],
} %}

-- The fields keep the capitals of the API.
-- noqa: disable=CP02
with worded as (
    select
        news.*,
        deal.owner_user_id,
        deal.reason_{{ language }} as deal_reason,
        sentence.{{ language }} as template,
        status.{{ language }} as status_text
    from {{ ref('int_deal_news') }} as news
    inner join {{ ref('fct_deal') }} as deal
        on news.opportunity_id = deal.opportunity_id
    inner join {{ ref('reason_text') }} as sentence
        on news.sentence_code = sentence.code
    left join {{ ref('reason_text') }} as status
        on 'STATUS_' || upper(replace(news.order_status, ' ', '_')) = status.code
),

final as (
    select
        worded.news_key,
        worded.kind,
        worded.order_number,
        worded.order_status,
        worded.told_order_status,
        worded.expected_date,
        worded.told_expected_date,
        worded.opportunity_id as WhatId,
        worded.owner_user_id as OwnerId,
        left({{ sentence('worded.template', values, language) }}, 255) as Subject,
        worded.deal_reason as Description,
        {{ as_of_date() }} as ActivityDate,
        case worded.kind when 'slip' then 'High' else 'Normal' end as Priority,
        'Not Started' as Status
    from worded
)

select * from final
