with lot_managed as (
    select item_code
    from {{ ref('stg_sap_b1__item') }}
    where is_lot_managed
),

{# Lines that took material for a work order, and how much of each its lots name. #}
issues as (
    select
        line.base_entry as work_order_entry,
        line.inventory_qty,
        coalesce(-sum(event.moved_qty), 0) as named_qty
    from {{ ref('int_document_line') }} as line
    inner join lot_managed on line.item_code = lot_managed.item_code
    left join {{ ref('int_lot_event') }} as event
        on
            line.document_kind = event.document_kind
            and line.document_entry = event.document_entry
            and line.line_number = event.line_number
    where line.document_kind = 'goods_issue' and line.base_type = 202 and line.is_live
    group by
        line.document_entry,
        line.line_number,
        line.base_entry,
        line.inventory_qty
),

issued_without_lot as (
    select distinct work_order_entry
    from issues
    where named_qty < inventory_qty
),

{# A lot may come out of several work orders. #}
made as (
    select distinct
        item_code,
        lot_number,
        work_order_entry
    from {{ ref('int_lot_event') }}
    where event_kind = 'produced' and not is_after_as_of
),

found as (
    select
        item_code,
        lot_number,
        unnest(list_filter([
            case when origin = 'opening' then 'LOT_GAP_RECEIPT' end,
            case
                when origin = 'purchased' and supplier_card_code is null then 'LOT_GAP_SUPPLIER'
            end,
            case when difference_qty <> 0 then 'LOT_GAP_BALANCE' end
        ], lambda code: code is not null)) as gap_code
    from {{ ref('fct_lot') }}

    union

    select
        made.item_code,
        made.lot_number,
        'LOT_GAP_MATERIAL' as gap_code
    from made
    inner join issued_without_lot on made.work_order_entry = issued_without_lot.work_order_entry

    union

    select
        item_code,
        lot_number,
        'LOT_GAP_CUSTOMER' as gap_code
    from {{ ref('fct_lot_event') }}
    where event_kind = 'shipped' and card_code is null
),

final as (
    select
        item_code,
        lot_number,
        gap_code
    from found
)

select * from final
