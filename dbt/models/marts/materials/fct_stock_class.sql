with on_hand as (
    select
        item.stock_class,
        item.item_code,
        item.inventory_uom,
        sum(stock.in_stock_qty) as stock_qty,
        coalesce(sum(stock.stock_amount), 0) as stock_amount,
        0 as issued_amount,
        0 as received_amount
    from {{ ref('int_stock') }} as stock
    inner join {{ ref('int_item') }} as item on stock.item_code = item.item_code
    where stock.is_inventory_item
    group by item.stock_class, item.item_code, item.inventory_uom
    having sum(stock.in_stock_qty) <> 0
),

issued as (
    select
        line.work_order_id,
        sum({{ product(
            'line.issued_qty', 'coalesce(work_centre.unit_rate, component.unit_cost, 0)'
        ) }}) as issued_amount
    from {{ ref('int_work_order_line') }} as line
    left join {{ ref('int_work_centre') }} as work_centre
        on
            line.is_work_centre
            and line.item_code = work_centre.work_centre
    left join {{ ref('int_item') }} as component
        on
            not line.is_work_centre
            and line.item_code = component.item_code
    group by line.work_order_id
),

in_process as (
    select
        'in_process' as stock_class,
        work_order.item_code,
        item.inventory_uom,
        sum(work_order.remaining_qty) as stock_qty,
        sum(
            coalesce(issued.issued_amount, 0)
            - {{ product('work_order.completed_qty', 'coalesce(item.unit_cost, 0)') }}
        ) as stock_amount,
        sum(coalesce(issued.issued_amount, 0)) as issued_amount,
        sum(
            {{ product('work_order.completed_qty', 'coalesce(item.unit_cost, 0)') }}
        ) as received_amount
    from {{ ref('int_work_order') }} as work_order
    inner join {{ ref('int_item') }} as item on work_order.item_code = item.item_code
    left join issued on work_order.work_order_id = issued.work_order_id
    where work_order.status = 'released' and not work_order.is_disassembly
    group by work_order.item_code, item.inventory_uom
    having sum(coalesce(issued.issued_amount, 0)) <> 0 or sum(work_order.completed_qty) <> 0
),

unioned as (
    select * from on_hand
    union all
    select * from in_process
),

final as (
    select
        stock_class,
        item_code,
        inventory_uom,
        {{ quantity('stock_qty') }} as stock_qty,
        {{ money('stock_amount') }} as stock_amount,
        {{ money('issued_amount') }} as issued_amount,
        {{ money('received_amount') }} as received_amount
    from unioned
)

select * from final
