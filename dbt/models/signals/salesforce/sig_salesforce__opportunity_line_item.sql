{%- set values = {
    'date': ['day', 'worded.delivered_date'],
    'stock': ['number', 'worded.line_from_stock_qty'],
    'make': ['number', 'worded.line_to_make_qty'],
    'buy': ['number', 'worded.line_to_buy_qty'],
    'key': ['code', 'worded.binding_key'],
    'binding_days': ['number', 'worded.binding_days'],
    'code': ['code', 'worded.reason_key'],
} -%}
{%- set language = var('language', 'es') %}

-- The fields keep the capitals of the API.
-- noqa: disable=CP02
with validity as (
    select * from {{ ref('int_signal_validity') }}
),

alone as (
    select *
    from {{ ref('fct_promise_line') }}
    where mode = 'alone' and line_item_id is not null
),

{# The first to end is named: what it touches may move on that day. #}
overridden as (
    select
        touch.demand_line_id,
        arg_min(
            override.sentence_{{ language }}, (override.until_date, override.override_id)
        ) as override_sentence
    from {{ ref('int_override_touch') }} as touch
    inner join {{ ref('int_override') }} as override
        on touch.override_id = override.override_id
    where touch.mode = 'alone'
    group by touch.demand_line_id
),

coded as (
    select
        line.line_item_id,
        line.is_open,
        line.line_qty,
        alone.* exclude (line_item_id),
        coalesce(overridden.override_sentence, '') as override_sentence,
        case
            when alone.status = 'placed' and alone.days_late > 0 and alone.binding_key is not null
                then 'LINE_PLACED_BOUND'
            when alone.status = 'placed' then 'LINE_PLACED'
            when alone.status = 'not_needed' then 'LINE_NOT_NEEDED'
            else coalesce(alone.reason_code, 'NO_DATE')
        end as sentence_code
    from {{ ref('int_deal_line') }} as line
    left join alone
        on line.line_item_id = alone.line_item_id
    left join overridden
        on alone.promise_line_id = overridden.demand_line_id
),

worded as (
    select
        coded.*,
        coalesce(reason.{{ language }}, '{code}') as template
    from coded
    left join {{ ref('reason_text') }} as reason
        on coded.sentence_code = reason.code
),

final as (
    select
        worded.line_item_id as Id,
        case when worded.is_open then validity.as_of_at end as Promesa_As_Of__c,
        case when worded.is_open then validity.expires_at end as Promesa_Expires__c,
        case
            when worded.is_open
                then
                    left(
                        {{ sentence('worded.template', values, language) }},
                        255 - length(worded.override_sentence)
                    ) || worded.override_sentence
        end as Promesa_Reason__c,
        case
            when
                worded.is_open and worded.status = 'placed'
                then cast(worded.line_from_stock_qty as decimal(18, 3))
        end as Promesa_From_Stock__c,
        case
            when
                worded.is_open and worded.status = 'placed'
                then cast(worded.line_to_make_qty as decimal(18, 3))
        end as Promesa_To_Make__c,
        case
            when
                worded.is_open and worded.status = 'placed'
                then cast(worded.line_to_buy_qty as decimal(18, 3))
        end as Promesa_To_Buy__c,
        case when worded.is_open then cast(worded.line_qty as decimal(18, 3)) end
            as Promesa_For_Quantity__c,
        case
            when worded.is_open and worded.status = 'placed' and worded.line_to_make_qty > 0
                then worded.make_ready_date
        end as Promesa_Make_Ready_Date__c,
        case when worded.is_open and worded.status = 'placed' then worded.delivered_date end
            as Promesa_Earliest_Date__c,
        case when worded.is_open and worded.status = 'placed' then worded.split_text end
            as Promesa_Split__c,
        case when worded.is_open then validity.renew_after_at end as renew_after_at,
        case when worded.is_open then validity.renew_live_before_at end as renew_live_before_at
    from worded
    cross join validity
)

select * from final
