with final as (
    select
        line.work_order_id,
        {{ stock_point('line.item_code', 'warehouse.warehouse_set', 'item.home_set') }}
            as component_code,
        sum(line.unissued_qty) as open_qty,
        line.stage_no
    from {{ ref('int_work_order_line') }} as line
    inner join
        {{ ref('int_placement_work_order') }} as work_order
        on line.work_order_id = work_order.work_order_id
    inner join {{ ref('int_item') }} as item on line.item_code = item.item_code
    left join {{ ref('int_warehouse') }} as warehouse
        on
            line.warehouse_code = warehouse.warehouse_code
            and warehouse.is_usable
            and item.home_set <> '*'
    where
        not line.is_work_centre
        and not line.is_by_product
        and item.is_inventory_item
        and line.unissued_qty > 0
    group by all
)

select * from final
