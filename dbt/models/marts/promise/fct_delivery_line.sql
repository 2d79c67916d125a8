with variants as (
    select
        {% for target in ['requested', 'first', 'last'] %}
            {% for event in ['departure', 'delivery'] %}
                max(is_hit) filter (where target = '{{ target }}' and event = '{{ event }}')
                    as otif_{{ target }}_{{ event }},
            {% endfor %}
        {% endfor %}
        sales_order_line_id
    from {{ ref('int_delivery_otif') }}
    group by sales_order_line_id
),

grades as (
    select coalesce(max(grade), 'rebuilt') as grade
    from {{ ref('stg_promesa__extraction') }}
    where system = 'sap_b1' and state = 'closed'
),

measured as (
    select
        line.*,
        variants.* exclude (sales_order_line_id),
        line.exclusion_reason is null
        and line.due_qty > 0
        and line.arrived_qty >= line.due_qty * (1 - line.quantity_tolerance_pct / 100) as is_in_full
    from {{ ref('int_delivery_line') }} as line
    left join variants on line.sales_order_line_id = variants.sales_order_line_id
),

final as (
    select
        measured.sales_order_line_id,
        measured.document_entry,
        measured.document_number,
        measured.line_number,
        measured.card_code,
        measured.opportunity_id,
        measured.item_code,
        case when measured.order_date >= date '1900-01-01' then measured.order_date end
            as order_date,
        {{ quantity('measured.ordered_qty') }} as ordered_qty,
        {{ quantity('measured.due_qty') }} as due_qty,
        {{ quantity('measured.delivered_qty') }} as delivered_qty,
        {{ quantity('measured.open_qty') }} as open_qty,
        {{ money('coalesce(measured.open_amount, 0)') }} as open_amount,
        measured.requested_date,
        measured.first_promise_date,
        measured.first_promise_source,
        measured.first_promise_known_since_at,
        measured.last_promise_date,
        cast(measured.promise_change_count as bigint) as promise_change_count,
        cast(measured.last_promise_date - measured.first_promise_date as integer) as slip_days,
        measured.departed_date,
        case when measured.is_in_full then measured.last_arrival_date end as delivered_date,
        case
            when measured.is_all_actual then 'actual'
            when measured.is_any_actual then 'mixed'
            when measured.delivered_qty > 0 then 'estimated'
        end as delivered_source,
        case
            when measured.is_in_full
                then cast(measured.last_arrival_date - measured.first_promise_date as integer)
        end as first_error_days,
        case
            when measured.is_in_full
                then cast(measured.last_arrival_date - measured.last_promise_date as integer)
        end as last_error_days,
        measured.otif_requested_departure,
        measured.otif_first_departure,
        measured.otif_last_departure,
        measured.otif_requested_delivery,
        measured.otif_first_delivery,
        measured.otif_last_delivery,
        coalesce(measured.is_in_full, false) as is_in_full,
        measured.is_closed_short,
        measured.is_closed_for_customer,
        measured.exclusion_reason is null
        and measured.open_qty > 0
        and measured.last_promise_date < {{ as_of_date() }} as is_past_due,
        measured.has_return,
        measured.has_price_credit,
        case
            when measured.has_return or measured.has_price_credit
                then least(measured.otif_last_delivery, 0)
            else measured.otif_last_delivery
        end as is_perfect,
        measured.exclusion_reason,
        cast(date_trunc('month', measured.first_promise_date) as date) as target_month_date,
        grades.grade
    from measured
    cross join grades
)

select * from final
