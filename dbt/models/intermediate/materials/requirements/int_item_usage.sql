{# What left stock within the window, returns taken off, and the stock of a mean day, unwound from today. #}
with moves as (
    select
        item_code,
        {{ as_of_date() }} - document_date as days_ago,
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
        end as moved_qty,
        document_kind in ('delivery_note', 'goods_issue', 'invoice', 'return', 'credit_note')
            as is_use
    from {{ ref('int_document_line') }}
    where
        not is_after_as_of
        and not is_without_inventory_movement
        and item_code is not null
        and document_date between {{ as_of_date() }} - {{ policy('usage_window_days') }} + 1
        and {{ as_of_date() }}
),

final as (
    select
        item_code,
        -sum(moved_qty) filter (where is_use) as used_qty,
        sum(
            cast(moved_qty as double)
            * ({{ policy('usage_window_days') }} - days_ago) / {{ policy('usage_window_days') }}
        ) as later_qty
    from moves
    group by item_code
)

select * from final
