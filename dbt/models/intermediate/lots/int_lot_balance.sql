with lots as (
    select
        item_code,
        warehouse_code,
        sum(lot_qty) as lot_qty
    from {{ ref('int_lot_stock') }}
    group by item_code, warehouse_code
),

lot_managed as (
    select
        stock.item_code,
        stock.warehouse_code,
        stock.in_stock_qty
    from {{ ref('stg_sap_b1__item_warehouse') }} as stock
    inner join {{ ref('stg_sap_b1__item') }} as item
        on stock.item_code = item.item_code
    where item.is_lot_managed and stock.in_stock_qty is not null
),

final as (
    select
        coalesce(lot_managed.item_code, lots.item_code) as item_code,
        coalesce(lot_managed.warehouse_code, lots.warehouse_code) as warehouse_code,
        {{ quantity('coalesce(lots.lot_qty, 0)') }} as lot_qty,
        {{ quantity('coalesce(lot_managed.in_stock_qty, 0)') }} as in_stock_qty
    from lot_managed
    full join lots
        on
            lot_managed.item_code = lots.item_code
            and lot_managed.warehouse_code = lots.warehouse_code
    where lot_managed.in_stock_qty <> 0 or lots.lot_qty <> 0
)

select * from final
