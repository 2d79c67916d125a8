{%- set columns %}
    {{ text('ItemCode') }} as item_code,
    {{ whole('ItemsGroupCode') }} as item_group_code,
    {{ text('DefaultWarehouse') }} as default_warehouse_code,
    {{ text('Mainsupplier') }} as main_supplier_code,
    {{ whole('UoMGroupEntry') }} as uom_group_entry,
    {{ text('ItemName') }} as item_name,
    {{ text('ForeignName') }} as foreign_name,
    {{ text('InventoryUOM') }} as inventory_uom,
    {{ text('SalesUnit') }} as sales_unit,
    {{ text('PurchaseUnit') }} as purchase_unit,
    {{ text('TreeType') }} as tree_type,
    {{ text('ProcurementMethod') }} as procurement_method,
    {{ text('PlanningSystem') }} as planning_system,
    {{ text('CostAccountingMethod') }} as cost_accounting_method,
    {{ text('IssueMethod') }} as issue_method,
    {{ text('MaterialType') }} as material_type,
    {{ text('ItemType') }} as item_type,
    {{ text('ItemClass') }} as item_class,
    {{ flag('InventoryItem') }} as is_inventory_item,
    {{ flag('SalesItem') }} as is_sales_item,
    {{ flag('PurchaseItem') }} as is_purchase_item,
    {{ flag('ManageBatchNumbers') }} as is_lot_managed,
    {{ flag('ManageSerialNumbers') }} as is_serial_managed,
    {{ flag('IsPhantom') }} as is_phantom,
    {{ flag('Valid') }} as is_valid,
    {{ flag('Frozen') }} as is_frozen,
    {{ amount('SalesItemsPerUnit') }} as items_per_sales_unit_qty,
    {{ amount('PurchaseItemsPerUnit') }} as items_per_purchase_unit_qty,
    {{ amount('QuantityOnStock') }} as on_stock_qty,
    {{ amount('QuantityOrderedFromVendors') }} as ordered_from_vendors_qty,
    {{ amount('QuantityOrderedByCustomers') }} as ordered_by_customers_qty,
    {{ amount('MinInventory') }} as minimum_stock_qty,
    {{ amount('MaxInventory') }} as maximum_stock_qty,
    {{ amount('DesiredInventory') }} as desired_stock_qty,
    {{ amount('MinOrderQuantity') }} as minimum_order_qty,
    {{ amount('OrderMultiple') }} as order_multiple_qty,
    {{ whole('LeadTime') }} as lead_time_days,
    {{ whole('ToleranceDays') }} as tolerance_days,
    {{ text('OrderIntervals') }} as order_interval,
    {{ amount('ProdStdCost') }} as standard_cost,
    {{ amount('AvgStdPrice') }} as average_standard_price,
    {{ amount('MovingAveragePrice') }} as moving_average_price,
    {{ day('CreateDate') }} as created_date,
    {{ day('UpdateDate') }} as updated_date,
    {{ text('UpdateTime') }} as updated_time
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__items') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
