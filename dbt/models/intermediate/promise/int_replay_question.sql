{# One draw for all time: chance decides which day comes first, and the next replay goes on from there. #}
with order_lines as (
    select
        'SO-' || line.document_entry || '-' || line.line_number as sales_order_line_id,
        line.document_entry,
        line.line_number,
        line.document_date as order_date,
        line.card_code,
        line.item_code,
        item.home_set,
        case when item.home_set = '*' then '*' else coalesce(warehouse.warehouse_set, item.home_set) end
            as warehouse_set,
        line.inventory_qty,
        coalesce(line.required_date, line.ship_date, line.document_due_date) as requested_date
    from {{ ref('int_document_line') }} as line
    inner join {{ ref('int_item') }} as item on line.item_code = item.item_code
    left join {{ ref('int_warehouse') }} as warehouse
        on line.warehouse_code = warehouse.warehouse_code and warehouse.is_usable
    where
        line.document_kind = 'sales_order'
        and line.is_live
        and not line.is_drop_ship
        and not line.is_without_inventory_movement
        and item.is_inventory_item
        and not item.is_kit
        and line.inventory_qty > 0
        and line.document_date >= {{ as_of_date() }} - {{ policy('replay_window_days') }}
        and line.document_date < {{ as_of_date() }}
),

final as (
    select
        order_lines.order_date,
        cast(dense_rank() over (order by md5(cast(order_lines.order_date as varchar))) as integer)
            as day_no,
        cast(row_number() over (
            partition by order_lines.order_date
            order by order_lines.document_entry, order_lines.line_number
        ) as integer) as line_rank,
        order_lines.sales_order_line_id,
        {{ stock_point('order_lines.item_code', 'order_lines.warehouse_set', 'order_lines.home_set') }}
            as stock_point,
        order_lines.item_code,
        {{ quantity('order_lines.inventory_qty') }} as asked_qty,
        case
            when order_lines.requested_date between date '1990-01-01' and date '2200-01-01'
                then order_lines.requested_date
        end as requested_date,
        cast(coalesce(transit.transit_days, {{ policy('transit_days') }}) as integer)
            as transit_days
    from order_lines
    left join {{ ref('transit_days') }} as transit on order_lines.card_code = transit.card_code
)

select * from final
