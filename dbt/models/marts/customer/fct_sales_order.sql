{%- set ways = order_ways() %}

with states as (
    select
        document_entry,
        min(case order_status
            {% for way in ways -%}
                when '{{ way }}' then {{ loop.index }}
            {% endfor -%}
        end) as way_number,
        count(*) filter (where order_status is not null) as line_count,
        count(expected_date) filter (where order_status is not null) as expected_count,
        max(expected_date) as expected_date
    from {{ ref('int_order_line_status') }}
    group by document_entry
),

headers as (
    select
        document_entry,
        any_value(document_number) as document_number,
        any_value(card_code) as card_code,
        any_value(opportunity_id) as opportunity_id,
        any_value(link_rule) as link_rule,
        any_value(order_date) as order_date,
        max(due_date) filter (where due_date between '1900-01-01' and '2300-01-01') as due_date,
        sum(net_amount) as net_amount,
        sum(open_net_amount) as open_net_amount,
        bool_or(is_open) as is_open
    from {{ ref('int_sales_order_line') }}
    group by document_entry
),

final as (
    select
        headers.document_entry,
        headers.document_number,
        headers.card_code,
        headers.opportunity_id,
        coalesce(headers.link_rule, 'none') as link_rule,
        headers.order_date,
        headers.due_date,
        case states.way_number
            {% for way in ways -%}
                when {{ loop.index }} then '{{ way }}'
            {% endfor -%}
        end as order_status,
        case when states.expected_count = states.line_count then states.expected_date end
            as expected_date,
        {{ money('headers.net_amount') }} as net_amount,
        {{ money('headers.open_net_amount') }} as open_net_amount,
        headers.is_open
    from headers
    left join states
        on headers.document_entry = states.document_entry
)

select * from final
