with departures as (
    select
        'SO-' || base_entry || '-' || base_line as sales_order_line_id,
        document_kind,
        document_entry,
        line_number,
        card_code,
        document_date as departed_date,
        actual_delivery_date,
        inventory_qty
    from {{ ref('int_document_line') }}
    where
        document_kind = 'delivery_note'
        and base_type = 17
        and is_live

    union all

    select
        'SO-' || reserve.base_entry || '-' || reserve.base_line as sales_order_line_id,
        delivery.document_kind,
        delivery.document_entry,
        delivery.line_number,
        delivery.card_code,
        delivery.document_date as departed_date,
        delivery.actual_delivery_date,
        delivery.inventory_qty
    from {{ ref('int_document_line') }} as delivery
    inner join {{ ref('int_document_line') }} as reserve
        on
            reserve.document_kind = 'invoice'
            and delivery.base_entry = reserve.document_entry
            and delivery.base_line = reserve.line_number
    where
        delivery.document_kind = 'delivery_note'
        and delivery.base_type = 13
        and delivery.is_live
        and reserve.base_type = 17

    union all

    select
        'SO-' || base_entry || '-' || base_line as sales_order_line_id,
        document_kind,
        document_entry,
        line_number,
        card_code,
        document_date as departed_date,
        actual_delivery_date,
        inventory_qty
    from {{ ref('int_document_line') }}
    where
        document_kind = 'invoice'
        and base_type = 17
        and is_live
        and not coalesce(is_reserve_invoice, false)
),

final as (
    select
        departures.*,
        coalesce(departures.actual_delivery_date <= {{ as_of_date() }}, false) as is_actual,
        case
            when departures.actual_delivery_date <= {{ as_of_date() }}
                then departures.actual_delivery_date
            else
                departures.departed_date
                + coalesce(transit.transit_days, {{ policy('transit_days') }})
        end as delivered_date
    from departures
    left join {{ ref('transit_days') }} as transit on departures.card_code = transit.card_code
)

select * from final
