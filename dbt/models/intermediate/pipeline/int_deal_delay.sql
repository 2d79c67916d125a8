with firm_lines as (
    select
        status.opportunity_id,
        line.requested_date,
        line.delivered_date,
        line.days_late,
        line.binding_kind,
        line.binding_key,
        line.binding_days,
        line.promise_line_id
    from {{ ref('int_order_line_status') }} as status
    inner join {{ ref('fct_promise_line') }} as line
        on status.sales_order_line_id = line.promise_line_id
    where
        line.mode = 'firm'
        and line.status = 'placed'
        and status.opportunity_id is not null
        and status.order_status not in ('Shipped', 'Invoiced')
),

{# The line that comes last says why. #}
final as (
    select
        opportunity_id,
        arg_max(requested_date, (delivered_date, promise_line_id)) as due_date,
        arg_max(days_late, (delivered_date, promise_line_id)) as late_days,
        arg_max(binding_kind, (delivered_date, promise_line_id)) as late_kind,
        arg_max(binding_key, (delivered_date, promise_line_id)) as late_key,
        arg_max(binding_days, (delivered_date, promise_line_id)) as late_binding_days
    from firm_lines
    group by opportunity_id
)

select * from final
