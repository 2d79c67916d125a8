with sales_order_lines as (
    select
        sales_order_line_id as demand_line_id,
        'sales_order_line' as line_kind,
        'firm' as demand_class,
        opportunity_id,
        cast(null as varchar) as line_item_id,
        document_number,
        card_code,
        item_code,
        warehouse_code,
        open_qty as asked_qty,
        uom_code as line_unit,
        case when line_qty > 0 then cast(ordered_qty as double) / cast(line_qty as double) end
            as inventory_per_unit,
        due_date as requested_date,
        tree_type,
        case
            when is_drop_ship then 'drop_ship'
            when is_without_inventory_movement and coalesce(tree_type, '') <> 'iAssemblyTree'
                then 'without_inventory_movement'
            when tree_type in ('iSalesTree', 'iTemplateTree') then 'kit_parent'
            when not is_item_line then 'not_an_item'
        end as left_out,
        case when is_unit_unknown then 'UNKNOWN_UNIT' end as reason_code,
        case when is_unit_unknown then uom_code end as reason_key
    from {{ ref('int_sales_order_line') }}
    where is_open or is_unit_unknown
),

reserve_invoice_lines as (
    select
        reserve_invoice_line_id as demand_line_id,
        'reserve_invoice_line' as line_kind,
        'firm' as demand_class,
        cast(null as varchar) as opportunity_id,
        cast(null as varchar) as line_item_id,
        document_number,
        card_code,
        item_code,
        warehouse_code,
        open_qty as asked_qty,
        uom_code as line_unit,
        case when line_qty > 0 then cast(inventory_qty as double) / cast(line_qty as double) end
            as inventory_per_unit,
        due_date as requested_date,
        tree_type,
        case
            when is_drop_ship then 'drop_ship'
            when tree_type in ('iSalesTree', 'iTemplateTree') then 'kit_parent'
        end as left_out,
        case when is_unit_unknown then 'UNKNOWN_UNIT' end as reason_code,
        case when is_unit_unknown then uom_code end as reason_key
    from {{ ref('int_reserve_invoice_line') }}
    where open_qty > 0 or is_unit_unknown
),

draft_lines as (
    select
        'DR-' || document_entry || '-' || line_number as demand_line_id,
        'draft_line' as line_kind,
        'draft' as demand_class,
        deal_id as opportunity_id,
        cast(null as varchar) as line_item_id,
        document_number,
        card_code,
        item_code,
        warehouse_code,
        inventory_qty as asked_qty,
        uom_code as line_unit,
        case when line_qty > 0 then cast(inventory_qty as double) / cast(line_qty as double) end
            as inventory_per_unit,
        coalesce(ship_date, document_due_date) as requested_date,
        tree_type,
        case
            when is_drop_ship then 'drop_ship'
            when is_without_inventory_movement and coalesce(tree_type, '') <> 'iAssemblyTree'
                then 'without_inventory_movement'
            when tree_type in ('iSalesTree', 'iTemplateTree') then 'kit_parent'
        end as left_out,
        case when is_unit_unknown then 'UNKNOWN_UNIT' end as reason_code,
        case when is_unit_unknown then uom_code end as reason_key
    from {{ ref('int_document_line') }}
    where
        document_kind = 'draft'
        and is_live
        and not is_closed_by_as_of
        and object_code in ('oOrders', '17')
        and authorization_status in ('dasPending', 'dasApproved')
),

deals_by_short_id as (
    select
        left(opportunity_id, 15) as short_id,
        opportunity_id
    from {{ ref('int_deal') }}
),

quotation_lines as (
    select
        'QT-' || line.document_entry || '-' || line.line_number as demand_line_id,
        'quotation_line' as line_kind,
        'quotation' as demand_class,
        deal.opportunity_id,
        cast(null as varchar) as line_item_id,
        line.document_number,
        line.card_code,
        line.item_code,
        line.warehouse_code,
        coalesce(line.open_inventory_qty, line.inventory_qty) as asked_qty,
        line.uom_code as line_unit,
        case
            when
                line.line_qty > 0
                then cast(line.inventory_qty as double) / cast(line.line_qty as double)
        end as inventory_per_unit,
        line.ship_date as requested_date,
        line.tree_type,
        case
            when deal.opportunity_id is not null then 'deal_stands_for_it'
            when line.is_drop_ship then 'drop_ship'
            when
                line.is_without_inventory_movement
                and coalesce(line.tree_type, '') <> 'iAssemblyTree'
                then 'without_inventory_movement'
            when line.tree_type in ('iSalesTree', 'iTemplateTree') then 'kit_parent'
        end as left_out,
        case when line.is_unit_unknown then 'UNKNOWN_UNIT' end as reason_code,
        case when line.is_unit_unknown then line.uom_code end as reason_key
    from {{ ref('int_document_line') }} as line
    left join deals_by_short_id as deal on left(line.deal_id, 15) = deal.short_id
    where
        line.document_kind = 'quotation'
        and line.is_live
        and not line.is_closed_by_as_of
        and coalesce(line.line_status, 'bost_Open') = 'bost_Open'
        and coalesce(line.document_due_date >= {{ as_of_date() }}, true)
),

