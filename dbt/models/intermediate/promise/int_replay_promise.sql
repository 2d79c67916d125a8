with by_line as (
    select
        sales_order_line_id,
        any_value(item_code) as item_code,
        any_value(order_date) as order_date,
        any_value(asked_as_of_date) as asked_as_of_date,
        any_value(asked_qty) as asked_qty,
        any_value(requested_date) as requested_date,
        any_value(grade) as grade,
        max(delivered_day) filter (where mode = 'alone' and status = 'placed') as alone_date,
        max(delivered_day) filter (where mode = 'queue' and status = 'placed') as queue_date,
        max(reason_code) filter (where mode = 'queue') as reason_code
    from {{ source('replay', 'answer') }}
    group by sales_order_line_id
),

final as (
    select
        *,
        case
            when queue_date is not null
                then greatest(queue_date, coalesce(requested_date, queue_date))
        end as promised_date
    from by_line
)

select * from final
