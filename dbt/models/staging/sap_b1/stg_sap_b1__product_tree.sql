with records as (
    {{ current_raw('sap_b1', 'sap_b1__product_trees') }}
),

final as (
    select
        {{ text('TreeCode') }} as item_code,
        {{ text('Warehouse') }} as warehouse_code,
        {{ text('TreeType') }} as tree_type,
        {{ amount('Quantity') }} as tree_qty,
        {{ amount('PlanAvgProdSize') }} as average_lot_qty
    from records
)

select * from final
