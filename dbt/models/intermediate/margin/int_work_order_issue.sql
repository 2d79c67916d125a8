with documents as (
    select
        line.base_entry as work_order_entry,
        line.base_line as line_number,
        line.item_code,
        line.document_kind,
        line.document_entry,
        line.line_number as document_line_number,
        line.document_date,
        case line.document_kind when 'goods_issue' then 1 else -1 end as direction,
        cast(line.inventory_qty as double) as document_qty,
        cast(line.net_amount as double)
        / nullif(cast(line.inventory_qty as double), 0) as document_price,
        cast(nullif(line.stock_cost, 0) as double) as document_cost
    from {{ ref('int_document_line') }} as line
    inner join {{ ref('int_work_order_line') }} as work_line
        on
            line.base_entry = work_line.work_order_entry
            and line.base_line = work_line.line_number
            and line.item_code = work_line.item_code
    where
        line.document_kind in ('goods_issue', 'goods_receipt')
        and line.base_type = 202
        and line.is_live
        and line.inventory_qty > 0
),

document_lots as (
    select
        'goods_issue' as document_kind,
        document_entry,
        line_number,
        lot_number,
        cast(lot_qty as double) as lot_qty
    from {{ ref('stg_sap_b1__goods_issue_line_lot') }}
    union all
    select
        'goods_receipt' as document_kind,
        document_entry,
        line_number,
        lot_number,
        cast(lot_qty as double) as lot_qty
    from {{ ref('stg_sap_b1__goods_receipt_line_lot') }}
),

lot_parts as (
    select
        documents.*,
        documents.direction * document_lots.lot_qty * coalesce(origin.origin_share, 1) as part_qty,
        origin.price as lot_price,
        origin.work_order_entry as origin_work_order_entry
    from documents
    inner join document_lots
        on
            documents.document_kind = document_lots.document_kind
            and documents.document_entry = document_lots.document_entry
            and documents.document_line_number = document_lots.line_number
    left join {{ ref('int_lot_origin') }} as origin
        on
            documents.item_code = origin.item_code
            and document_lots.lot_number = origin.lot_number
    where document_lots.lot_qty > 0
),

with_lots as (
    select
        document_kind,
        document_entry,
        document_line_number,
        sum(part_qty) as part_qty
    from lot_parts
    group by document_kind, document_entry, document_line_number
),

loose_parts as (
    select
        documents.*,
        documents.direction * documents.document_qty - coalesce(with_lots.part_qty, 0) as part_qty,
        cast(null as double) as lot_price,
        cast(null as bigint) as origin_work_order_entry
    from documents
    left join with_lots
        on
            documents.document_kind = with_lots.document_kind
            and documents.document_entry = with_lots.document_entry
            and documents.document_line_number = with_lots.document_line_number
),

documented_parts as (
    select * from lot_parts
    union all
    select * from loose_parts
    where abs(part_qty) > 0.0000005
),

documented as (
    select
        work_order_entry,
        line_number,
        sum(part_qty) as documented_qty
    from documented_parts
    group by work_order_entry, line_number
),

parts as (
    select
        work_order_entry,
        line_number,
        item_code,
        document_date,
        part_qty,
        document_price,
        document_cost,
        lot_price,
        origin_work_order_entry
    from documented_parts

    union all

    select
        line.work_order_entry,
        line.line_number,
        line.item_code,
        coalesce(
            case when line.end_date <= {{ as_of_date() }} then line.end_date end,
            case
                when work_order.closing_date <= {{ as_of_date() }} then work_order.closing_date
            end,
            least(work_order.due_date, {{ as_of_date() }})
        ) as document_date,
        cast(line.issued_qty as double) - coalesce(documented.documented_qty, 0) as part_qty,
        cast(null as double) as document_price,
        cast(null as double) as document_cost,
        cast(null as double) as lot_price,
        cast(null as bigint) as origin_work_order_entry
    from {{ ref('int_work_order_line') }} as line
    inner join {{ ref('int_work_order') }} as work_order
        on line.work_order_entry = work_order.work_order_entry
    left join documented
        on
            line.work_order_entry = documented.work_order_entry
            and line.line_number = documented.line_number
    where abs(cast(line.issued_qty as double) - coalesce(documented.documented_qty, 0)) > 0.0000005
),

receipts as (
    select
        item_code,
        document_date,
        cast(net_amount as double) as net_amount,
        cast(inventory_qty as double) as received_qty
    from {{ ref('int_document_line') }}
    where
        document_kind = 'purchase_delivery_note'
        and is_live
        and inventory_qty > 0
        and net_amount > 0
),

issue_days as (
    select distinct
        item_code,
        document_date
    from parts
),

purchase_averages as (
    select
        issue_days.item_code,
        issue_days.document_date,
        sum(receipts.net_amount) / nullif(sum(receipts.received_qty), 0) as average_price
    from issue_days
    inner join receipts
        on
            issue_days.item_code = receipts.item_code
            and issue_days.document_date >= receipts.document_date
            and receipts.document_date
            > issue_days.document_date - {{ policy('margin_average_days') }}
    group by issue_days.item_code, issue_days.document_date
),

priced as (
    select
        parts.work_order_entry,
        parts.line_number,
        parts.item_code,
        line.is_work_centre,
        not line.is_work_centre and not coalesce(item.is_inventory_item, true) as is_subcontract,
        parts.document_date,
        parts.part_qty,
        parts.origin_work_order_entry,
        case
            when line.is_work_centre
                then case
                    when parts.document_price > 0 then 'document'
                    when rate.unit_rate > 0 then 'rate'
                end
            when parts.origin_work_order_entry is not null then 'work_order'
            when parts.lot_price > 0 then 'lot'
            when not coalesce(item.is_inventory_item, true) and parts.document_price > 0
                then 'document'
            when item.cost_accounting_method = 'bis_MovingAverage' and parts.document_cost > 0
                then 'moving_average'
            when purchase_averages.average_price > 0 then 'purchase_average'
            when parts.document_cost > 0 then 'document'
            when cost.unit_cost > 0 then cost.cost_source
        end as price_source,
        parts.document_price,
        parts.document_cost,
        parts.lot_price,
        purchase_averages.average_price,
        cast(rate.unit_rate as double) as unit_rate,
        cast(cost.unit_cost as double) as unit_cost
    from parts
    inner join {{ ref('int_work_order_line') }} as line
        on
            parts.work_order_entry = line.work_order_entry
            and parts.line_number = line.line_number
    left join {{ ref('int_item') }} as item
        on not line.is_work_centre and parts.item_code = item.item_code
    left join {{ ref('int_item_cost') }} as cost
        on not line.is_work_centre and parts.item_code = cost.item_code
    left join {{ ref('int_work_centre_rate') }} as rate
        on line.is_work_centre and parts.item_code = rate.work_centre
    left join purchase_averages
        on
            parts.item_code = purchase_averages.item_code
            and parts.document_date = purchase_averages.document_date
),

final as (
    select
        work_order_entry,
        line_number,
        item_code,
        is_work_centre,
        is_subcontract,
        document_date,
        part_qty,
        origin_work_order_entry,
        price_source,
        case price_source
            when 'document'
                then case
                    when is_work_centre or is_subcontract then document_price
                    else document_cost
                end
            when 'rate' then unit_rate
            when 'lot' then lot_price
            when 'moving_average' then coalesce(document_cost, unit_cost)
            when 'purchase_average' then coalesce(average_price, unit_cost)
            when 'work_order' then null
            else unit_cost
        end as price,
        unit_cost as fallback_price
    from priced
)

select * from final
