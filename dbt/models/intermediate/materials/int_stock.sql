with grades as (
    select coalesce(bool_or(grade = 'rebuilt'), false) as is_rebuilt
    from {{ ref('stg_promesa__extraction') }}
    where system = 'sap_b1' and lower(object) = 'items'
),

lots as (
    select
        item_code,
        warehouse_code,
        sum(lot_qty) as lot_qty,
        sum(lot_qty) filter (where is_held) as held_qty,
        sum(lot_qty) filter (where is_expired and not is_held) as expired_qty,
        sum(lot_qty) filter (where unusable_reason is null) as usable_lot_qty
    from {{ ref('int_lot_stock') }}
    group by item_code, warehouse_code
),

held_items as (
    select distinct key as item_code
    from {{ ref('int_override') }}
    where kind = 'hold' and lot_number is null and status = 'in_force'
),

at_as_of as (
    select
        stock.item_code,
        stock.warehouse_code,
        warehouse.warehouse_name,
        case
            when item.home_set = '*' then '*'
            else coalesce(warehouse.warehouse_set, stock.warehouse_code)
        end as warehouse_set,
        case
            when warehouse.warehouse_code is null then 'unknown_warehouse'
            when warehouse.unusable_reason is null and held_items.item_code is not null
                then 'held'
            else warehouse.unusable_reason
        end as unusable_reason,
        item.is_inventory_item,
        item.unit_cost as item_unit_cost,
        nullif(stock.average_standard_price, 0) as warehouse_unit_cost,
        coalesce(stock.in_stock_qty, 0)
        - case when grades.is_rebuilt then coalesce(later.moved_qty, 0) else 0 end as in_stock_qty,
        coalesce(stock.committed_qty, 0) as committed_qty,
        coalesce(stock.ordered_qty, 0) as ordered_qty,
        coalesce(lots.lot_qty, 0) as lot_qty,
        coalesce(lots.held_qty, 0) as held_qty,
        coalesce(lots.expired_qty, 0) as expired_qty,
        coalesce(lots.usable_lot_qty, 0) as usable_lot_qty,
        case when grades.is_rebuilt then 'rebuilt' else 'exact' end as grade
    from {{ ref('stg_sap_b1__item_warehouse') }} as stock
    cross join grades
    inner join {{ ref('int_item') }} as item on stock.item_code = item.item_code
    left join
        {{ ref('int_warehouse') }} as warehouse
        on stock.warehouse_code = warehouse.warehouse_code
    left join held_items on stock.item_code = held_items.item_code
    left join lots
        on
            stock.item_code = lots.item_code
            and stock.warehouse_code = lots.warehouse_code
    left join {{ ref('int_stock_movement_later') }} as later
        on
            stock.item_code = later.item_code
            and stock.warehouse_code = later.warehouse_code
),

final as (
    select
        item_code,
        warehouse_code,
        warehouse_name,
        warehouse_set,
        unusable_reason,
        is_inventory_item,
        {{ quantity('in_stock_qty') }} as in_stock_qty,
        {{ quantity('lot_qty') }} as lot_qty,
        {{ quantity('in_stock_qty - lot_qty') }} as unlotted_qty,
        {{ quantity('held_qty') }} as held_qty,
        {{ quantity('expired_qty') }} as expired_qty,
        {{ quantity("""
            case
                when unusable_reason is null
                    then greatest(least(usable_lot_qty + in_stock_qty - lot_qty, in_stock_qty), 0)
                else 0
            end
        """) }} as usable_qty,
        {{ quantity('committed_qty') }} as committed_qty,
        {{ quantity('ordered_qty') }} as ordered_qty,
        coalesce(warehouse_unit_cost, item_unit_cost) as unit_cost,
        {{ product('in_stock_qty', 'coalesce(warehouse_unit_cost, item_unit_cost)') }}
            as stock_amount,
        in_stock_qty < 0 as is_negative,
        grade
    from at_as_of
)

select * from final
