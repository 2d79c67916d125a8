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
{%- set case_values = {
    'lot': ['code', "told.item_code || ' ' || told.lot_number"],
    'raw': ['code', "told.suspect_item_code || ' ' || told.suspect_lot_number"],
    'with': ['number', 'told.suspect_complaint_count'],
    'all': ['number', 'told.complaint_count'],
    'lots': ['number', 'told.lot_count'],
    'stock': ['number', 'told.stock_qty'],
    'customers': ['number', 'told.customer_count'],
    'holds': ['number', 'told.hold_proposed_count'],
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

deal_tasks as (
    select
        worded.news_key,
        worded.kind,
        'Opportunity' as told_object,
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
),

case_tasks as (
    select
        told.news_key,
        'lot' as kind,
        'Case' as told_object,
        cast(null as varchar) as order_number,
        cast(null as varchar) as order_status,
        cast(null as varchar) as told_order_status,
        cast(null as date) as expected_date,
        cast(null as date) as told_expected_date,
        told.case_id as WhatId,
        coalesce(
            nullif({{ policy('quality_user', 'varchar') }}, 'owner'), told.owner_user_id
        ) as OwnerId,
        left({{ sentence('template.' ~ language, case_values, language) }}, 255) as Subject,
        signal.Promesa_Materials__c as Description,
        {{ as_of_date() }} as ActivityDate,
        case told.sentence_code when 'NEWS_CASE_SUSPECT' then 'High' else 'Normal' end as Priority,
        'Not Started' as Status
    from {{ ref('int_case_news') }} as told
    inner join {{ ref('reason_text') }} as template on told.sentence_code = template.code
    left join {{ ref('sig_salesforce__case') }} as signal on told.case_id = signal.Id
),

final as (
    select * from deal_tasks
    union all
    select * from case_tasks
)

select * from final
