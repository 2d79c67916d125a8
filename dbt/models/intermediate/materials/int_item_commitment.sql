with demand_lines as (
    select
        line.sales_order_line_id as demand_line_id,
        'Orders ' || line.document_number as record,
        line.item_code,
        line.warehouse_code,
        line.open_qty,
        line.is_drop_ship,
        line.is_without_inventory_movement
    from {{ ref('int_sales_order_line') }} as line
    where line.is_open

    union all

    select
        line.reserve_invoice_line_id as demand_line_id,
        'Invoices ' || line.document_number as record,
        line.item_code,
        line.warehouse_code,
        line.open_qty,
        line.is_drop_ship,
        false as is_without_inventory_movement
    from {{ ref('int_reserve_invoice_line') }} as line
    where line.open_qty > 0
),

sold as (
    select
        'committed' as direction,
        line.record,
        line.item_code,
        line.warehouse_code,
        case
            when
                line.is_drop_ship
                or line.is_without_inventory_movement
                or coalesce(warehouse.is_drop_ship, false)
                then 0
            else line.open_qty
        end as erp_qty,
        coalesce(demand.demand_qty, 0) as our_qty,
        coalesce(
            demand_line.left_out, demand_line.reason_code, 'no_demand'
        ) as difference_reason
    from demand_lines as line
    inner join {{ ref('int_item') }} as item
        on line.item_code = item.item_code and item.is_inventory_item
    left join {{ ref('int_warehouse') }} as warehouse
        on line.warehouse_code = warehouse.warehouse_code
    left join {{ ref('int_demand_line') }} as demand_line
        on line.demand_line_id = demand_line.demand_line_id
    left join {{ ref('int_demand') }} as demand on line.demand_line_id = demand.demand_id
),

{# We reckon with the components of an assembly kit; the ERP commits neither the kit nor them. #}
kits as (
    select
        'committed' as direction,
        line.record,
        demand.item_code,
        line.warehouse_code,
        0 as erp_qty,
        demand.demand_qty as our_qty,
        'kit_exploded' as difference_reason
    from demand_lines as line
    inner join {{ ref('int_demand') }} as demand
        on
            line.demand_line_id = demand.demand_line_id
            and demand.demand_id <> demand.demand_line_id
),

work_orders as (
    select
        work_order.*,
        placed.work_order_id is not null as is_placed,
        case
            when work_order.is_stale then 'stale'
            when work_order.remaining_qty = 0 then 'made'
            else 'not_placed'
        end as difference_reason
    from {{ ref('int_work_order') }} as work_order
    left join {{ ref('int_placement_work_order') }} as placed
        on work_order.work_order_id = placed.work_order_id
    where work_order.is_open
),

made as (
    select
        case when work_order.is_disassembly then 'committed' else 'ordered' end as direction,
        'ProductionOrders ' || work_order.work_order_number as record,
        work_order.item_code,
        work_order.warehouse_code,
        work_order.remaining_qty as erp_qty,
        case
            when work_order.is_disassembly then coalesce(demand.demand_qty, 0)
            when work_order.is_placed then work_order.remaining_qty
            else 0
        end as our_qty,
        work_order.difference_reason
    from work_orders as work_order
    left join {{ ref('int_demand') }} as demand on work_order.work_order_id = demand.demand_id
),

{# A disassembly reverses the signs: what it yields comes in, its by-product is used up (K8). #}
lines as (
    select
        line.*,
        'ProductionOrders ' || work_order.work_order_number as record,
        work_order.status,
        work_order.is_stale,
        work_order.is_placed,
        work_order.difference_reason,
        line.is_by_product <> line.is_disassembly as is_coming_in,
        case
            when line.is_by_product then -line.planned_qty + least(line.issued_qty, 0)
            else line.unissued_qty
        end as outstanding_qty
    from {{ ref('int_work_order_line') }} as line
    inner join work_orders as work_order on line.work_order_id = work_order.work_order_id
    inner join {{ ref('int_item') }} as item
        on line.item_code = item.item_code and item.is_inventory_item
    where not line.is_work_centre
),

components as (
    select
        case when is_coming_in then 'ordered' else 'committed' end as direction,
        record,
        item_code,
        warehouse_code,
        outstanding_qty as erp_qty,
        case
            when is_coming_in and status = 'released' and not is_stale then outstanding_qty
            when not is_coming_in and not is_by_product and is_placed then outstanding_qty
            else 0
        end as our_qty,
        case
            when is_coming_in and status <> 'released' then 'planned_only'
            when is_by_product and is_disassembly then 'used_up_by_disassembly'
            else difference_reason
        end as difference_reason
    from lines
),

bought as (
    select
        'ordered' as direction,
        'PurchaseOrders ' || receipt.document_number as record,
        receipt.item_code,
        receipt.warehouse_code,
        case when receipt.standing = 'drop_ship' then 0 else receipt.open_qty end as erp_qty,
        case when receipt.available_date is null then 0 else receipt.open_qty end as our_qty,
        receipt.standing as difference_reason
    from {{ ref('int_expected_receipt') }} as receipt
    inner join {{ ref('int_item') }} as item
        on receipt.item_code = item.item_code and item.is_inventory_item
),

requested as (
    select
        'InventoryTransferRequests ' || line.document_number as record,
        line.item_code,
        line.from_warehouse_code,
        line.to_warehouse_code,
        line.open_qty,
        coalesce(demand.demand_qty, 0) as demand_qty
    from {{ ref('int_transfer_request_line') }} as line
    left join {{ ref('int_demand') }} as demand on line.transfer_request_line_id = demand.demand_id
),

moved as (
    select
        'committed' as direction,
        record,
        item_code,
        from_warehouse_code as warehouse_code,
        open_qty as erp_qty,
        demand_qty as our_qty,
        'stays_in_the_set' as difference_reason
    from requested

    union all

    select
        'ordered' as direction,
        record,
        item_code,
        to_warehouse_code as warehouse_code,
        open_qty as erp_qty,
        0 as our_qty,
        'transfer_is_no_supply' as difference_reason
    from requested
),

dated_later as (
    select
        case line.document_kind when 'sales_order' then 'committed' else 'ordered' end as direction,
        case line.document_kind when 'sales_order' then 'Orders ' else 'PurchaseOrders ' end
        || line.document_number as record,
        line.item_code,
        line.warehouse_code,
        coalesce(line.open_inventory_qty, line.inventory_qty) as erp_qty,
        0 as our_qty,
        'after_as_of' as difference_reason
    from {{ ref('int_document_line') }} as line
    inner join {{ ref('int_item') }} as item
        on line.item_code = item.item_code and item.is_inventory_item
    left join {{ ref('int_warehouse') }} as warehouse
        on line.warehouse_code = warehouse.warehouse_code
    where
        line.document_kind in ('sales_order', 'purchase_order')
        and line.is_after_as_of
        and coalesce(line.line_status, 'bost_Open') = 'bost_Open'
        and not coalesce(line.is_drop_ship or warehouse.is_drop_ship, false)
        and not coalesce(line.is_without_inventory_movement, false)
),

all_sources as (
    select * from sold
    union all
    select * from kits
    union all
    select * from made
    union all
    select * from components
    union all
    select * from bought
    union all
    select * from moved
    union all
    select * from dated_later
),

final as (
    select
        direction,
        record,
        item_code,
        warehouse_code,
        {{ quantity('erp_qty') }} as erp_qty,
        {{ quantity('our_qty') }} as our_qty,
        case when erp_qty <> our_qty then difference_reason end as difference_reason
    from all_sources
)

select * from final
