with final as (
    select
        receipt_id,
        cast(document_number as bigint) as document_number,
        card_code,
        item_code,
        warehouse_code,
        open_qty,
        open_amount,
        due_date,
        overdue_days,
        available_date,
        standing,
        delay_days,
        delay_origin
    from {{ ref('int_expected_receipt') }}
)

select * from final
