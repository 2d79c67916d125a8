with company as (
    select count(*) > 0 as keeps_work_centres
    from {{ ref('stg_sap_b1__work_centre') }}
),

trees as (
    select
        item_code,
        bool_or(tree_type = 'iProductionTree') as has_bom,
        bool_or(tree_type in ('iAssemblyTree', 'iSalesTree', 'iTemplateTree')) as is_kit,
        bool_or(is_work_centre and tree_type = 'iProductionTree') as has_routing
    from {{ ref('int_bom_line') }}
    group by item_code
),

used_items as (
    select distinct component_code as item_code
    from {{ ref('int_bom_line') }}
    where not is_work_centre
),

unworkable as (
    select
        line.item_code,
        min(line.component_code) as work_centre
    from {{ ref('int_bom_line') }} as line
    left join {{ ref('int_work_centre_day') }} as capacity
        on
            line.component_code = capacity.work_centre
            and capacity.available > 0
    where line.is_work_centre and capacity.work_centre is null
    group by line.item_code
),

families as (
    select
        product_code as item_code,
        any_value(family) as family
    from {{ ref('stg_salesforce__product') }}
    group by product_code
),

lead_times as (
    select
        item_code,
        card_code,
        lead_p50_days
    from {{ ref('int_supplier_lead_time') }}
    where
        not is_all_items
        and receipt_count >= {{ policy('supplier_lateness_receipts') }}
    qualify
        row_number() over (partition by item_code order by receipt_count desc, card_code asc) = 1
),

sourced as (
    select
        item.*,
        families.family,
        coalesce(trees.has_bom, false) as has_bom,
        coalesce(trees.has_routing, false) as has_routing,
        coalesce(trees.is_kit, false)
        and coalesce(item.procurement_method, '') <> 'bom_Make' as is_kit,
        coalesce(home.warehouse_set, '*') as home_set,
        used_items.item_code is not null as is_component,
        company.keeps_work_centres,
        circle.circle,
        unworkable.work_centre as unworkable_work_centre,
        lead_times.lead_p50_days,
        estimate.item_code is not null as is_estimated,
        estimate.lead_days as estimated_lead_days,
        case
            when item.procurement_method = 'bom_Make' then 'make'
            when item.procurement_method = 'bom_Buy' then 'buy'
            when coalesce(trees.has_bom, false) then 'make'
            else 'buy'
        end as wanted_source
    from {{ ref('stg_sap_b1__item') }} as item
    cross join company
    left join trees on item.item_code = trees.item_code
    left join
        {{ ref('int_warehouse') }} as home
        on item.default_warehouse_code = home.warehouse_code
    left join used_items on item.item_code = used_items.item_code
    left join {{ ref('int_bom_circle') }} as circle on item.item_code = circle.item_code
    left join unworkable on item.item_code = unworkable.item_code
    left join families on item.item_code = families.item_code
    left join lead_times on item.item_code = lead_times.item_code
    left join {{ ref('int_item_estimate') }} as estimate on item.item_code = estimate.item_code
),

reasoned as (
    select
        *,
        case
            when circle is not null then 'BOM_CIRCLE'
            when is_kit or coalesce(is_phantom, false) then 'EXPLODED'
            when not coalesce(is_inventory_item, true) then 'NOT_STOCKED'
            when is_estimated then null
            when wanted_source = 'make' and not has_bom then 'NO_BOM'
            when wanted_source = 'make' and keeps_work_centres and not has_routing then 'NO_ROUTING'
            when wanted_source = 'make' and unworkable_work_centre is not null then 'NO_CAPACITY'
            when
                wanted_source = 'make' and not keeps_work_centres and lead_time_days < 0
                then 'IMPOSSIBLE_LEAD_TIME'
            when
                wanted_source = 'make' and not keeps_work_centres and lead_time_days is null
                then 'NO_LEAD_TIME'
            when wanted_source = 'buy' and lead_time_days < 0 then 'IMPOSSIBLE_LEAD_TIME'
            when wanted_source = 'buy' and is_purchase_item = false then 'NOT_MADE_NOT_BOUGHT'
            when
                wanted_source = 'buy' and coalesce(lead_time_days, lead_p50_days) is null
                then 'NO_LEAD_TIME'
        end as reason_code
    from sourced
),

final as (
    select
        item_code,
        item_name,
        item_group_code,
        family,
        inventory_uom,
        sales_unit,
        uom_group_entry,
        default_warehouse_code,
        main_supplier_code,
        order_interval,
        home_set,
        coalesce(is_inventory_item, true) as is_inventory_item,
        coalesce(is_sales_item, true) as is_sales_item,
        coalesce(is_purchase_item, true) as is_purchase_item,
        coalesce(is_lot_managed, false) or coalesce(is_serial_managed, false) as is_lot_managed,
        coalesce(is_phantom, false) as is_phantom,
        coalesce(tree_type, 'iNotATree') as tree_type,
        is_kit,
        has_bom,
        has_routing,
        is_component,
        wanted_source = 'make' as is_made,
        case
            when
                reason_code in ('IMPOSSIBLE_LEAD_TIME', 'NO_LEAD_TIME') and wanted_source = 'buy'
                then 'buy'
            when reason_code is not null then 'none'
            else wanted_source
        end as source,
        wanted_source,
        reason_code,
        case reason_code
            when 'BOM_CIRCLE' then circle
            when 'NO_CAPACITY' then unworkable_work_centre
            when 'IMPOSSIBLE_LEAD_TIME' then cast(lead_time_days as varchar)
        end as reason_detail,
        case
            when is_estimated then estimated_lead_days
            when lead_time_days < 0 then null
            else cast(coalesce(lead_time_days, lead_p50_days) as integer)
        end as lead_time_days,
        case
            when is_estimated then 'estimated'
            when lead_time_days is null and lead_p50_days is not null then 'measured'
            when lead_time_days >= 0 then 'item'
        end as lead_time_origin,
        keeps_work_centres as is_capacity_checked,
        is_estimated,
        {{ quantity('greatest(coalesce(minimum_order_qty, 0), 0)') }} as lot_min_qty,
        {{ quantity('greatest(coalesce(order_multiple_qty, 0), 0)') }} as lot_multiple_qty,
        {{ quantity('minimum_stock_qty') }} as minimum_stock_qty,
        cost_accounting_method,
        {{ money("""
            coalesce(
                case when cost_accounting_method = 'bis_Standard' then nullif(standard_cost, 0) end,
                nullif(average_standard_price, 0),
                nullif(moving_average_price, 0),
                nullif(standard_cost, 0)
            )
        """) }} as unit_cost,
        case
            when wanted_source = 'make' then 'finished'
            when is_component then 'raw'
            when coalesce(is_sales_item, true) then 'finished'
            else 'raw'
        end as stock_class
    from reasoned
)

select * from final
