with verdicts as (
    select
        sales_order_line_id,
        is_hit
    from {{ ref('int_delivery_otif') }}
    where target = 'replayed' and event = 'delivery'
),

final as (
    select
        replay.sales_order_line_id,
        replay.order_date,
        replay.asked_as_of_date,
        line.card_code,
        replay.item_code,
        {{ quantity('replay.asked_qty') }} as asked_qty,
        replay.requested_date,
        replay.alone_date,
        replay.queue_date,
        replay.promised_date,
        replay.reason_code,
        line.first_promise_date,
        line.delivered_date,
        cast(line.delivered_date - replay.promised_date as integer) as error_days,
        verdicts.is_hit,
        line.otif_first_delivery as is_first_promise_hit,
        replay.grade
    from {{ ref('int_replay_promise') }} as replay
    inner join {{ ref('fct_delivery_line') }} as line
        on replay.sales_order_line_id = line.sales_order_line_id
    left join verdicts on replay.sales_order_line_id = verdicts.sales_order_line_id
    where line.exclusion_reason is null
)

select * from final
