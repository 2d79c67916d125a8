{# Kinds of document whose lines name lots, with the way that goods go by them. #}
{%- set kinds = {
    'purchase_delivery_note': 1,
    'goods_receipt': 1,
    'return': 1,
    'credit_note': 1,
    'goods_issue': -1,
    'delivery_note': -1,
    'invoice': -1,
} -%}

with document_lots as (
    {% for kind, sign in kinds.items() %}
        select
            '{{ kind }}' as document_kind,
            {{ sign }} as sign,
            document_entry,
            line_number,
            lot_number,
            lot_qty
        from {{ ref('stg_sap_b1__' ~ kind ~ '_line_lot') }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

document_events as (
    select
        lots.document_kind,
        lots.sign,
        lots.lot_number,
        lots.lot_qty,
        line.document_entry,
        line.document_number,
        line.line_number,
        line.item_code,
        line.warehouse_code,
        line.card_code,
        line.document_date,
        line.is_after_as_of,
        case when line.base_type = 202 then line.base_entry end as work_order_entry,
        work_order.is_disassembly,
        coalesce(work_line.planned_qty, 0) > 0 as is_component_line,
        document.comments
    from document_lots as lots
    inner join {{ ref('int_document_line') }} as line
        on
            lots.document_kind = line.document_kind
            and lots.document_entry = line.document_entry
            and lots.line_number = line.line_number
    inner join {{ ref('int_document') }} as document
        on
            line.document_kind = document.document_kind
            and line.document_entry = document.document_entry
    left join {{ ref('stg_sap_b1__work_order_line') }} as work_line
        on
            line.base_type = 202
            and line.base_entry = work_line.work_order_entry
            and line.base_line = work_line.line_number
            and line.item_code = work_line.item_code
    left join {{ ref('int_work_order') }} as work_order
        on line.base_type = 202 and line.base_entry = work_order.work_order_entry
    where
        (line.is_live or (line.is_after_as_of and not line.is_cancellation))
        -- What was delivered or has come back before is billed with the same lots once more.
        and not (
            lots.document_kind = 'invoice'
            and (coalesce(line.base_type, -1) = 15 or coalesce(line.is_reserve_invoice, false))
        )
        and not (lots.document_kind = 'credit_note' and coalesce(line.base_type, -1) = 16)
),

named as (
    select
        document_kind,
        document_entry,
        document_number,
        line_number,
        item_code,
        lot_number,
        warehouse_code,
        card_code,
        document_date,
        work_order_entry,
        case
            when document_kind = 'purchase_delivery_note' then 'purchased'
            when document_kind in ('return', 'credit_note') then 'customer_return'
            when document_kind in ('delivery_note', 'invoice') then 'shipped'
            when document_kind = 'goods_receipt'
                then
                    case
                        when work_order_entry is null then 'adjusted'
                        -- What was taken apart is the other way round: its parts are what is made.
                        when coalesce(is_disassembly, false) = is_component_line then 'produced'
                        else 'component_return'
                    end
            when work_order_entry is not null then 'consumed'
            when
                regexp_matches(comments, {{ policy('scrap_words', 'varchar') }}, 'i')
                then 'scrapped'
            else 'adjusted'
        end as event_kind,
        sign * lot_qty as moved_qty,
        is_after_as_of
    from document_events
),

supplier_returns as (
    select
        'purchase_return' as document_kind,
        document.document_entry,
        document.document_number,
        line.line_number,
        line.item_code,
        lot.lot_number,
        line.warehouse_code,
        document.card_code,
        coalesce(document.document_date, document.created_date) as document_date,
        cast(null as bigint) as work_order_entry,
        'supplier_return' as event_kind,
        -lot.lot_qty as moved_qty
    from {{ ref('stg_sap_b1__purchase_return_line_lot') }} as lot
    inner join {{ ref('stg_sap_b1__purchase_return_line') }} as line
        on
            lot.document_entry = line.document_entry
            and lot.line_number = line.line_number
    inner join {{ ref('stg_sap_b1__purchase_return') }} as document
        on lot.document_entry = document.document_entry
    where
        not coalesce(document.is_cancelled, false)
        and coalesce(document.cancel_status, 'csNo') = 'csNo'
),

{# One paper, two movements: out of one warehouse and into the other. #}
transfers as (
    select
        'stock_transfer' as document_kind,
        document.document_entry,
        document.document_number,
        line.line_number,
        line.item_code,
        lot.lot_number,
        unnest([
            coalesce(line.from_warehouse_code, document.from_warehouse_code),
            coalesce(line.to_warehouse_code, document.to_warehouse_code)
        ]) as warehouse_code,
        cast(null as varchar) as card_code,
        coalesce(document.document_date, document.created_date) as document_date,
        cast(null as bigint) as work_order_entry,
        'transferred' as event_kind,
        unnest([-lot.lot_qty, lot.lot_qty]) as moved_qty
    from {{ ref('stg_sap_b1__stock_transfer_line_lot') }} as lot
    inner join {{ ref('stg_sap_b1__stock_transfer_line') }} as line
        on
            lot.document_entry = line.document_entry
            and lot.line_number = line.line_number
    inner join {{ ref('stg_sap_b1__stock_transfer') }} as document
        on lot.document_entry = document.document_entry
),

unioned as (
    select * from named
    union all
    select
        *,
        document_date > {{ as_of_date() }} as is_after_as_of
    from supplier_returns
    union all
    select
        *,
        document_date > {{ as_of_date() }} as is_after_as_of
    from transfers
),

final as (
    select
        item_code,
        lot_number,
        event_kind,
        document_date as event_date,
        document_kind,
        document_entry,
        document_number,
        line_number,
        warehouse_code,
        card_code,
        work_order_entry,
        {{ quantity('sum(moved_qty)') }} as moved_qty,
        is_after_as_of
    from unioned
    where item_code is not null and lot_number is not null and document_date is not null
    group by all
)

select * from final
