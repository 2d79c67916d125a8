{%- set ways = order_ways() %}

with ordered as (
    select
        opportunity_id,
        min(document_entry) as order_entry,
        arg_min(document_number, document_entry) as order_number,
        min(case order_status
            {% for way in ways -%}
                when '{{ way }}' then {{ loop.index }}
            {% endfor -%}
        end) as way_number,
        count(*) filter (where order_status is not null) as line_count,
        count(expected_date) filter (where order_status is not null) as expected_count,
        max(expected_date) as expected_date,
        sum(planned_qty) as planned_qty,
        sum(completed_qty) as completed_qty
    from {{ ref('int_order_line_status') }}
    where opportunity_id is not null
    group by opportunity_id
),

quoted as (
    select
        deal.opportunity_id,
        min(quotation.document_entry) as quotation_entry
    from {{ ref('int_document') }} as quotation
    inner join {{ ref('int_deal') }} as deal
        on left(quotation.deal_id, 15) = left(deal.opportunity_id, 15)
    where quotation.document_kind = 'quotation' and quotation.is_live
    group by deal.opportunity_id
),

final as (
    select
        coalesce(ordered.opportunity_id, quoted.opportunity_id) as opportunity_id,
        ordered.order_entry,
        cast(ordered.order_number as varchar) as order_number,
        case coalesce(ordered.way_number, 1)
            {% for way in ways -%}
                when {{ loop.index }} then '{{ way }}'
            {% endfor -%}
        end as order_status,
        round(
            {{ ratio('least(ordered.completed_qty, ordered.planned_qty)', 'ordered.planned_qty') }}
            * 100,
            4
        ) as progress_pct,
        case when ordered.expected_count = ordered.line_count then ordered.expected_date end
            as expected_date
    from ordered
    full join quoted
        on ordered.opportunity_id = quoted.opportunity_id
)

select * from final
