with final as (
    select
        item_code,
        warehouse_code,
        document_date,
        is_after_as_of,
        document_kind in ('delivery_note', 'goods_issue', 'invoice', 'return', 'credit_note')
            as is_use,
        inventory_qty
        * case when is_cancellation then -1 else 1 end
        * case
            when document_kind in ('purchase_delivery_note', 'return', 'goods_receipt') then 1
            when document_kind in ('delivery_note', 'goods_issue') then -1
            when
                document_kind = 'invoice'
                and coalesce(base_type, -1) <> 15
                and not coalesce(is_reserve_invoice, false)
                then -1
            when document_kind = 'credit_note' and coalesce(base_type, -1) <> 16 then 1
            else 0
        end as moved_qty
    from {{ ref('int_document_line') }}
    where not is_without_inventory_movement and item_code is not null
)

select * from final
