with final as (
    select
        work_order.work_order_id,
        {{ stock_point('work_order.item_code', 'warehouse.warehouse_set', 'item.home_set') }}
            as item_code,
        work_order.remaining_qty,
        coalesce(work_order.start_date, work_order.due_date) as start_day,
        coalesce(work_order.due_date, work_order.start_date) as due_day,
        cast(row_number() over (
            order by
                case work_order.status when 'released' then 0 else 1 end,
                work_order.due_date asc nulls last,
                work_order.priority asc,
                work_order.work_order_entry asc
        ) as integer) as rank
    from {{ ref('int_work_order') }} as work_order
    inner join {{ ref('int_item') }} as item on work_order.item_code = item.item_code
    left join {{ ref('int_warehouse') }} as warehouse
        on
            work_order.warehouse_code = warehouse.warehouse_code
            and warehouse.is_usable
            and item.home_set <> '*'
    where
        work_order.is_open
        and not work_order.is_disassembly
        and work_order.remaining_qty > 0
        and not work_order.is_stale
)

select * from final
