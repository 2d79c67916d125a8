{%- set shared_values = {
    'record': ['text', 'coalesce(worded.record_name, worded.record_key)'],
    'field': ['text', 'worded.field'],
    'value': ['text', 'worded.shown_value'],
    'other': ['text', 'worded.other'],
    'item': ['text', 'worded.item'],
    'code': ['text', 'coalesce(worded.item, worded.shown_value)'],
    'customer': ['text', 'worded.customer'],
    'currency': ['text', 'coalesce(worded.currency, worded.company_currency)'],
    'company': ['text', 'worded.company_currency'],
    'amount': ['number', 'worded.amount'],
    'quantity': ['number', 'worded.quantity'],
    'date': ['day', 'worded.issue_date'],
} -%}
{%- set values_en = dict(shared_values, object=['text', 'worded.object_en']) -%}
{%- set values_es = dict(shared_values, object=['text', 'worded.object_es']) -%}

with issues as (
    select * from {{ ref('int_issue_item') }}
    union all
    select * from {{ ref('int_issue_customer') }}
    union all
    select * from {{ ref('int_issue_mapping') }}
    union all
    select * from {{ ref('int_issue_deal') }}
    union all
    select * from {{ ref('int_issue_document') }}
    union all
    select * from {{ ref('int_issue_source') }}
),

worded as (
    select
        issues.*,
        case
            when length(issues.found_value) > 120
                then left(issues.found_value, 120) || '… (' || length(issues.found_value) || ')'
            else issues.found_value
        end as shown_value,
        {{ policy('company_currency', 'varchar') }} as company_currency,
        coalesce(word.en, issues.object) as object_en,
        coalesce(word.es, issues.object) as object_es,
        coalesce(reason.en, issues.code || ' {object} {record} {field} {value}') as template_en,
        coalesce(reason.es, issues.code || ' {object} {record} {field} {value}') as template_es
    from issues
    left join {{ ref('reason_text') }} as reason
        on issues.code = reason.code
    left join {{ ref('object_word') }} as word
        on issues.object = word.object
),

final as (
    select
        worded.code
        || ':'
        || worded.object
        || ':'
        || worded.record_key
        || ':'
        || coalesce(worded.field, '')
        || ':'
        || coalesce(worded.currency, '')
            as issue_id,
        worded.code,
        worded.severity,
        worded.area,
        worded.system,
        worded.object,
        worded.record_key,
        worded.record_name,
        worded.field,
        worded.shown_value as found_value,
        worded.amount,
        worded.quantity,
        worded.currency,
        {{ sentence('worded.template_en', values_en, 'en') }} as message_en,
        {{ sentence('worded.template_es', values_es, 'es') }} as message_es
    from worded
)

select * from final
