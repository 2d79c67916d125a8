with final as (
    select
        event.item_code,
        event.lot_number,
        event.event_kind,
        event.event_date,
        event.document_kind,
        event.document_entry,
        event.document_number,
        event.line_number,
        event.warehouse_code,
        event.card_code,
        partner.card_name as partner_name,
        event.work_order_entry,
        work_order.work_order_number,
        event.moved_qty
    from {{ ref('int_lot_event') }} as event
    left join {{ ref('stg_sap_b1__business_partner') }} as partner
        on event.card_code = partner.card_code
    left join {{ ref('int_work_order') }} as work_order
        on event.work_order_entry = work_order.work_order_entry
    where not event.is_after_as_of
)

select * from final
