with final as (
    select
        link.work_order_entry,
        work_order.work_order_number,
        link.used_item_code,
        link.used_lot_number,
        link.made_item_code,
        link.made_lot_number,
        link.used_qty,
        link.made_qty,
        link.link_kind,
        link.used_share
    from {{ ref('int_lot_link') }} as link
    left join {{ ref('int_work_order') }} as work_order
        on link.work_order_entry = work_order.work_order_entry
)

select * from final