deal_lines as (
    select
        'DL-' || line_item_id as demand_line_id,
        'deal_line' as line_kind,
        demand_class,
        opportunity_id,
        line_item_id,
        cast(null as bigint) as document_number,
        card_code,
        item_code,
        cast(null as varchar) as warehouse_code,
        inventory_qty as asked_qty,
        line_unit,
        cast(inventory_per_unit_qty as double) as inventory_per_unit,
        requested_date,
        cast(null as varchar) as tree_type,
        cast(null as varchar) as left_out,
        reason_code,
        reason_key
    from {{ ref('int_deal_line') }}
    where demand_class is not null
),

demand_lines as (
    select * from sales_order_lines
    union all
    select * from reserve_invoice_lines
    union all
    select * from draft_lines
    union all
    select * from quotation_lines
    union all
    select * from deal_lines
),

final as (
    select
        demand_lines.demand_line_id,
        demand_lines.line_kind,
        demand_lines.demand_class,
        demand_lines.opportunity_id,
        demand_lines.line_item_id,
        demand_lines.document_number,
        demand_lines.card_code,
        demand_lines.item_code,
        item.inventory_uom,
        case
            when item.home_set = '*' then '*'
            else coalesce(warehouse.warehouse_set, item.home_set, '*')
        end as warehouse_set,
        {{ quantity('demand_lines.asked_qty') }} as asked_qty,
        demand_lines.line_unit,
        demand_lines.inventory_per_unit,
        case
            when demand_lines.requested_date between date '1990-01-01' and date '2200-01-01'
                then demand_lines.requested_date
        end as requested_date,
        cast(coalesce(transit.transit_days, {{ policy('transit_days') }}) as integer)
            as transit_days,
        coalesce(customer_priority.priority, {{ policy('customer_priority') }}) as priority,
        case
            when demand_lines.left_out is not null then demand_lines.left_out
            when drop_ship_warehouse.warehouse_code is not null then 'drop_ship'
            when
                item.item_code is not null and not item.is_inventory_item and not item.is_kit
                then 'no_stock_item'
        end as left_out,
        coalesce(item.is_kit, false)
        and coalesce(demand_lines.tree_type, 'iAssemblyTree') <> 'iIngredient' as is_kit,
        case
            when demand_lines.reason_code is not null then demand_lines.reason_code
            when demand_lines.item_code is null then 'NO_ITEM'
            when item.item_code is null then 'UNKNOWN_ITEM'
            when
                demand_lines.asked_qty is null or demand_lines.asked_qty <= 0
                then 'IMPOSSIBLE_QUANTITY'
            when item.reason_code = 'BOM_CIRCLE' then 'BOM_CIRCLE'
        end as reason_code,
        case
            when demand_lines.reason_code is not null then demand_lines.reason_key
            when item.item_code is null then demand_lines.item_code
            when demand_lines.asked_qty is null or demand_lines.asked_qty <= 0
                then cast(demand_lines.asked_qty as varchar)
            when item.reason_code = 'BOM_CIRCLE' then item.reason_detail
        end as reason_key
    from demand_lines
    left join {{ ref('int_item') }} as item on demand_lines.item_code = item.item_code
    left join {{ ref('int_warehouse') }} as warehouse
        on
            demand_lines.warehouse_code = warehouse.warehouse_code
            and warehouse.is_usable
    left join {{ ref('int_warehouse') }} as drop_ship_warehouse
        on
            demand_lines.warehouse_code = drop_ship_warehouse.warehouse_code
            and drop_ship_warehouse.is_drop_ship
    left join {{ ref('transit_days') }} as transit on demand_lines.card_code = transit.card_code
    left join {{ ref('customer_priority') }} as customer_priority
        on demand_lines.card_code = customer_priority.card_code
)

select * from final
